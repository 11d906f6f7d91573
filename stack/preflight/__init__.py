"""What is looked at before anything is registered: the stack's own state, and the cluster.

Nothing in here writes: what it finds is a refusal (PlatformError), or lines for the reader of a
preview.
"""
