-- The pods are those of other workloads: there is nothing to restart.
local SWITCHES = {"spec", "updateStrategy"}
local HAS_PARTITION, HAS_PODS, ON_DELETE, IN_PLACE = true, false, false, false
