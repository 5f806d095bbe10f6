"""Erasing somebody: one plan, shown before and carried out exactly; who is told; what proves it."""
