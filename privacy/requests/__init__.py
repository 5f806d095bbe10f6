"""Requests of data subjects: their clocks, their course, the desk, the letters, and where they come in."""
