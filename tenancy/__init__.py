"""The very bottom of the house: the tenant as a UUID, the wall around its rows, and its keys."""
