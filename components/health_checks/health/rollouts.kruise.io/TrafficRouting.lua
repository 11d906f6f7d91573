-- rollouts.kruise.io/TrafficRouting
-- Healthy: all traffic goes its usual way.
-- Progressing: the controller has not seen the spec yet, or waits for what the traffic goes
--   through; a release leads traffic to new pods, or has ended and its routes are removed.
-- Degraded: never.
-- Suspended: never.
local waiting = outdated()
if waiting then
  return waiting
end
if status.phase == "Healthy" then
  return healthy("no release leads traffic elsewhere")
end
return in_phase()
