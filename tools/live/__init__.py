"""The operators of the platform, really running, as plain processes against a sandbox.

`lifecycle` starts and stops everything, `supervisor` is the process that stands in for a kubelet,
`operators` is the table of what runs. See docs/how-to/live-controllers.md
"""
