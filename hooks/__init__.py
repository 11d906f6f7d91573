"""What the engine runs before it installs, changes or removes something: a file per concern.

Unlike `preflight/` this may write to the cluster. A run of the program without the engine, as in
tests and `make render`, never gets here. Only `__main__` imports it.
"""
