"""Applications of Argo CD: what is deployed from where to where."""
