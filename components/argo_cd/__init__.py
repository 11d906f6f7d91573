"""Argo CD as a unit: the component, and one file for each thing that it renders."""

from components.argo_cd.component import ArgoCd, ArgoCdArgs, created
from components.argo_cd.workloads import HA_NODES

__all__ = ["HA_NODES", "ArgoCd", "ArgoCdArgs", "created"]
