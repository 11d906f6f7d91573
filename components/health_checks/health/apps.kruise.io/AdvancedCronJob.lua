-- apps.kruise.io/AdvancedCronJob
-- Healthy: the schedule is observed, whether a job runs, has run or has yet to run.
-- Progressing: the controller has not seen the object yet.
-- Degraded: never.
-- Suspended: the schedule is paused.
-- Note: the status does not tell how jobs ended; look at the jobs.
if on(spec.paused) then
  return suspended("the schedule is paused")
end
-- An empty status is one: its fields are left out until a job has run.
if type(obj.status) ~= "table" then
  return progressing("waiting for the controller to observe the schedule")
end

local active = 0
for _ in ipairs(map(status.active)) do
  active = active + 1
end
if active > 0 then
  return healthy(active .. " jobs run")
end
if status.lastScheduleTime == nil then
  return healthy("0 jobs run; none has been scheduled yet")
end
return healthy("0 jobs run; the last was scheduled at " .. text(status.lastScheduleTime))
