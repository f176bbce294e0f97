"""A ledger for school love funds whose promise of openness anyone can check."""

__version__ = "0.1.0"
