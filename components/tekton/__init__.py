"""Tekton: Pipelines and its companions."""
