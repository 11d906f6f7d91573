-- For what Tekton runs once.

-- How a run of Tekton ended: the status of its condition, "True" or "False", and why.
local function outcome_of_run()
  local succeeded = condition("Succeeded")
  return succeeded.status, because(text(succeeded.reason), succeeded.message)
end

-- Progressing for a run of Tekton that has not ended; `controller` is who starts it.
local function running(controller)
  local outcome, said = outcome_of_run()
  if outcome == nil then
    return progressing("waiting to be started by " .. controller)
  end
  if text(spec.status) ~= "" then
    return progressing(because("to end, as spec.status " .. text(spec.status) .. " asks", said))
  end
  local retries = #map(status.retriesStatus)
  if retries > 0 then
    return progressing(because("retry " .. of(retries, count(spec.retries), "runs"), said))
  end
  return progressing("running: " .. said)
end
