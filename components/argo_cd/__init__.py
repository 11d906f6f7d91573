"""Argo CD as a unit: the component, and one file for each thing that it renders."""

from components.argo_cd.component import ArgoCd, ArgoCdArgs

__all__ = ["ArgoCd", "ArgoCdArgs"]
