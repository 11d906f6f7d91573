-- Updates the pods, too, that the partition holds back.
if look(SWITCHES).partition ~= nil then
  set(SWITCHES, "partition", 0)
end
return obj
