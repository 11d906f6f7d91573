-- Goes on with what was paused.
if look(SWITCHES).paused ~= nil then
  set(SWITCHES, "paused", false)
end
return obj
