-- core.oam.dev/Application
-- Healthy: the workflow ended and every component and trait is healthy.
-- Progressing: the controller has not seen the spec yet; it renders or runs the workflow; a
--   component or trait is not healthy, which can be an ordinary rollout.
-- Degraded: the workflow failed or was terminated; the stage that runs ends in an error
--   (`ReconcileError`) each time it is tried.
-- Suspended: the workflow is suspended; the label `controller.core.oam.dev/pause` stops the
--   controller.
if on(map(metadata.labels)["controller.core.oam.dev/pause"]) then
  return suspended("paused by the label controller.core.oam.dev/pause")
end

local phase = text(status.status)
local waiting = outdated()
if waiting or phase == "" then
  return waiting or waiting_for("the first status")
end

local workflow = map(status.workflow)
local done, open = 0, { text(workflow.message) }
for _, step in ipairs(map(workflow.steps)) do
  step = map(step)
  if step.phase == "succeeded" or step.phase == "skipped" then
    done = done + 1
  else
    table.insert(open, because(text(step.name) .. " " .. text(step.phase), step.message))
  end
end
local steps = because(done .. " steps are done", listed(open))

if phase == "workflowSuspending" then
  return suspended("the workflow is suspended, " .. steps)
end
if phase == "workflowTerminated" then
  return degraded("the workflow was terminated, " .. steps)
end

-- The conditions that tell of the error of a phase. Those of other phases can be left over.
-- Ref: https://github.com/kubevela/kubevela/blob/v1.10.9/apis/core.oam.dev/condition/condition.go
local stages = {
  starting = { "Synced" },
  rendering = { "Synced", "Parsed", "Revision" },
  generatingPolicy = { "Policy" },
  runningWorkflow = { "Workflow" },
  workflowFailed = { "Workflow" },
}
for _, name in ipairs(stages[phase] or {}) do
  local found = condition(name)
  if found.status == "False" and found.reason == "ReconcileError" then
    return degraded(because(phase .. ", " .. name .. " fails", found.message))
  end
end
if phase == "workflowFailed" then
  return degraded("the workflow failed, " .. steps)
end
if phase ~= "running" and phase ~= "unhealthy" then
  return progressing(phase .. ", " .. steps)
end

local all, sick = 0, {}
local function check(name, found)
  all = all + 1
  if not on(found.healthy) then
    table.insert(sick, because(name, found.message))
  end
end
for _, service in ipairs(map(status.services)) do
  service = map(service)
  check(text(service.name), service)
  for _, trait in ipairs(map(service.traits)) do
    check(text(service.name) .. "/" .. text(map(trait).type), map(trait))
  end
end
local well = of(all - #sick, all, "components and traits are healthy")
if #sick > 0 or phase == "unhealthy" then
  return progressing(because(well, listed(sick)))
end
return healthy(well)
