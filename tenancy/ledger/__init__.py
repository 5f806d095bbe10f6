"""The record of what must stay undone when an older state of the database comes back.

``store`` keeps the lines, outside everything that is restored; ``entries`` writes them around each
erasure; ``gate`` compares the database with them whenever a connection is opened.
"""
