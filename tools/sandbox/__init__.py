"""The sandbox: an embedded control plane with simulated nodes, on the loopback interface only.

Programs use `lifecycle` (start, stop, reset, status), people `python -m tools.sandbox --help`.
"""
