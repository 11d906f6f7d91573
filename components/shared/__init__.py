"""What two units need: a module for each thing; units do not import each other."""
