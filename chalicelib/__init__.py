"""Shanhuo: orders, traceability and quality of village produce. The floors: CONTRIBUTING.md."""
