"""Health checks: how Argo CD judges the platform's objects, and actions on them."""
