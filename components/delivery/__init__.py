"""Delivery: the pipeline of one application, from a commit to a healthy state."""
