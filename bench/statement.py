"""One fund's statement: ``python -m bench.statement make SIZE SEED BOOKS``, …

``make`` records the entries of one fund in one year. ``publish`` books their statement and
writes what proves it. ``faces`` writes the phone page and the tables beside it, and
``check`` opens that page in headless Chromium. Each prints what it found as JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from bench.data import FIRST, FUNDS, cells, rows
from bench.record import draft_of, open_funds, workspace
from lovefund.actions.bundle import bundle, fund_key
from lovefund.actions.manifest import manifest
from lovefund.actions.page import PAGE, with_page
from lovefund.actions.publish import publish, view_of
from lovefund.actions.statements import content_of, number_of, statements
from lovefund.core.days import parse_period
from lovefund.publishing.tables import tables

FUND = FUNDS[0]
#: A day short of the year, which would have to be closed first.
DAYS = 364
PERIOD = f"{FIRST}..{date(FIRST.year, 12, 30)}"
_CHUNK = 2000
#: Waits until the page has said its verdict; that, and the seconds that it says it took.
_VERDICT = """(async () => {
  const [result, took] = ["result", "took"].map((id) => document.getElementById(id));
  while (!["good", "bad"].includes(result.className)) await new Promise((r) => setTimeout(r, 20));
  return [result.className, (/[0-9.]*[0-9]/.exec(took.textContent) || ["0"])[0]];
})()"""


def make(size: int, seed: int, place: str) -> None:
    """Fresh books of one fund with so many gifts and grants in one year."""
    open_funds(place, [FUND])
    with workspace(place).gates(FUND) as gates:
        gate = gates[FUND]
        made = [
            draft_of(gate.chart, number, cells(row))
            for number, row in enumerate(rows(size, seed, (FUND,), DAYS))
        ]
        for first in range(0, size, _CHUNK):
            gate.post(made[first : first + _CHUNK])


def put_out(place: str, folder: str) -> dict[str, str]:
    """Book the statement and write its proofs; its folder, and the key to check it with."""
    ws = workspace(place, FUND)
    done = publish(ws, parse_period(PERIOD), Path(folder), languages=())
    with ws.reading() as books:
        return {"folder": str(done.files[0].parent), "key": fund_key(books)}


def faces(place: str, folder: str) -> dict[str, int]:
    """The page and the tables of the statement, written; the size of each file there."""
    target = Path(folder)
    with workspace(place, FUND).reading() as books:
        (entry,) = statements(books)
        content = content_of(books, entry)
        proofs = bundle(books, entry, content)
        view, page = with_page(books, view_of(books, entry, content), proofs)
        files = proofs | page | tables(view, proofs, books.chart)
        for name, data in (files | manifest(books, number_of(entry), files)).items():
            (target / name).write_bytes(data)
    return {path.name: path.stat().st_size for path in sorted(target.iterdir())}


def check(folder: str, runs: int) -> list[float]:
    """The seconds of all checks of the phone page, as the page itself tells them."""
    from browser import browser

    found = []
    with browser() as one:
        for _run in range(runs):
            page = one.page((Path(folder) / PAGE).resolve().as_uri(), language="en")
            verdict, took = page.run(_VERDICT)
            if verdict != "good":
                raise RuntimeError(f"the page did not pass an honest statement: {verdict}")
            found.append(float(took))
    return found


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", size, seed, place]:
            make(int(size), int(seed), place)
        case ["publish", place, folder]:
            print(json.dumps(put_out(place, folder)))
        case ["faces", place, folder]:
            print(json.dumps(faces(place, folder)))
        case ["check", folder, runs]:
            print(json.dumps(check(folder, int(runs))))
