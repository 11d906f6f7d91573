-- policy.kruise.io/PodUnavailableBudget
-- Healthy: the controller has seen the spec; how many pods may be unavailable is in the message.
-- Progressing: the controller has not seen the spec yet.
-- Degraded: never.
-- Suspended: never.
-- Note: a budget that is used up is no fault of the budget.
local waiting = unobserved("PodUnavailableBudgetDeleteGate or PodUnavailableBudgetUpdateGate")
if waiting then
  return waiting
end
local available = of(
  count(status.currentAvailable),
  count(status.totalReplicas),
  "pods are available, "
)
return healthy(
  available
    .. count(status.desiredAvailable)
    .. " have to be, "
    .. count(status.unavailableAllowed)
    .. " may become unavailable"
)
