"""Production on AWS: the package, the two stacks, and the commands that bring them there."""
