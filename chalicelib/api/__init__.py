"""The edge: who may call what, how bodies are read and how refusals become HTTP."""
