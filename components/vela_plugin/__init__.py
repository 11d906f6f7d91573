"""The `vela` plugin: the component, what it contributes, and the converter."""
