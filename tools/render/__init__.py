"""The program without an engine: every resource that it registers, as data and as files."""
