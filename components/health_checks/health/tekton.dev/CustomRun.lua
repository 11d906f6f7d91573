-- tekton.dev/CustomRun
-- Healthy: it succeeded.
-- Progressing: it has not been started, runs, is retried, or is being cancelled.
-- Degraded: it failed, was cancelled or exceeded its timeout.
-- Suspended: never.
-- Note: Tekton only stores it. Without a controller for the kind that it names, which the message
--   tells, it waits for ever.
-- Uses: tekton_run.lua
local outcome, said = outcome_of_run()
if outcome == "True" then
  return healthy("ended: " .. said)
end
if outcome == "False" then
  return degraded("ended: " .. said)
end
local task = map(spec.customRef or spec.customSpec)
return running(because("a controller of custom tasks", task.kind))
