-- apps.kruise.io/BroadcastJob
-- Healthy: the job completed and no pod failed; with completion policy `Never`, which waits for
--   further nodes, every node's pod succeeded.
-- Progressing: pods run or are to be created; no node matches yet.
-- Degraded: the job failed; it completed, or with `Never` has nothing left to run, and pods failed.
-- Suspended: the job is paused, by `paused` or by failure policy `Pause`.
local phase = text(status.phase)
local desired = count(status.desired)
local succeeded = count(status.succeeded)
local failed = count(status.failed)

if phase == "paused" then
  return suspended("the job is paused; " .. of(failed, desired, "pods failed"))
end
if phase == "failed" then
  return degraded(because(of(failed, desired, "pods failed"), condition("Failed").message))
end
if phase == "completed" and failed > 0 then
  return degraded("completed; " .. of(failed, desired, "pods failed"))
end
if phase == "completed" then
  return healthy("completed; " .. of(succeeded, desired, "pods succeeded"))
end
if phase == "" then
  return progressing("waiting for the controller to start the job")
end
if desired == 0 then
  return progressing("0 nodes match; waiting for one")
end

if map(spec.completionPolicy).type == "Never" then
  if succeeded >= desired then
    return healthy(of(succeeded, desired, "pods succeeded, more follow with more nodes"))
  end
  if succeeded + failed >= desired then
    return degraded(of(failed, desired, "pods failed, none is left to run"))
  end
end
return progressing(of(succeeded + failed, desired, "pods have ended"))
