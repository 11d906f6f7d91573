"""What a change of the program does to the objects of a stack: two revisions, rendered."""
