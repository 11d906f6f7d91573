"""What the settings of every unit are made of; `stack/` puts the sections together."""
