"""Leads as a file for a spreadsheet: asked for, made in the background, taken away within a week."""
