"""Tekton: Pipelines and its companions."""

from components.tekton.component import Tekton, TektonArgs, created

__all__ = ["Tekton", "TektonArgs", "created"]
