"""What can be done: each function loads, decides by the domain, and commits once."""
