-- apps.kruise.io/PersistentPodState
-- Healthy: the controller has seen the spec.
-- Progressing: the controller has not seen the spec yet.
-- Degraded: never.
-- Suspended: never.
local waiting = unobserved()
if waiting then
  return waiting
end
local pods = 0
for _ in pairs(map(status.podStates)) do
  pods = pods + 1
end
return healthy("the state of " .. pods .. " pods is kept")
