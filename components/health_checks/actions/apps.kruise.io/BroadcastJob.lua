-- The pods are those of a job: there is nothing to restart.
local SWITCHES = {"spec"}
local HAS_PARTITION, HAS_PODS, ON_DELETE, IN_PLACE = false, false, false, false
