"""``./run bench``: the program beside its peers, on the same data, in one run.

10,000 entries by default; ``--full`` adds 100,000 and 1,000,000 and takes an hour or so.
``--only`` measures some parts alone. ``--write`` puts the table into docs/performance.md, or with
``--only`` the lines that were measured. Medians of whole processes, the peers in turn with ours;
every constraint, index, trigger, law and seal is on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import data
from bench.measure import (
    Result,
    Sample,
    bytes_said,
    compare,
    compare_size,
    environment,
    lovefund,
    median,
    paired,
    program,
    python,
    run,
    seconds,
    worked,
)

QUICK, FULL = (10_000,), (10_000, 100_000, 1_000_000)
DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
#: The files of a published folder that grow with its entries.
_SIZED = ("shown.json", "entries.csv", "statement.xlsx", "statement.html")
_BEGIN, _END = "<!-- table: begin -->\n", "<!-- table: end -->\n"


@dataclass
class Bench:
    """A run: its folder, its sizes, and what earlier parts left for later ones."""

    folder: Path
    sizes: tuple[int, ...]
    seed: int
    env: dict[str, str] = field(init=False)
    balances: dict[int, Sample] = field(default_factory=dict)
    rates: dict[tuple[str, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.env = environment(self.folder)

    def runs(self, size: int) -> int:
        """How often a thing is run: the larger, the fewer."""
        return 5 if size <= 10_000 else 3 if size <= 100_000 else 1

    def aim(self, size: int, ratio: float) -> float | None:
        """The ratio aimed at where the ledger is large; a small one is start-up time."""
        return ratio if size == FULL[-1] else None

    def books(self, size: int) -> Path:
        """Our books of that size."""
        return self.folder / f"{size}.db"


def recording(b: Bench, size: int) -> Iterator[Result]:
    """A CSV through the gate, beside ``hledger import`` and bare inserts."""
    table, journal = b.folder / f"{size}.csv", b.folder / "imported.journal"
    data.write_csv(table, size, b.seed)
    data.write_rules(b.folder / f"{size}.csv.rules")
    found: dict[str, list[Sample]] = {"gate": [], "hledger": [], "bare": []}
    for _round in range(b.runs(size)):
        for stale in (*b.folder.glob(f"{size}*.db*"), *b.folder.glob(".latest.*"), journal):
            stale.unlink(missing_ok=True)
        journal.touch()
        books, floor = str(b.books(size)), str(b.folder / f"{size}-bare.db")
        found["gate"].append(run(python("-m", "bench.record", "gate", str(table), books), b.env))
        found["hledger"].append(run(["hledger", "-f", str(journal), "import", str(table)], b.env))
        found["bare"].append(run(python("-m", "bench.record", "bare", books, floor), b.env))
        Path(floor).unlink()
    journal.unlink()
    ours = median(found["gate"])
    what = "record a CSV, sealed"
    theirs, least = median(found["hledger"]), median(found["bare"])
    yield compare(what, f"{size:,}", ours, "hledger import", theirs, b.aim(size, 1 / 4))
    yield compare(what, f"{size:,}", ours, "bare executemany", least, b.aim(size, 1.5))


def ruling(b: Bench, size: int) -> Iterator[Result]:
    """The same CSV in funds that adopted the whole model rulebook, beside funds without one."""
    table = b.folder / f"{size}.csv"
    data.write_csv(table, size, b.seed)
    found: dict[str, list[Sample]] = {"gate": [], "ruled": []}
    for _round in range(b.runs(size)):
        for way, samples in found.items():
            books = b.folder / f"{way}-{size}.db"
            samples.append(run(python("-m", "bench.record", way, str(table), str(books)), b.env))
            for stale in b.folder.glob(f"{books.name}*"):
                stale.unlink()
    ours, theirs = median(found["ruled"]), median(found["gate"])
    yield compare("record under the model rules", f"{size:,}", ours, "without rules", theirs, 1.5)


def balances(b: Bench, size: int) -> Iterator[Result]:
    """All balances of all funds, now and on a past day, as a whole process."""
    journal = b.folder / f"{size}.journal"
    data.write_journal(journal, size, b.seed)
    ours = lovefund(b.books(size), "balance", "--all")
    ledger = ["ledger", "-f", str(journal), "bal"]
    now, past = paired([ours, [*ours, "--on", "2023-05-17"]], b.env, 15)
    theirs = median([run(ledger, b.env) for _round in range(b.runs(size))])
    hledger = median(
        [run(["hledger", "-f", str(journal), "bal"], b.env) for _round in range(b.runs(size))]
    )
    target = b.aim(size, 1 / 30)
    yield compare("all balances", f"{size:,}", now, "ledger bal", theirs, target)
    yield compare("all balances", f"{size:,}", now, "hledger bal", hledger)
    yield compare("all balances on a past day", f"{size:,}", past, "ledger bal", theirs, target)
    b.balances[size] = now
    if size != b.sizes[0]:
        first = f"ours at {b.sizes[0]:,}"
        yield compare(
            "all balances", f"{size:,}", now, first, b.balances[b.sizes[0]], b.aim(size, 1.2)
        )


def checking(b: Bench, size: int) -> Iterator[Result]:
    """A full check, beside programs that read everything to say a balance."""
    journal, plain = b.folder / f"{size}.journal", b.folder / f"{size}.beancount"
    data.write_beancount(plain, size, b.seed)
    ours, ledger, hledger, beancount = paired(
        [
            lovefund(b.books(size), "check"),
            ["ledger", "-f", str(journal), "bal"],
            ["hledger", "-f", str(journal), "check"],
            python("-m", "beancount.scripts.check", "--no-cache", str(plain)),
        ],
        b.env,
        b.runs(size),
    )
    what = "check everything"
    yield compare(what, f"{size:,}", ours, "ledger bal", ledger, b.aim(size, 1))
    aim = b.aim(size, 1 / 4)
    yield compare_size("memory of a check", f"{size:,}", ours, "ledger bal", ledger, aim)
    yield compare(what, f"{size:,}", ours, "hledger check", hledger)
    yield compare(what, f"{size:,}", ours, "bean-check", beancount)


def figures(b: Bench, size: int) -> Iterator[Result]:
    """A statement's figures over a period of some 2,000 entries, however large the ledger."""
    days = max(data.DAYS * 2000 // size, 1)
    done = run(python("-m", "bench.inside", "figures", str(b.books(size)), str(days)), b.env)
    b_key = -size
    b.balances[b_key] = Sample(statistics.median(json.loads(done.output)), done.megabytes)
    if size != b.sizes[0]:
        yield compare(
            "figures of a period of 2,000 entries",
            f"{size:,}",
            b.balances[b_key],
            f"ours at {b.sizes[0]:,}",
            b.balances[-b.sizes[0]],
            1.2,
        )


def starting(b: Bench) -> Iterator[Result]:
    """What a person waits for before anything happens."""
    books = b.folder / "start.db"
    opened = lovefund(
        books, "open", "start", "--name", "虚构", "--school", "虚构", "--treasurer", "虚构",
        "--on", "2026-01-01", "--practice",
    )  # fmt: skip
    run(opened, b.env)
    gift = lovefund(
        books, "--date-is-right", "donate", "5", "--source", "staff", "--from", "虚构", "--show",
        "real", "--by", "cash", "--on", "2026-01-02",
    )  # fmt: skip
    imports = python("-c", "import sqlalchemy, click, rich.table")
    page, bare, one, merely = paired(
        [
            program("--help"),
            python("-c", "pass"),
            gift,
            imports,
        ],
        b.env,
        15,
    )
    yield compare("lovefund --help", "", page, "python -c pass", bare, 5)
    yield compare(
        "one gift, recorded and receipted", "", one, "importing the libraries", merely, 2.5
    )


def drawing(b: Bench) -> Iterator[Result]:
    """Statements as PDF, beside one plain table."""
    counts = (300, 1000, 10_000) if len(b.sizes) > 1 else (300, 1000)
    target = str(b.folder / "out.pdf")
    for count in counts:
        ours, plain = paired(
            [
                python("-m", "bench.pdf", "ours", str(count), target),
                python("-m", "bench.pdf", "plain", str(count), target),
            ],
            b.env,
            1 if count > 1000 else 3,
        )
        aim = 1 / 2 if count == 10_000 else None
        yield compare("statement as PDF", f"{count:,} rows", ours, "one plain table", plain, aim)
        limit = Sample(1, 400)
        yield compare_size("memory of a PDF process", f"{count:,} rows", ours, "400 MB", limit, 1)


def publishing(b: Bench, size: int) -> Iterator[Result]:
    """One fund's statement of that many entries: published, and checked by each verifier."""
    if size > 100_000:  # no fund comes near
        return
    books, out = b.folder / f"one-fund-{size}.db", b.folder / f"published-{size}"
    for stale in (*b.folder.glob(f"{books.name}*"), books.with_suffix(".db-wal")):
        stale.unlink(missing_ok=True)
    shutil.rmtree(out, ignore_errors=True)

    def step(*arguments: str) -> Sample:
        return worked(run(python("-m", "bench.statement", *arguments), b.env))

    made = step("make", str(size), str(b.seed), str(books))
    proofs = step("publish", str(books), str(out))
    folder, key = json.loads(proofs.output).values()
    faces = step("faces", str(books), folder)
    sizes = json.loads(faces.output)
    entries = f"{size:,}"
    yield compare("publish: what proves a statement", entries, proofs, "recording it", made)
    yield compare("publish: phone page and tables", entries, faces, "recording it", made)

    lines = str(Path(folder) / "entries.jsonl")
    verifier = python(str(Path(folder) / "verify.py"), folder, "--key", key)
    product = lovefund(books, "verify", folder, "--key", key)
    verifiers = [verifier, product, python("bench/yardstick.py", lines)]
    by_file, by_product, least = map(worked, paired(verifiers, b.env, b.runs(size) // 2))
    least_of = "parse and hash each line"
    yield compare("verify.py", entries, by_file, least_of, least, 2.5)
    yield compare("lovefund verify", entries, by_product, least_of, least)
    page = min(
        json.loads(step("check", folder, str(b.runs(size))).output)
    )  # a page waits for its turn too
    aim = 1 if size == QUICK[-1] else None
    yield Result("phone page: all checks", entries, seconds(page), "a second", "1.00 s", page, aim)
    plain = sizes["entries.jsonl"]
    for name in _SIZED:
        yield Result(
            f"size of {name}", entries, bytes_said(sizes[name]), "entries.jsonl",
            bytes_said(plain), sizes[name] / plain,
        )  # fmt: skip
    work = {"publish": proofs, "phone page and tables": faces, "verify.py": by_file}
    for what, done in work.items():
        b.rates[what, size] = done.cpu_seconds / size
        if size != b.sizes[0]:
            yield _each(
                f"work of {what}, an entry", entries, b.rates[what, size],
                f"ours at {b.sizes[0]:,}", b.rates[what, b.sizes[0]],
            )  # fmt: skip


def auditing(b: Bench, size: int) -> Iterator[Result]:
    """The auditor's kit and the statutory statements of one fund's year, beside a register."""
    if size > 100_000:  # no fund comes near
        return
    books, journal = b.folder / f"audited-{size}.db", b.folder / f"audited-{size}.journal"
    worked(run(python("-m", "bench.statement", "make", str(size), str(b.seed), str(books)), b.env))
    exported = run(lovefund(books, "export", "hledger"), b.env)
    journal.write_text(exported.output, encoding="utf-8")
    kit = b.folder / f"kit-{size}"
    made = run(lovefund(books, "audit", str(data.FIRST.year), str(kit)), b.env)
    shutil.rmtree(kit)
    told = run(lovefund(books, "reports", str(data.FIRST.year)), b.env)
    register = run(["hledger", "-f", str(journal), "register"], b.env)
    balance = run(["hledger", "-f", str(journal), "balancesheet"], b.env)
    yield compare("the auditor's kit", f"{size:,}", made, "hledger register", register)
    yield compare("statutory statements", f"{size:,}", told, "hledger balancesheet", balance)


def _each(what: str, size: str, now: float, beside: str, before: float) -> Result:
    """The work for one of many, in seconds of the processor: no more than for one of few."""
    said = [f"{value * 1000:.3f} ms" for value in (now, before)]
    return Result(what, size, said[0], beside, said[1], now / before, 1.2)


def growing(b: Bench) -> Iterator[Result]:
    """The work of a PDF, a row: the same in a long statement as in a short one."""
    counts = (2500, 5000, 10_000) if len(b.sizes) > 1 else (2500, 5000)
    target = str(b.folder / "out.pdf")
    each: dict[int, float] = {}
    for count in counts:
        drawn = run(python("-m", "bench.pdf", "ours", str(count), target), b.env)
        each[count] = drawn.cpu_seconds / count
        if count != counts[0]:
            first = each[counts[0]]
            beside = f"ours at {counts[0]:,}"
            yield _each("work of a PDF, a row", f"{count:,} rows", each[count], beside, first)


def serving(b: Bench) -> Iterator[Result]:
    """PostgreSQL beside SQLite, and eight writers at once."""
    from tests.server import Cluster, execute_on, server_folder

    programs = server_folder()
    if programs is None:
        say("no PostgreSQL server on this machine; its lines are left out")
        return
    size = max(s for s in b.sizes if s <= 100_000)
    cluster = Cluster(programs)
    cluster.start()
    try:
        places = []
        for name in ("bulk", "one", "eight"):
            execute_on(cluster.url, f"CREATE DATABASE {name}")
            places.append(cluster.url.removesuffix("postgres") + name)
        table = str(b.folder / f"{size}.csv")
        served = run(python("-m", "bench.record", "gate", table, places[0]), b.env)
        file = b.folder / "beside.db"
        embedded = run(python("-m", "bench.record", "gate", table, str(file)), b.env)
        yield compare("record a CSV on PostgreSQL", f"{size:,}", served, "on SQLite", embedded, 3)
        tries = "250" if len(b.sizes) > 1 else "50"
        rates = {}
        for one, place in (("one", places[1]), ("eight", places[2])):
            done = run(python("-m", "bench.inside", "drawing", place, one, tries), b.env)
            rates[one] = json.loads(done.output)
            if rates[one]["lowest_fen"] < 0:
                raise RuntimeError("a restriction was overdrawn")
        yield Result(
            "eight writers on eight funds, PostgreSQL", "", f"{rates['eight']['rate']:.0f}/s",
            "eight on one fund", f"{rates['one']['rate']:.0f}/s",
            rates["one"]["rate"] / rates["eight"]["rate"], 1 / 3,
        )  # fmt: skip
    finally:
        cluster.stop()


BY_SIZE: tuple[Callable[[Bench, int], Iterator[Result]], ...] = (
    recording, ruling, balances, checking, figures, publishing, auditing,
)  # fmt: skip
#: What reads the books or the CSV that ``recording`` leaves.
_NEED_BOOKS = {"balances", "checking", "figures", "serving"}
ONCE: tuple[Callable[[Bench], Iterator[Result]], ...] = (starting, drawing, growing, serving)


def say(text: str) -> None:
    """A line for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def line(r: Result) -> str:
    """A line of the table in Markdown."""
    target = "" if r.target is None else f"≤ {r.target:.3g}"
    return (
        f"| {r.what} | {r.size} | {r.ours} | {r.beside} | {r.theirs} | {r.ratio:.3g} | {target} | "
        f"{r.met} |"
    )


def table(results: list[Result], b: Bench) -> str:
    """The whole table, and what it was measured with."""

    def version(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(
            "\n"
        )[0]

    import importlib.metadata

    command = f"./run bench --up-to {b.sizes[-1]}"
    return "\n".join(
        (
            f"`{command} --seed {b.seed}` on {os.cpu_count()} cores, Python "
            f"{platform.python_version()}; {version('ledger', '--version')}; "
            f"{version('hledger', '--version')}; Beancount "
            f"{importlib.metadata.version('beancount')}. Medians of whole processes. Seals, "
            "triggers, constraints and laws on; rules only where a line says so.",
            "",
            "| What | Entries | lovefund | beside | theirs | ratio | aim | reached |",
            "|---|--:|--:|---|--:|--:|--:|---|",
            *map(line, results),
            "",
        )
    )


def merged(old: str, results: list[Result]) -> str:
    """The table with these lines in it: in the place of the same ones, or else at its end."""

    def of(row: str) -> tuple[str, ...]:
        cells = row.split("|")
        return tuple(cells[n].strip() for n in (1, 2, 4))

    rows = old.rstrip("\n").split("\n")
    places = {of(row): n for n, row in enumerate(rows) if row.count("|") > 5}
    for result in results:
        row = line(result)
        if of(row) in places:
            rows[places[of(row)]] = row
        else:
            rows.append(row)
    return "\n".join(rows) + "\n"


def main() -> None:
    """Measure, print the table, and write it where asked to."""
    options = argparse.ArgumentParser(prog="./run bench", description=__doc__.split("\n\n")[0])
    options.add_argument("--full", action="store_true", help="100,000 and 1,000,000 entries too")
    options.add_argument(
        "--up-to", type=int, default=QUICK[-1], metavar="N", help="all sizes up to N entries"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="parts, as recording,checking")
    options.add_argument("--write", action="store_true", help="put the table into the document")
    given = options.parse_args()
    wanted = given.only.split(",") if given.only else []
    for peer in ("hledger", "ledger"):
        if shutil.which(peer) is None:
            sys.exit(f"please install {peer}")
    with tempfile.TemporaryDirectory(prefix="lovefund-bench-") as folder:
        largest = FULL[-1] if given.full else given.up_to
        b = Bench(Path(folder), tuple(n for n in FULL if n <= largest), given.seed)
        results: list[Result] = []
        for size in b.sizes:
            for part in BY_SIZE:
                needed = part is recording and _NEED_BOOKS & set(wanted)
                if not wanted or part.__name__ in wanted or needed:
                    say(f"{part.__name__} {size:,} …")
                    results += _told(part(b, size))
        for once in ONCE:
            if not wanted or once.__name__ in wanted:
                say(f"{once.__name__} …")
                results += _told(once(b))
        text = table(results, b)
    print(text)
    if given.write:
        before, _begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(_BEGIN)
        old, _end, after = rest.partition(_END)
        new = merged(old, results) if wanted else text
        DOCUMENT.write_text(before + _BEGIN + new + _END + after, encoding="utf-8")


def _told(results: Iterator[Result]) -> Iterator[Result]:
    for each in results:
        say("  " + line(each))
        yield each


if __name__ == "__main__":
    main()
