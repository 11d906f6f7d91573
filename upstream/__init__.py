"""What is installed: pins, artifacts, manifests, and their way into Pulumi."""
