-- rollouts.kruise.io/Rollout
-- Healthy: no release is under way.
-- Progressing: the controller has not seen the spec yet; the workload does not exist; a release
--   runs, is rolled back or cleaned up.
-- Degraded: never.
-- Suspended: a step waits to be confirmed or for its time to pass; it is paused or disabled.
local waiting = unobserved()
if waiting then
  return waiting
end

local strategy = map(spec.strategy)
-- v1alpha1 has the step in here alone, v1beta1 repeats it in the status.
local release = map(status.canaryStatus or status.blueGreenStatus or status)
local steps = #map(map(strategy.canary or strategy.blueGreen).steps)
local state = text(release.currentStepState)
local step = "step " .. of(count(release.currentStepIndex), steps, "(" .. state .. ")")

if status.phase == "Disabled" then
  return suspended(because("disabled", status.message))
end
if on(strategy.paused) then
  return suspended(because("paused at " .. step, status.message))
end
if status.phase == "Healthy" then
  return healthy(because("no release is under way", status.message))
end
if status.phase ~= "Progressing" then
  return in_phase()
end
-- A new version in the middle of a release starts it anew; until then the old step is left over.
if state == "StepPaused" and condition("Progressing").reason ~= "Initializing" then
  return suspended(because(step, status.message))
end
local ready = count(release.canaryReadyReplicas or release.updatedReadyReplicas)
local new = count(release.canaryReplicas or release.updatedReplicas)
return progressing(because(step .. ", " .. of(ready, new, "new pods are ready"), status.message))
