"""Reads a fund's lines once, from the first to the last, and proves by them what lies beside.

What the lines alone say (balances, numbers, closings, statements) is gathered on the way, for
the check to compare with what the tables keep.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select

from lovefund.core.accounts import GUARDED, AccountClass
from lovefund.core.cases import Cases
from lovefund.core.duties import Duties
from lovefund.core.effects import Effects
from lovefund.core.entries import Restriction
from lovefund.core.findings import Finding
from lovefund.core.judge import View, judge
from lovefund.core.kinds import KINDS
from lovefund.core.officers import Officers
from lovefund.core.overrides import Overrides
from lovefund.core.rulebook import Adopted, judging
from lovefund.core.rules import rulebook_of
from lovefund.errors import BadInput, Several, StorageError
from lovefund.language import _
from lovefund.log import checkpoints, cosignatures, lines, seals, tree
from lovefund.store import tables as t
from lovefund.store.book import CHINA, HOLDERS_MIN, restriction_from
from lovefund.store.offices import judge_line
from lovefund.store.reading import Books


class Paper(NamedTuple):
    """A paper that the dossier of an entry names, by its hash."""

    no: int
    sha256: str
    name: str


class Replay:
    """What the lines of one fund say, once :meth:`findings` has been read to its end."""

    def __init__(self, books: Books, papers: list[Paper] | None = None) -> None:
        self._books = books
        self._papers = papers
        self.effects = Effects(books.chart)
        self.restrictions: dict[str, Restriction] = dict(books.built_in())
        self.officers = Officers()
        self._duties = Duties()
        self.opened_by: dict[str, int] = {}
        self.frontier = tree.Frontier()
        self.no = 0
        self.last_at: date | None = None
        self.closed: date | None = None
        #: By account and by restriction, what moved on each day on what law 2 guards, in fen.
        self.account_days: dict[tuple[str, date], int] = defaultdict(int)
        self.restriction_days: dict[tuple[str, date], int] = defaultdict(int)
        self.stock_days: dict[tuple[str, date], int] = defaultdict(int)
        self.receipt_rows: dict[tuple[int, int], int] = {}
        self.statements: dict[int, tuple[int, Mapping[str, Any]]] = {}
        #: False when a line could not be read, so that nothing follows from the rest.
        self.readable = True
        self._guarded = frozenset(a.code for a in books.chart.of_class(*GUARDED))
        self._money = frozenset(a.code for a in books.chart.of_class(AccountClass.MONEY))
        self._stock = frozenset(a.code for a in books.chart.of_class(AccountClass.STOCK))
        self._opened_on: date | None = None
        self._view: View | None = None
        self._cases = Cases()
        self._vouchers: dict[int, int] = {}
        self._receipts: dict[int, int] = {}
        self._commitments: set[str] = set()
        #: The checkpoint just after each statement, by its entry.
        self._bodies: dict[int, str] = {}
        #: The rulebooks adopted so far, and the texts that are kept of them.
        self.adopted: list[Adopted] = []
        self._overrides = Overrides()
        self._texts = books.rulebooks()

    def findings(self) -> Iterator[Finding]:
        """Everything that a line, or what lies beside it, has wrong."""
        books = self._books
        postings, sealed = books.posting_rows(), books.sealed_rows()
        posting, seal = next(postings, None), next(sealed, None)
        for row in books.entry_rows():
            no = row.no
            if no != self.no:
                yield _bad("gap", self.no, _("the entry is missing"))
                self.no = no
            own: list[tuple[Any, ...]] = []
            while posting is not None and posting[1] == no:
                own.append(tuple(posting)[2:])
                posting = next(postings, None)
            seals_of: list[tuple[str, str]] = []
            while seal is not None and seal[0] == no:
                seals_of.append(seal[1:])
                seal = next(sealed, None)
            line = self._read(row.line)
            if isinstance(line, Finding):
                self.readable = False
                yield line
            else:
                receipt = self._number(line)
                if row != self._expected(row, line) or not _a_moment(row.recorded_at, line.at):
                    yield from self._columns(row, line)
                if [(number, *p) for number, p in enumerate(line.postings, 1)] != own:
                    yield _bad("postings", no, _("the postings are not those of the line"))
                yield from self._series(line, receipt)
                yield from self._laws(line)
                yield from self._sealed(line, seals_of)
                self._gather(line)
            self.no += 1
        if self.no == 0:
            yield _bad("gap", 0, _("the entry is missing"))
        if posting is not None:
            yield _bad("loose-posting", posting[1], _("postings without an entry"))
        if seal is not None:
            yield _bad("loose-seal", seal[0], _("sealed texts without an entry"))

    def _read(self, text: str) -> lines.Line | Finding:
        data = text.encode("utf-8", "surrogateescape")
        self.frontier.push(tree.leaf(data))
        try:
            return lines.read_line(data, self._books.fund, self.no)
        except lines.LineRefused as error:
            what = _("the line is not canonical: {reason}").format(reason=error.reason)
            return _bad("line", self.no, what)

    def _number(self, line: lines.Line) -> str:
        """Count the voucher and the receipt of a line; returns the receipt's number, or empty."""
        if line.postings:
            year = line.on.year
            self._vouchers[year] = self._vouchers.get(year, 0) + 1
        if "receipt" not in line.facts or line.kind == "receipt-copied":
            return ""
        year = line.at.year
        number = self._receipts[year] = self._receipts.get(year, 0) + 1
        self.receipt_rows[year, number] = line.no
        return f"{year}-{number:06d}"

    def _expected(self, row: Any, line: lines.Line) -> tuple[Any, ...]:
        """The row that belongs to a line; its exact time and its request have no other witness."""
        of = line.facts.get("of")
        year = line.on.year if line.postings else None
        return (
            line.fund,
            line.no,
            line.kind,
            line.on.isoformat(),
            line.at.isoformat(),
            row.recorded_at,
            line.by,
            row.request,
            of if type(of) is int else None,
            year,
            self._vouchers[year] if year else None,
            len(line.postings),
            sum([p[3] for p in line.postings]),
            row.line,
            self.frontier.last.hex(),
        )

    def _columns(self, row: Any, line: lines.Line) -> Iterator[Finding]:
        """Which columns are not those of the line."""
        kept = row._asdict()
        expected = dict(zip(kept, self._expected(row, line), strict=True))
        wrong = {name: value for name, value in kept.items() if value != expected[name]}
        if "leaf" in wrong:
            yield _bad("leaf", line.no, _("the line does not have the hash that is kept with it"))
        if "voucher_year" in wrong or "voucher_no" in wrong:
            yield _bad(
                "voucher",
                line.no,
                _("the voucher number is {kept}, not {number}").format(
                    kept=row.voucher_no, number=expected["voucher_no"]
                ),
            )
        if not _a_moment(row.recorded_at, line.at):
            wrong["recorded_at"] = row.recorded_at
        others = {k: v for k, v in wrong.items() if k not in ("leaf", "voucher_year", "voucher_no")}
        if others:
            yield _bad(
                "columns", line.no, _("a column differs from the line: {kept}").format(kept=others)
            )

    def _series(self, line: lines.Line, receipt: str) -> Iterator[Finding]:
        """Numbers and days of recording in their order, and commitments used once."""
        no = line.no
        if self.last_at is not None and line.at < self.last_at:
            yield _bad("day-fell", no, _("the day of recording is before that of the entry before"))
        if receipt and line.facts["receipt"] != receipt:
            yield _bad(
                "receipt",
                no,
                _("the receipt number is {kept}, not {number}").format(
                    kept=line.facts["receipt"], number=receipt
                ),
            )
        before = len(self._commitments)
        count = 0
        for slot, value in line.sealed.items():
            if slot == "holder":
                self._commitments.update(value)
                count += len(value)
            else:
                self._commitments.add(value)
                count += 1
        if len(self._commitments) != before + count:
            yield _bad("commitment", no, _("a commitment occurs twice in the log"))

    def _laws(self, line: lines.Line) -> Iterator[Finding]:
        view = self._view
        if view is None or view.at != line.at:
            opened_on = self._opened_on or line.on
            view = View(self._books.chart, self.restrictions, opened_on, self.closed, line.at)
            self._view = view
        for refusal in (
            *judge(line, view),
            *self._cases.judge(line.no, line, line.at),
            *judge_line(line, self.officers, self._duties),
            *self._overrides.judge(
                line, line.by, self._judging(line), signing=self.officers.signing
            ),
        ):
            yield _bad(refusal.code, line.no, refusal.what)
        self._overrides.add(line.no, line.by, line)
        of = line.facts.get("of")
        if isinstance(of, int) and not 0 <= of < line.no:
            yield _bad(
                "names-no-entry",
                line.no,
                _("it names entry {of}, which is not before it").format(of=of),
            )
        if line.no == 0:
            yield from self._opening(line)
        if line.kind == "statement":
            yield from self._statement(line)
        if line.facts.get("rules", []) != [book.no for book in self._judging(line)]:
            yield _bad("rules", line.no, _("it does not name the rulebooks that judged it"))
        if line.kind == "rules-adopted":
            yield from self._adopted(line)
        if line.kind == "cosigned" and not self._is_cosigned(line):
            yield _bad("cosigned", line.no, _("no witness signed what it says"))

    def _judging(self, line: lines.Line) -> tuple[Adopted, ...]:
        """The rulebooks in force on the days of a line."""
        return judging(tuple(self.adopted), line.on, line.at) if self.adopted else ()

    def _adopted(self, line: lines.Line) -> Iterator[Finding]:
        """The text of a rulebook beside the line that commits to it."""
        text = self._texts.get(line.no, "")
        try:
            book = rulebook_of(text)
        except (BadInput, Several):
            yield _bad("rulebook", line.no, _("the rulebook that it adopts is missing or changed"))
            return
        said = tuple(line.facts.get(name) for name in ("book", "since", "sha256"))
        if said != (book.id, book.since.isoformat(), book.sha256()):
            yield _bad("rulebook", line.no, _("the rulebook that it adopts is missing or changed"))
        self.adopted.append(Adopted(line.no, book))

    def _opening(self, line: lines.Line) -> Iterator[Finding]:
        """The rows made before entry 0, beside what it says of them."""
        row = self._books.connection.execute(
            select(t.fund, t.chart.c.name, t.chart.c.content)
            .join(t.chart)
            .where(t.fund.c.fund == self._books.fund)
        ).one()
        said = (line.facts.get("chart"), line.facts.get("chart_sha256"))
        sha256 = hashlib.sha256(row.content.encode()).hexdigest()
        if said != (row.name, row.chart_sha256) or sha256 != row.chart_sha256:
            yield _bad("chart", 0, _("the chart of accounts is not the one that was published"))
        # The books of schema 1 do not name their keys.
        keys = line.facts.get("keys", row.keys_id)
        if (line.facts.get("practice", 0), keys) != (row.practice, row.keys_id):
            yield _bad(
                "fund-row",
                0,
                _("the fund's row names other keys, or another kind of fund, than the line"),
            )

    def _statement(self, line: lines.Line) -> Iterator[Finding]:
        number = len(self.statements) + 1
        if line.facts.get("number") != number:
            yield _bad("statement-number", line.no, _("statements are not numbered without gaps"))
        if not str(line.facts["from"]) <= str(line.facts["to"]) < line.on.isoformat():
            yield _bad("statement-period", line.no, _("its period does not end before its day"))
        self.statements[number] = (line.no, line.facts)
        size, root = self.frontier.size, self.frontier.root()
        self._bodies[line.no] = checkpoints.body(self._books.fund, size, root)

    def _is_cosigned(self, line: lines.Line) -> bool:
        """Whether the signature in a line is its witness's, of the statement that it names."""
        try:
            cosigned = cosignatures.from_facts(line.facts)
            return cosigned.fits(self._bodies[cosigned.of])
        except (ValueError, LookupError):
            return False

    def _sealed(self, line: lines.Line, rows: list[tuple[str, str]]) -> Iterator[Finding]:
        """The sealed texts open to what the line commits to; not asked where no keys are here."""
        vault = self._books.vault
        main = "pupils" if line.kind in KINDS and KINDS[line.kind].pupils else "donors"
        wanted = {"donors" if slot == "shown" else main for slot in line.sealed}
        for name in sorted(wanted ^ {name for name, _content in rows}):
            yield _bad(
                "sealed",
                line.no,
                _("its sealed row `{vault}` is missing or too much").format(vault=name),
            )
        if not vault.readable:
            return
        opened: dict[str, Any] = {}
        for name, content in rows:
            try:
                opened |= vault.open(line.no, name, content) or {}
            except StorageError:
                yield _bad(
                    "sealed",
                    line.no,
                    _("a sealed text does not open: it was changed or exchanged"),
                )
                return
        for slot in sorted(line.sealed.keys() | opened.keys()):
            if slot not in opened:
                what = _("the sealed text of `{slot}` is missing")
            elif slot not in line.sealed or not _fits(slot, opened[slot], line):
                what = _("the sealed text of `{slot}` is not the one committed to")
            else:
                continue
            yield _bad("sealed", line.no, what.format(slot=slot))
        if self._papers is not None and "file" in opened and '"evidence"' in opened["file"][1]:
            evidence = json.loads(opened["file"][1]).get("evidence", [])
            self._papers += [Paper(line.no, sha256, name) for sha256, name in evidence]

    def _gather(self, line: lines.Line) -> None:
        """Go on from this line."""
        chart = self._books.chart
        if all(p.debit in chart and p.credit in chart for p in line.postings):
            self.effects.add(line.no, line.kind, line.on, line.postings, line.facts)
            for debit, credit, restriction, amount in line.postings:
                for code, change in ((debit, amount), (credit, -amount)):
                    if code in self._guarded:
                        self.account_days[code, line.on] += change
                        if code in self._money:
                            self.restriction_days[restriction, line.on] += change
                        elif code in self._stock:
                            self.stock_days[restriction, line.on] += change
        self.last_at = line.at
        kind = line.kind
        self.officers.add(line.no, kind, line.facts)
        self._duties.add(line.no, line.by, line)
        if kind == "fund-opened":
            self._opened_on = line.on
        elif kind == "restriction-opened":
            opened = restriction_from(line.facts)
            self.restrictions[opened.code] = opened
            self.opened_by[opened.code] = line.no
        elif kind == "statement":
            self._close(str(line.facts["to"]))
        elif kind in ("period-closed", "year-closed"):
            self._close(str(line.facts["through"]))
        else:
            return
        self._view = None

    def lows(self) -> Iterator[tuple[str, date, int]]:
        """(account or restriction, day, fen) where law 2 was broken for the first time."""
        for moved in (self.account_days, self.restriction_days, self.stock_days):
            running: dict[str, int] = defaultdict(int)
            told: set[str] = set()
            for (code, day), change in sorted(moved.items(), key=lambda item: item[0][1]):
                running[code] += change
                if running[code] < 0 and code not in told:
                    told.add(code)
                    yield code, day, running[code]

    def _close(self, day: str) -> None:
        found = date.fromisoformat(day)
        self.closed = found if self.closed is None or found > self.closed else self.closed


