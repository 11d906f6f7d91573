"""The sections of a stack's configuration, one file per unit; keys as in the stack file.

The docstring under a field is its description in the reference page and in the JSON Schema. A model
checks single values; rules over several keys are in `settings/rules/`. No section holds secrets.
"""
