"""What must be gone before a unit is, one file per unit; run by the engine's hooks.

Unlike `preflight/` this writes to the cluster. Only `__main__` imports it.
"""
