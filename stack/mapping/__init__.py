"""What the settings mean for each unit: pure functions from settings to a component's arguments."""
