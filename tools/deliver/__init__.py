"""One run of a delivery's pipeline, followed to its end."""
