"""The sandbox that live controllers run against."""

from __future__ import annotations

from pathlib import Path

from tools.sandbox.flavour import Flavour

NAME = "live"

SERVICE_RANGE = "127.96.0.0/16"
"""Addresses of this machine itself, so that a process here can answer for a Service."""

_RANGE = {"service-cluster-ip-range": SERVICE_RANGE}

# Admission webhooks are on, as in any cluster: their backends run.
LIVE = Flavour(
    name=NAME,
    extra_args={"kube-apiserver": _RANGE, "kube-controller-manager": _RANGE},
    config=Path(__file__).with_name("stages.yaml"),
)
