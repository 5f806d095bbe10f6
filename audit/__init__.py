"""Ground: the append-only record of access and of critical operations."""
