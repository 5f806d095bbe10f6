"""Processes are killed while visitors submit; what was acknowledged is there, once."""
