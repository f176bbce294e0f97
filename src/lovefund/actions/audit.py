"""The auditor's kit (审计资料包): everything of a period's books in one folder, from reading alone.

Nothing private is in it unless the keys are there and it is asked for; the same books give the
same bytes, since every day in it comes from the books and none from a clock.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from lovefund.actions.evidence import evidence_folder, evidence_path, paper_is_right
from lovefund.actions.prints import issuer, journal_view, vouchers_view
from lovefund.actions.statutory import reports
from lovefund.actions.why import evidence_of
from lovefund.actions.workspace import Workspace
from lovefund.core import cases as c
from lovefund.core.days import Period
from lovefund.core.entries import Entry
from lovefund.core.kinds import KINDS
from lovefund.core.overrides import AGREED, OVERRIDE
from lovefund.errors import BadInput, StorageError
from lovefund.language import _
from lovefund.log import tree
from lovefund.publishing import kit
from lovefund.publishing.journal import journal_pdf
from lovefund.publishing.statutory import reports_pdf, sheets
from lovefund.publishing.vouchers import vouchers_pdf
from lovefund.publishing.workbook import Cell, Fen, Link, Sheet, workbook
from lovefund.store.reading import Books
from lovefund.system import write_whole

#: More vouchers than this are printed by month, where they are needed.
VOUCHERS_MAX = 2_000
#: What is recorded later than this many days after it took effect is listed as late.
LATE_DAYS = 3
#: Kinds that say what a treasurer counted or compared, and who agreed.
COMPARED = ("reconciled", "reconciliation-agreed", "cash-counted", "box-opened", "stock-counted")
_MENDS = ("correction", "void")
_JOURNAL = kit.LAYOUTS["journal"].name


@dataclass(frozen=True, slots=True)
class Kit:
    """What was written: the files, and how many rows each sheet has."""

    files: tuple[Path, ...]
    rows: Mapping[str, int]
    vouchers_left_out: int


def write_kit(
    ws: Workspace,
    period: Period,
    folder: Path,
    language: str,
    *,
    private: bool = False,
    progress: Callable[[str], None] = lambda _step: None,
) -> Kit:
    """Write the kit of a calendar year, or of a part of one, into a new or empty folder.

    BadInput for a folder that has files, or a period of two years; MachineLacks where private
    texts are asked for without keys. The books are only read.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(
            "folder",
            str(folder),
            _("there is something there already"),
            _("name a new folder: the kit stands alone in it"),
        )
    with ws.reading() as books:
        made = _Gathered(books, period, evidence_folder(ws), private=private)
        progress(_("reading the books"))
        told = reports(books, period)
        pages = (*made.sheets(), *sheets(told))
        entries = len(made.entries)
        left_out = entries if entries > VOUCHERS_MAX else 0
        pdfs = {"reports.pdf": reports_pdf(told, language)}
        if not left_out:
            progress(_("drawing vouchers and journals"))
            pdfs["journals.pdf"] = journal_pdf(journal_view(books, period), language)
            slips = vouchers_view(books, period)
            if slips.slips:
                pdfs["vouchers.pdf"] = vouchers_pdf(slips, language)
        title = f"{told.issuer.fund_name} {period.label_zh}"
    progress(_("writing the workbook"))
    files = {"kit.xlsx": workbook(title, period.day_to, pages, large=True), **pdfs}
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            str(folder), _("the folder cannot be made"), _("name a folder that you may write to")
        ) from error
    written = []
    for name, content in (*files.items(), ("SHA256SUMS", sums.encode())):
        write_whole(folder / name, content)
        written.append(folder / name)
    return Kit(tuple(written), {s.name: len(s.rows) for s in pages}, left_out)


