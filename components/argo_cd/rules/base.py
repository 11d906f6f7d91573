"""Where the rules over Argo CD's section are registered."""

from components.argo_cd.settings import ArgoCdSettings
from settings.registry import Rules

rule = Rules[ArgoCdSettings]()
