"""What is looked at before anything is registered: the stack's own state, and the cluster.

Only `__main__` and the tools import this. Nothing in here writes: what it finds is a refusal
(PlatformError), or lines for the reader of a preview.
"""
