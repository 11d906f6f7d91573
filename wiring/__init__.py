"""What the settings mean for each unit: pure functions from settings to a component's arguments.

One file per unit. Settings and components do not know each other; only `__main__` imports this.
"""
