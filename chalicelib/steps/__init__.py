"""Pieces of one transaction that several services share: what else must be written with a move.

A step reads what it needs, decides by the domain and adds its writes to the caller's work; it does
not commit. A service loads, takes its steps and commits once, which `once.py` does for those that
answer under an Idempotency-Key.
"""
