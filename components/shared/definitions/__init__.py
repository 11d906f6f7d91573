"""KubeVela's definitions: what developers may write in an Application, and what becomes of it.

`cloneset.yaml` is the platform's own. `reader` reads those of the platform team from a folder and
refuses what vela-core could not use; `vet` has their CUE checked by the vela CLI.
"""
