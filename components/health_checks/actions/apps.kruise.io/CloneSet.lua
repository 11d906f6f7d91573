local SWITCHES = {"spec", "updateStrategy"}
local HAS_PARTITION, HAS_PODS, ON_DELETE = true, true, look(SWITCHES).type == "OnDelete"
local IN_PLACE = look(SWITCHES).type ~= nil and look(SWITCHES).type ~= "ReCreate"
