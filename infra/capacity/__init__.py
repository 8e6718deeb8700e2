"""What Shanhuo takes and costs at internet scale: `python -m infra.capacity` (`make capacity`).

Reckoned from the measured costs of docs/access-patterns.md, and simulated where they collide.
"""
