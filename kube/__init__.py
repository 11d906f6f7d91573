"""Plain Kubernetes objects: read, changed, known again, registered; and a cluster's API."""
