"""OpenKruise: workloads that are updated in place."""
