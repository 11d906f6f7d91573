-- apps.kruise.io/PodProbeMarker
-- Healthy: the controller has seen the spec.
-- Progressing: the controller has not seen the spec yet.
-- Degraded: never.
-- Suspended: never.
-- Note: what the probes find is written to the pods.
local waiting = unobserved("PodProbeMarkerGate")
if waiting then
  return waiting
end
return healthy(count(status.matchedPods) .. " pods are probed")
