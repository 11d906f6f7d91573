-- apps.kruise.io/CloneSet
-- Healthy: all pods are available and updated, or updated as far as the partition allows (setting
--   `partitionHold`) or as pods were deleted (`OnDelete`); replicas 0.
-- Progressing: the controller has not seen the spec yet; pods are to be created, removed, updated,
--   or become available.
-- Degraded: the controller reports that the rollout exceeded its progress deadline.
-- Suspended: the update is paused; the partition holds back pods and `partitionHold` says so.
-- Note: OpenKruise rounds percentages up, and leaves at least one pod to update unless 100% is
--   written.
-- Uses: partition.lua
local strategy = map(spec.updateStrategy)
if on(strategy.paused) then
  return suspended("the update is paused")
end

local waiting = unobserved()
if waiting then
  return waiting
end

-- Written from Kruise 1.9 on. FailedScale and FailedUpdate are not read: they are never cleared.
local progress = condition("Progressing")
if progress.reason == "ProgressDeadlineExceeded" then
  return degraded(because("the rollout exceeded its progress deadline", progress.message))
end

local wanted = count(number(spec.replicas) or 1)
local updated = count(status.updatedReplicas)

local by_hand = strategy.type == "OnDelete"

-- The status omits a 0, and old releases of Kruise omit the field.
local expected = number(status.expectedUpdatedReplicas)
  or wanted - partition_of(strategy.partition, wanted)
if updated < expected and not by_hand then
  return progressing(of(updated, expected, "pods are updated"))
end

-- The first status after a scale still has the old number of pods: compare with the spec.
local replicas = count(status.replicas)
if replicas < wanted then
  return progressing(of(replicas, wanted, "pods exist"))
end
if replicas > wanted then
  return progressing(replicas - wanted .. " pods more than " .. wanted .. " are to be removed")
end

local available = count(status.updatedAvailableReplicas)
if available < updated then
  return progressing(of(available, updated, "updated pods are available"))
end
available = count(status.availableReplicas)
if available < wanted then
  return progressing(of(available, wanted, "pods are available"))
end

if updated < wanted and by_hand then
  return healthy(of(updated, wanted, "pods are updated, the rest will be when it is deleted"))
end
if updated < wanted then
  return held(of(updated, wanted, "pods are updated, the rest is held back by the partition"))
end
return healthy(of(available, wanted, "pods are updated and available"))
