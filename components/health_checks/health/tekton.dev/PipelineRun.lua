-- tekton.dev/PipelineRun
-- Healthy: it succeeded, also with tasks that were skipped.
-- Progressing: it has not been started, runs, or is being cancelled or stopped.
-- Degraded: it failed, was cancelled or exceeded a timeout; Tekton starts no run again.
-- Suspended: `spec.status: PipelineRunPending` holds it back.
-- Note: a run happens once; a name that stays the same in Git is not run again.
-- Uses: tekton_run.lua
local outcome, said = outcome_of_run()
if outcome == "True" then
  return healthy("ended: " .. said)
end
if outcome == "False" then
  return degraded("ended: " .. said)
end
if spec.status == "PipelineRunPending" then
  return suspended("held back by spec.status PipelineRunPending")
end
return running("Tekton")
