"""Faces of what is published: templates and numbers in, PDF out. Knows no SQL."""
