-- apps.kruise.io/UnitedDeployment
-- Healthy: the pods of all subsets are ready and updated, or updated as far as the subsets'
--   partitions allow (setting `partitionHold`); replicas 0.
-- Progressing: the controller has not seen the spec yet; pods are to be created, removed, updated,
--   or become ready.
-- Degraded: the controller reports that a subset failed, or cannot be created or updated.
-- Suspended: the partitions hold back pods and `partitionHold` says so.
-- Uses: partition.lua
local waiting = unobserved()
if waiting then
  return waiting
end

for _, bad in ipairs({
  { "SubsetFailure", "True" },
  { "SubsetProvisioned", "False" },
  { "SubsetUpdated", "False" },
}) do
  local found = condition(bad[1])
  if found.status == bad[2] then
    return degraded(because("condition " .. bad[1] .. " is " .. bad[2], found.message))
  end
end

local function sum(numbers)
  local total = 0
  for _, each in pairs(map(numbers)) do
    total = total + count(each)
  end
  return total
end

-- Without a number of its own it has as many pods as its subsets are to have.
local replicas = count(status.replicas)
local wanted = replicas
if number(spec.replicas) then
  wanted = count(spec.replicas)
elseif status.subsetReplicas ~= nil then
  wanted = sum(status.subsetReplicas)
end
if replicas < wanted then
  return progressing(of(replicas, wanted, "pods exist"))
end
if replicas > wanted then
  return progressing(replicas - wanted .. " pods more than " .. wanted .. " are to be removed")
end

local updated = count(status.updatedReplicas)
local expected = wanted - sum(map(status.updateStatus).currentPartitions)
if updated < expected then
  return progressing(of(updated, expected, "pods are updated"))
end

local ready = count(status.readyReplicas)
if ready < wanted then
  return progressing(of(ready, wanted, "pods are ready"))
end

if updated < wanted then
  return held(of(updated, wanted, "pods are updated, the rest is held back by the partitions"))
end
return healthy(of(ready, wanted, "pods are updated and ready"))
