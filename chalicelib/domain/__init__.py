"""The rule book: plain data and pure functions. No AWS, no clock, no input or output."""
