-- apps.kruise.io/StatefulSet
-- Healthy: all pods are available and updated, or updated as far as the partition allows (setting
--   `partitionHold`) or as pods were deleted (`OnDelete`); replicas 0.
-- Progressing: the controller has not seen the spec yet; pods are to be created, removed, updated,
--   or become available.
-- Degraded: never.
-- Suspended: the update is paused; the partition holds back pods and `partitionHold` says so.
-- Note: that a pod cannot be created (a quota, a webhook that does not answer) is tried again and
--   said in the message; it is no failure.
-- Uses: partition.lua
local strategy = map(spec.updateStrategy)
local rolling = map(strategy.rollingUpdate)
if on(rolling.paused) then
  return suspended("the update is paused")
end

local waiting = unobserved()
if waiting then
  return waiting
end

-- The reason, as long as there is one: the controller rebuilds the conditions with each status.
local function stuck(message)
  for _, name in ipairs({ "FailedCreatePod", "FailedUpdatePod" }) do
    if condition(name).status == "True" then
      return progressing(because(message, condition(name).message))
    end
  end
  return progressing(message)
end

local wanted = count(number(spec.replicas) or 1)
local updated = count(status.updatedReplicas)
local by_hand = strategy.type == "OnDelete"

local replicas = count(status.replicas)
if replicas < wanted then
  return stuck(of(replicas, wanted, "pods exist"))
end
if replicas > wanted then
  return stuck(replicas - wanted .. " pods more than " .. wanted .. " are to be removed")
end

local kept = partition_of(rolling.partition, wanted)
if updated < wanted - kept and not by_hand then
  return stuck(of(updated, wanted - kept, "pods are updated"))
end

-- The counters of updated pods that are ready or available are no help: a change of these alone is
-- not written.
local available = count(status.availableReplicas)
if available < wanted then
  return stuck(of(available, wanted, "pods are available"))
end

if updated < wanted and by_hand then
  return healthy(of(updated, wanted, "pods are updated, the rest will be when it is deleted"))
end
if updated < wanted then
  return held(of(updated, wanted, "pods are updated, the rest is held back by the partition"))
end
-- With a partition, or when pods are deleted by hand, the old revision stays the current one.
if kept == 0 and strategy.type == "RollingUpdate" then
  if text(status.currentRevision) ~= text(status.updateRevision) then
    return progressing("the new revision is to become the current one")
  end
end
return healthy(of(available, wanted, "pods are updated and available"))
