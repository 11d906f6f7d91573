"""The driver: `preview | up | refresh | destroy | outputs` of a stack on a chosen cluster."""
