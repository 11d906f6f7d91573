-- apps.kruise.io/NodePodProbe
-- Healthy: always; a probe that fails tells of a pod, not of this object.
-- Progressing: never.
-- Degraded: never.
-- Suspended: never.
-- Note: made by OpenKruise for each node; does not belong into Git.
return healthy(#map(status.podProbeStatuses) .. " pods of the node are probed")
