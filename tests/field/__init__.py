"""The queue of the cadre's phone, driven through faults outside of any browser."""
