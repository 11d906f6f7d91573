"""Pictures of the documentation, made from text: the same text gives the same bytes."""
