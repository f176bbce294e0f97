"""Work shared among the cores, one process each."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torture.campaign import progress


def each(name: str, work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    """The answers of ``work`` to each task's arguments, in order; progress is told on the way."""
    since = time.monotonic()
    context = multiprocessing.get_context("fork")
    with context.Pool(min(os.cpu_count() or 1, max(len(tasks), 1))) as pool:
        waiting = [pool.apply_async(work, task) for task in tasks]
        for done, answer in enumerate(waiting, 1):
            yield answer.get()
            progress(name, done, len(tasks), since)
