"""The stack as a whole: settings, rules between units, plan, checks against state and cluster."""
