"""Applications of Argo CD: what is deployed from where to where."""

from components.applications.component import Applications, ApplicationsArgs

__all__ = ["Applications", "ApplicationsArgs"]
