"""What Shanhuo takes and costs at internet scale: `python -m infra.capacity` (`make capacity`).

Reckoned from the measured costs in repositories/tables.py, and simulated where they collide.
"""
