-- Replaces the pods as the update strategy says, as `kubectl rollout restart` does.
if not HAS_PODS then
  error("cannot restart: the pods are not its own", 0)
end
if ON_DELETE then
  error("cannot restart: pods are replaced when somebody deletes them", 0)
end
if IN_PLACE then
  -- The annotation would be patched onto the running pods, and no container would start anew.
  error("cannot restart: pods are updated in place, which starts no container anew", 0)
end
if look(SWITCHES).paused == true then
  error("cannot restart: paused; resume it first", 0)
end
local os = require("os")
local annotations = {"spec", "template", "metadata", "annotations"}
set(annotations, "kubectl.kubernetes.io/restartedAt", os.date("!%Y-%m-%dT%H:%M:%SZ"))
return obj
