"""How long a test waits for what must come: a hang takes so long, a busy machine does not."""

LONG_WAIT = 60
"""Seconds."""
