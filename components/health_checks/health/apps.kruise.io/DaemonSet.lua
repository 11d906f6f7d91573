-- apps.kruise.io/DaemonSet
-- Healthy: the pods of all nodes are available and updated, or updated as far as the partition
--   (setting `partitionHold`) or a selector of nodes allows or as pods were deleted (`OnDelete`);
--   no node is to run a pod.
-- Progressing: the controller has not seen the spec yet; pods are to be created, updated, or become
--   available.
-- Degraded: never.
-- Suspended: the update is paused; the partition holds back pods and `partitionHold` says so.
-- Note: with a selector it cannot be seen how many pods are to be updated: only availability counts.
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

local desired = count(status.desiredNumberScheduled)
if desired == 0 then
  return healthy("no node is to run a pod")
end

-- A percentage, from Kruise 1.9 on, is rounded down here.
local kept = count(rolling.partition)
local share = percentage(rolling.partition)
if share then
  kept = count(share * desired / 100)
end
local updated = count(status.updatedNumberScheduled)
local limited = strategy.type == "OnDelete" or rolling.selector ~= nil
if updated < desired - kept and not limited then
  return progressing(of(updated, desired - kept, "pods are updated"))
end

-- Pods may be created step by step, by lowering the partition: the annotation, in 1.9 a field.
local running = desired
local stepwise = map(metadata.annotations)["daemonset.kruise.io/progressive-create-pod"]
if on(stepwise) or on(map(spec.scaleStrategy).partitionedScaling) then
  running = count(status.currentNumberScheduled)
end
local available = count(status.numberAvailable)
if available < running then
  return progressing(of(available, running, "pods are available"))
end

if updated < desired and limited then
  return healthy(of(updated, desired, "pods are updated, the rest when it is deleted or selected"))
end
if updated < desired then
  return held(of(updated, desired, "pods are updated, the rest is held back by the partition"))
end
return healthy(of(available, desired, "pods are updated and available"))
