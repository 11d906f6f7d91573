"""The units of the platform, one component resource each."""
