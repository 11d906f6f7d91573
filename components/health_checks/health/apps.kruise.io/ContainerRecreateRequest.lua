-- apps.kruise.io/ContainerRecreateRequest
-- Healthy: every container was recreated.
-- Progressing: the node has not answered yet, for which it has a minute; containers are being
--   recreated.
-- Degraded: it ended before every container was recreated: one failed, the pod is gone, the node
--   did not answer, or the deadline passed.
-- Suspended: never.
-- Note: with `ttlSecondsAfterFinished` it removes itself and is missing in Argo CD, which makes it
--   anew if it heals itself.
local recreated, failed = 0, {}
for _, container in ipairs(map(status.containerRecreateStates)) do
  container = map(container)
  if container.phase == "Succeeded" then
    recreated = recreated + 1
  elseif container.phase == "Failed" then
    table.insert(failed, because(text(container.name), container.message))
  end
end
local done = "recreated " .. of(recreated, #map(spec.containers), "containers")

if status.phase ~= "Completed" then
  if text(status.phase) == "" then
    return progressing(done .. ", waiting for kruise-daemon on the node")
  end
  return progressing(because(done, status.phase))
end
if #failed > 0 then
  return degraded(because(done, listed(failed)))
end
-- Only what ends it early leaves a message.
if text(status.message) ~= "" then
  return degraded(because(done, status.message))
end
return healthy(done)
