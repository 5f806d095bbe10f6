"""The API for an organisation's own programs: read-only, by key, without cookies."""
