-- Stops an update, or a job, where it is; running pods go on.
if ON_DELETE then
  error("nothing to pause: pods are replaced when somebody deletes them", 0)
end
set(SWITCHES, "paused", true)
return obj