def _fits(slot: str, kept: Any, line: lines.Line) -> bool:
    """Whether a kept text is what the line commits to; of families under five some are decoys."""
    if slot != "holder":
        nonce, text = kept
        return bool(seals.commitment(slot, bytes.fromhex(nonce), text) == line.sealed[slot])
    found = {
        seals.commitment(slot, bytes.fromhex(nonce), seals.normalise_holder(name, phrase))
        for nonce, name, phrase in kept
    }
    said = set(line.sealed[slot])
    return found == said or (KINDS[line.kind].pupils and len(said) == HOLDERS_MIN and found < said)


@lru_cache(maxsize=4096)
def _a_moment(kept: str, at: date) -> bool:
    """Whether a moment is written as the gate writes it, on the day of recording or, by a clock
    that is behind, before it; the line holds the day alone."""
    try:
        moment = datetime.fromisoformat(kept)
    except ValueError:
        return False
    usual = moment.utcoffset() == CHINA.utcoffset(None) and moment.date() <= at
    return usual and moment.isoformat(timespec="seconds") == kept


def _bad(code: str, no: int, what: str) -> Finding:
    return Finding(
        code,
        _("entry {no}").format(no=no),
        what,
        _("somebody changed the books by hand; compare with a backup and a published statement"),
    )
