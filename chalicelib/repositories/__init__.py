"""The store: keys, items and the one way to write. Knows the domain, nothing above."""