class _Gathered:
    """A period's books as rows; the entries are read once."""

    def __init__(self, books: Books, period: Period, papers: Path, *, private: bool) -> None:
        self.books, self.period, self.papers, self.private = books, period, papers, private
        self.entries = sorted(
            books.entries(period.day_from, period.day_to), key=lambda e: (e.on, e.no)
        )
        #: Where each entry begins in the journal, to lead there.
        self.at: dict[int, int] = {}
        row = 0
        for entry in self.entries:
            self.at[entry.no] = row
            row += max(len(entry.postings), 1)

    def sheets(self) -> list[Sheet]:
        """The sheets in their order, what they are about first."""
        made = {
            "trial": self._trial(),
            "general": self._general(),
            "ledger": self._ledger(),
            "journal": self._journal(),
            "evidence": self._evidence(),
            "reconciliations": self._compared(),
            "grants": self._grants(),
            "overrides": self._overrides(),
            "corrections": self._corrections(),
            "late": self._late(),
            "gaps": self._gaps(),
            "access": self._access(),
        }
        done = [kit.sheet(key, rows) for key, rows in made.items()]
        return [kit.sheet("about", self._about(done)), *done]

    def _about(self, done: Iterable[Sheet]) -> Iterator[kit.Row]:
        books, head = self.books, self.books.head()
        whose = issuer(books)
        yield "基金", "Fund", f"{whose.fund_name} ({books.fund})"
        yield "学校", "School", whose.school_name
        yield "期间", "Period", f"{self.period.day_from} – {self.period.day_to}"
        yield "会计制度", "Chart", f"{books.chart.name} {books.chart.title('zh')}"
        yield "账目笔数", "Entries in the log", head.size
        yield "最后记录日", "Last recorded", head.last_at
        yield "根", "Root", head.root.hex()
        closed = head.closed_through
        yield "结账至", "Closed through", "–" if closed < "2000" else closed
        yield "含私密内容", "Private texts", "是 yes" if self.private else "否 no"
        for sheet in done:
            yield "工作表", "Sheet", Link(f"{sheet.name} ({len(sheet.rows)})", sheet.name, -1)

    def _entry(self, entry: Entry) -> kit.Row:
        number = str(entry.no)
        first: Cell = Link(number, _JOURNAL, self.at[entry.no]) if entry.no in self.at else number
        return first, entry.voucher, str(entry.on)

    def _of(self, entry: Entry) -> Cell:
        return "" if entry.of is None else self._entry_link(entry.of)

    def _entry_link(self, no: int) -> Cell:
        return Link(str(no), _JOURNAL, self.at[no]) if no in self.at else str(no)

    def _named(self, code: str) -> tuple[str, str, str]:
        account = self.books.chart[code]
        return code, account.label("zh"), account.label("en")

    def _trial(self) -> Iterator[kit.Row]:
        before = _nets(self.books, self.period.day_from - timedelta(days=1))
        moved: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for entry in self.entries:
            for debit, credit, restriction, fen in entry.postings:
                moved[debit, restriction][0] += fen
                moved[credit, restriction][1] += fen
        sums = [0, 0, 0, 0]
        for code, restriction in sorted(before.keys() | moved.keys()):
            opening = before.get((code, restriction), 0)
            came, went = moved.get((code, restriction), (0, 0))
            row = (opening, came, went, opening + came - went)
            if any(row):
                sums = [a + b for a, b in zip(sums, row, strict=True)]
                yield (*self._named(code), restriction, *_money(row))
        yield "", "合计", "Total", "", *_money(sums)

    def _general(self) -> Iterator[kit.Row]:
        balance: dict[str, int] = defaultdict(int)
        for (code, _pot), fen in _nets(
            self.books, self.period.day_from - timedelta(days=1)
        ).items():
            balance[code] += fen
        months: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for entry in self.entries:
            for debit, credit, _pot, fen in entry.postings:
                months[debit, str(entry.on)[:7]][0] += fen
                months[credit, str(entry.on)[:7]][1] += fen
        for (code, month), (came, went) in sorted(months.items()):
            opening = balance[code]
            balance[code] = opening + came - went
            yield (*self._named(code), month, *_money((opening, came, went, balance[code])))

    def _ledger(self) -> Iterator[kit.Row]:
        books = self.books
        balance = _nets(books, self.period.day_from - timedelta(days=1))
        rows: dict[tuple[str, str], list[tuple[Entry, str, int, int]]] = defaultdict(list)
        for entry in self.entries:
            for debit, credit, restriction, fen in entry.postings:
                rows[debit, restriction].append((entry, credit, fen, 0))
                rows[credit, restriction].append((entry, debit, 0, fen))
        for key in sorted(balance.keys() | rows.keys()):
            code, restriction = key
            running, label = balance.get(key, 0), books.chart[code].label("zh")
            head = (code, label, restriction)
            if running:
                yield (*head, "", "", "", "期初 opening", "", None, None, Fen(running))
            for entry, other, came, went in rows.get(key, ()):
                running += came - went
                yield (
                    *head,
                    *self._entry(entry),
                    _kind(entry.kind),
                    f"{other} {books.chart[other].label('zh')}",
                    Fen(came) if came else None,
                    Fen(went) if went else None,
                    Fen(running),
                )

    def _journal(self) -> Iterator[kit.Row]:
        chart = self.books.chart
        for entry in self.entries:
            head: kit.Row = (
                entry.no, entry.voucher, str(entry.on), str(entry.at), entry.by, _kind(entry.kind),
            )  # fmt: skip
            papers = entry.facts.get("attachments", 0)
            tail: kit.Row = (
                self._of(entry),
                papers if isinstance(papers, int) and papers else None,
                tree.check_digits(entry.leaf),
            )
            for debit, credit, restriction, fen in entry.postings:
                sides = (f"{code} {chart[code].label('zh')}" for code in (debit, credit))
                yield (*head, *sides, restriction, Fen(fen), *tail)
            if not entry.postings:
                yield (*head, "", "", "", None, *tail)

    def _evidence(self) -> Iterator[kit.Row]:
        if not self.private:
            return
        for no, papers in sorted(evidence_of(self.books, self.entries).items()):
            entry = next(e for e in self.entries if e.no == no)
            for paper in papers:
                there = paper_is_right(evidence_path(self.papers, paper.sha256), paper.sha256)
                yield (
                    *self._entry(entry), paper.sha256, paper.name, "在 yes" if there else "缺 no",
                )  # fmt: skip

    def _compared(self) -> Iterator[kit.Row]:
        for entry in self._of_kinds(COMPARED):
            yield *self._entry(entry), _kind(entry.kind), self._of(entry), _facts(entry)

    def _grants(self) -> Iterator[kit.Row]:
        seen = set()
        for entry in self.entries:
            if entry.kind not in c.VERBS and entry.kind != c.APPLIED:
                continue
            case = self.books.case(entry.no)
            if case is None or case.no in seen:
                continue
            seen.add(case.no)
            for no in (case.no, *case.steps):
                step = self.books.entry(no)
                if step is None:
                    continue
                paid = sum(p.amount_fen for p in step.postings) if step.kind == c.PAID else 0
                yield (
                    self._entry_link(case.no),
                    case.path,
                    *self._entry(step),
                    _kind(step.kind),
                    step.by,
                    _fen(step, "ask_fen"),
                    _fen(step, "reserve_fen"),
                    Fen(paid) if paid else None,
                    str(step.facts.get("reference", "")),
                )

    def _overrides(self) -> Iterator[kit.Row]:
        for entry in self._of_kinds((OVERRIDE, AGREED)):
            articles = entry.facts.get("articles")
            used = next(iter(self.books.using(entry.no)), None)
            yield (
                *self._entry(entry),
                _kind(entry.kind),
                self._of(entry),
                " ".join(map(str, articles)) if isinstance(articles, list) else "",
                str(entry.facts.get("reference", "")),
                "" if used is None else self._entry_link(used.no),
                entry.by,
            )

    def _corrections(self) -> Iterator[kit.Row]:
        for entry in self._of_kinds(_MENDS):
            was = None if entry.of is None else self.books.entry(entry.of)
            red = sum(p.amount_fen for p in entry.postings if p.amount_fen < 0)
            blue = sum(p.amount_fen for p in entry.postings if p.amount_fen > 0)
            yield (
                *self._entry(entry),
                str(entry.at),
                _kind(entry.kind),
                self._of(entry),
                "" if was is None else str(was.on),
                Fen(red),
                Fen(blue),
                entry.by,
            )

    def _late(self) -> Iterator[kit.Row]:
        for entry in self.entries:
            days = (entry.at - entry.on).days
            if days > LATE_DAYS:
                other = (entry.at.year, entry.at.month) != (entry.on.year, entry.on.month)
                yield (
                    *self._entry(entry), str(entry.at), days, _kind(entry.kind),
                    "是 yes" if other else "", entry.by,
                )  # fmt: skip

    def _gaps(self) -> Iterator[kit.Row]:
        """Each run of numbers from its first to its last; none may be missing (law 6)."""
        runs: dict[tuple[str, int], list[int]] = defaultdict(list)
        for entry in self.entries:
            if entry.voucher_no is not None and entry.voucher_year is not None:
                runs["凭证 vouchers", entry.voucher_year].append(entry.voucher_no)
        inside = {entry.no for entry in self.entries}
        for year, number, no in self.books.receipts():
            if no in inside:
                runs["收据 receipts", year].append(number)
        whole = {("凭证 vouchers", year): numbers for year, numbers in self._vouchers().items()} | {
            ("收据 receipts", year): numbers for year, numbers in self._receipts().items()
        }
        for key, numbers in sorted(runs.items()):
            first, last = min(numbers), max(numbers)
            missing = sorted(set(range(first, last + 1)) - whole[key])
            yield (key[0], str(key[1]), first, last, len(numbers), " ".join(map(str, missing[:50])))

    def _vouchers(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for entry in self.books.entries():
            if entry.voucher_no is not None and entry.voucher_year is not None:
                found[entry.voucher_year].add(entry.voucher_no)
        return found

    def _receipts(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for year, number, _no in self.books.receipts():
            found[year].add(number)
        return found

    def _access(self) -> Iterator[kit.Row]:
        for entry in self._of_kinds(("unsealed",)):
            yield *self._entry(entry), str(entry.at), _kind(entry.kind), self._of(entry), entry.by

    def _of_kinds(self, kinds: Iterable[str]) -> Iterator[Entry]:
        wanted = set(kinds)
        return (entry for entry in self.entries if entry.kind in wanted)


def _nets(books: Books, through: date) -> dict[tuple[str, str], int]:
    return {(m.account, m.restriction): m.debit_fen - m.credit_fen for m in books.balances(through)}


def _money(sums: Iterable[int]) -> list[Fen]:
    return [Fen(fen) for fen in sums]


def _kind(slug: str) -> str:
    kind = KINDS.get(slug)
    return f"{kind.zh} {slug}" if kind else slug


def _facts(entry: Entry) -> str:
    """The public facts as the line has them."""
    return json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)


def _fen(entry: Entry, name: str) -> Cell:
    value = entry.facts.get(name)
    return Fen(value) if isinstance(value, int) and value else None
