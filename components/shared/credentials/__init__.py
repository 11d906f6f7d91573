"""The platform's own credentials, derived from one secret: pure functions, no Pulumi, no settings.

`derivation.py` turns the seed into values; `argo_cd.py` says which ones Argo CD has. The same seed
and counters give the same credentials for ever: golden values in the tests hold them in place.
"""
