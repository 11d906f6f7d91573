local SWITCHES = {"spec", "updateStrategy", "rollingUpdate"}
local HAS_PARTITION, HAS_PODS = true, true
local ON_DELETE = look({"spec", "updateStrategy"}).type == "OnDelete"
local IN_PLACE = look(SWITCHES).podUpdatePolicy ~= nil and look(SWITCHES).podUpdatePolicy ~= "ReCreate"
