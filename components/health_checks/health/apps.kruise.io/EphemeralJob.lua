-- apps.kruise.io/EphemeralJob
-- Healthy: the containers succeeded in all pods.
-- Progressing: no pod matches; containers are being added or run.
-- Degraded: the containers failed, in all or in some of the pods with none left to run; the
--   deadline passed; the template is wrong.
-- Suspended: it is paused.
-- Note: removes itself half an hour after its end, or as `ttlSecondsAfterFinished` says, and is
--   missing in Argo CD, which makes it anew if it heals itself.
local succeeded, failed = count(status.succeeded), count(status.failed)
local pods = count(number(spec.replicas) or status.match)
local done = of(succeeded, pods, "pods succeeded, ") .. failed .. " failed"

if status.phase == "Succeeded" then
  return healthy(done)
end
if status.phase == "Failed" then
  return degraded(because(done, condition("JobFailed").message))
end
if status.phase == "Error" then
  return degraded(because("the template is wrong", condition("JobError").message))
end
if status.phase == "Paused" or on(spec.paused) then
  return suspended("paused, " .. done)
end
-- The controller knows no phase for this and stays at Unknown.
if failed > 0 and succeeded + failed >= pods then
  return degraded(done .. ", none is left to run")
end
local running = count(status.running) .. " are running, "
return progressing(done .. ", " .. running .. count(status.match) .. " match")
