"""Argo CD: its settings, the component, and one file for each thing that it renders."""
