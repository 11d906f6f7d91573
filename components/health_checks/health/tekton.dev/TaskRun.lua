-- tekton.dev/TaskRun
-- Healthy: it succeeded, if need be after retries.
-- Progressing: it has not been started, waits for its pod, runs, is retried, or is being cancelled.
-- Degraded: it failed and no retry is left, was cancelled, or exceeded its timeout; also if its
--   pipeline goes on without it (`onError: continue`).
-- Suspended: `spec.status: TaskRunPending` holds it back.
-- Uses: tekton_run.lua
local outcome, said = outcome_of_run()
if outcome == "True" then
  return healthy("ended: " .. said)
end
if outcome == "False" then
  return degraded("ended: " .. said)
end
if spec.status == "TaskRunPending" then
  return suspended("held back by spec.status TaskRunPending")
end
return running("Tekton")
