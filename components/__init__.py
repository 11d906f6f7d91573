"""The units of the platform, each in a room of its own, and what two of them need."""
