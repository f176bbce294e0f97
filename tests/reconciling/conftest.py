"""The fixtures of ``commands`` for these tests."""

from commands import fund, run

__all__ = ["fund", "run"]
