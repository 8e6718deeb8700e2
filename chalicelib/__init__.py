"""Shanhuo: order and traceability API for village produce. The floors are described in CONTRIBUTING.md."""
