-- apps.kruise.io/SidecarSet
-- Healthy: the sidecars of all matched pods are ready and updated, or updated as far as the
--   partition (setting `partitionHold`) or a selector of pods allows; no pod matches; `NotUpdate`.
-- Progressing: the controller has not seen the spec yet; sidecars are to be updated or become ready.
-- Degraded: never.
-- Suspended: the update is paused; the partition holds back pods and `partitionHold` says so.
-- Note: only images are updated in running pods. After any other change it stays Progressing until
--   the pods are created anew, so let `updateStrategy.type` be `NotUpdate` for such sidecars.
-- Uses: partition.lua
local strategy = map(spec.updateStrategy)
if on(strategy.paused) then
  return suspended("the update is paused")
end

local waiting = unobserved()
if waiting then
  return waiting
end

local matched = count(status.matchedPods)
local updated = count(status.updatedPods)
if matched == 0 then
  return healthy("no pod matches")
end
if strategy.type == "NotUpdate" then
  return healthy(of(updated, matched, "pods have the new sidecars, the rest is not updated"))
end

local expected = matched - partition_of(strategy.partition, matched)
local limited = strategy.selector ~= nil
if updated < expected and not limited then
  return progressing(of(updated, expected, "pods have the new sidecars"))
end

local ready = count(status.updatedReadyPods)
if ready < updated then
  return progressing(of(ready, updated, "pods with the new sidecars are ready"))
end

if updated < matched and limited then
  return healthy(of(updated, matched, "pods have the new sidecars, the rest when it is selected"))
end
if updated < matched then
  return held(of(updated, matched, "pods have the new sidecars, the partition holds back the rest"))
end
return healthy(of(ready, matched, "pods have the new sidecars and are ready"))
