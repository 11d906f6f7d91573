local switches, actions = look(SWITCHES), {}
local paused, partition = switches.paused == true, switches.partition
local free = partition == nil or partition == 0 or partition == "0" or partition == "0%"

actions["pause"] = {disabled = paused or ON_DELETE}
actions["resume"] = {disabled = not paused}
if HAS_PARTITION then
  actions["release-partition"] = {disabled = free}
end
if HAS_PODS then
  actions["restart"] = {disabled = paused or ON_DELETE or IN_PLACE}
end
return actions
