"""Makes a failing list shorter while it still fails: delta debugging (Zeller, 1999)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def shrunk(
    items: tuple[T, ...], fails: Callable[[tuple[T, ...]], bool], seconds: float = 60.0
) -> tuple[T, ...]:
    """A part of ``items``, in order, that still fails and of which no single item can go.

    After ``seconds`` the shortest found so far is answered; all of it where it does not fail.

    >>> shrunk(tuple(range(100)), lambda part: {7, 40} <= set(part))
    (7, 40)
    """
    until = time.monotonic() + seconds
    if not fails(items):
        return items
    size = len(items) // 2
    while size >= 1:
        start, shorter = 0, False
        while start < len(items):
            part = items[:start] + items[start + size :]
            if time.monotonic() > until:
                return items
            if fails(part):
                items, shorter = part, True
            else:
                start += size
        if size == 1 and not shorter:
            break
        size = max(size // 2, 1) if not shorter or size > 1 else 1
    return items
