"""Shanhuo: orders, traceability and quality of village produce. CONTRIBUTING.md draws the floors."""
