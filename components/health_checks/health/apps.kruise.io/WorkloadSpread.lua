-- apps.kruise.io/WorkloadSpread
-- Healthy: the controller has seen the spec; the message names subsets that take no pods for now.
-- Progressing: the controller has not seen the spec yet.
-- Degraded: never.
-- Suspended: never.
-- Note: a subset without room (`Schedulable` False) is tried again after some minutes, and one that
--   misses pods (`missingReplicas`) gets them as the workload is scaled.
local waiting = unobserved("WorkloadSpread")
if waiting then
  return waiting
end
local pods, full = 0, {}
for _, subset in ipairs(map(status.subsetStatuses)) do
  subset = map(subset)
  pods = pods + count(subset.replicas)
  for _, found in ipairs(map(subset.conditions)) do
    if map(found).type == "Schedulable" and found.status == "False" then
      table.insert(full, text(subset.name))
    end
  end
end
local subsets = #map(status.subsetStatuses)
if #full > 0 then
  return healthy(because(of(#full, subsets, "subsets take no pods for now"), listed(full)))
end
return healthy(subsets .. " subsets hold " .. pods .. " pods")
