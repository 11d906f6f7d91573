-- apps.kruise.io/ResourceDistribution
-- Healthy: the resource is in every namespace that is targeted.
-- Progressing: the controller has not seen the spec yet, or is not done.
-- Degraded: the resource could not be put into namespaces, because one does not exist or holds a
--   resource of this name already, or the API server refused it.
-- Suspended: never.
local waiting = unobserved("ResourceDistributionGate")
if waiting then
  return waiting
end
local desired, succeeded = count(status.desired), count(status.succeeded)
local failed = count(status.failed)
local done = of(succeeded, desired, "namespaces have the resource")
if failed > 0 then
  local reasons = {}
  for _, found in ipairs(map(status.conditions)) do
    if map(found).status == "True" then
      local where = text(found.type) .. " " .. listed(found.failedNamespace)
      table.insert(reasons, because(where, found.reason))
    end
  end
  return degraded(because(done .. ", " .. failed .. " failed", listed(reasons)))
end
if succeeded < desired then
  return progressing(done)
end
return healthy(done)
