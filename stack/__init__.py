"""The stack as a whole: its settings, the rules between units, its plan, what stands against it."""
