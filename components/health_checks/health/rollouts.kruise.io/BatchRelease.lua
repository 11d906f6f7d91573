-- rollouts.kruise.io/BatchRelease
-- Healthy: all batches are done, or the current one is, until the next is released.
-- Progressing: the controller has not seen the spec yet; it prepares, updates pods, waits for them
--   to become ready, or cleans up.
-- Degraded: never.
-- Suspended: never.
-- Note: made by a Rollout, which tells whether it waits for somebody.
local waiting = outdated()
if waiting then
  return waiting
end

local batch = map(status.canaryStatus)
local batches = #map(map(spec.releasePlan).batches)
local state = "is " .. text(batch.batchState or "Upgrading")
local current = "batch " .. of(count(batch.currentBatch) + 1, batches, state)
if status.phase == "Completed" then
  return healthy("all batches are done")
end
if status.phase ~= "Progressing" then
  return in_phase()
end
if batch.batchState == "Ready" then
  return healthy(current)
end
local ready = of(
  count(batch.updatedReadyReplicas),
  count(batch.updatedReplicas),
  "updated pods are ready"
)
return progressing(because(current .. ", " .. ready, status.message))
