-- apps.kruise.io/ImagePullJob
-- Healthy: the job ended and every node pulled the image; with completionPolicy `Never`, which goes
--   on for new nodes, as long as every node has it.
-- Progressing: nodes pull the image or wait for their turn; with `Never` also if some failed or no
--   node matches.
-- Degraded: the job ended and nodes failed to pull the image, or it exceeded its deadline.
-- Suspended: never.
-- Note: with `Never` each node pulls again after a day, also one that failed. With
--   `ttlSecondsAfterFinished` the job removes itself and is missing in Argo CD, which makes it anew
--   if it heals itself.
local desired, succeeded = count(status.desired), count(status.succeeded)
local failed = count(status.failed)
local pulled = of(succeeded, desired, "nodes pulled the image")
local failures = failed .. " failed"

if text(status.completionTime) ~= "" then
  if failed == 0 then
    return healthy(pulled)
  end
  failures = because(pulled .. ", " .. failures, listed(status.failedNodes))
  return degraded(because(failures, status.message))
end
local waiting = unstarted("ImagePullJobGate")
if waiting then
  return waiting
end
if map(spec.completionPolicy).type == "Never" and desired > 0 and succeeded == desired then
  return healthy(pulled)
end
return progressing(pulled .. ", " .. count(status.active) .. " are pulling, " .. failures)
