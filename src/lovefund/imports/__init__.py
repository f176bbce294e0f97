"""Reads the files that schools have: lists from Excel and CSV."""
