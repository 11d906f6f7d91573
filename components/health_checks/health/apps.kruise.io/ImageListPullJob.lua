-- apps.kruise.io/ImageListPullJob
-- Healthy: every image was pulled to every node.
-- Progressing: images are being pulled; with completionPolicy `Never` also if some failed.
-- Degraded: the job ended and nodes failed to pull an image.
-- Suspended: never.
-- Note: one ImagePullJob is made for each image. With `ttlSecondsAfterFinished` the job removes
--   itself and is missing in Argo CD, which makes it anew if it heals itself.
local desired, succeeded = count(status.desired), count(status.succeeded)
local pulled = of(succeeded, desired, "images were pulled to all nodes")
local failures = map(status.failedImageStatuses)
local names = {}
for _, failure in ipairs(failures) do
  table.insert(names, text(map(failure).name))
end

if text(status.completionTime) ~= "" then
  if #failures > 0 then
    return degraded(because(pulled .. ", " .. #failures .. " failed", listed(names)))
  end
  return healthy(pulled)
end
local waiting = unstarted("ImagePullJobGate")
if waiting then
  return waiting
end
if succeeded == desired then
  return healthy(pulled)
end
local running = pulled .. ", " .. count(status.active) .. " are running, "
return progressing(because(running .. #failures .. " failed", listed(names)))
