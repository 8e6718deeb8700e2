"""The crowd of a live stream, played against a server of its own: `make load`."""
