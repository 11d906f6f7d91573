"""What is installed: the catalogue of versions and digests, and the artifacts."""
