"""The one gate through which entries enter a fund's journal.

Whatever changes money or state passes :meth:`Book.post`: typed, imported or corrected. It
judges, numbers, seals, writes the line and its leaf, and keeps balances, all in the
transaction that an action opened; the database refuses a second door.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from lovefund.core.accounts import GUARDED, AccountClass, Chart, chart_from
from lovefund.core.cases import Cases
from lovefund.core.effects import Effects
from lovefund.core.entries import BUILT_IN, Draft, Fact, Restriction, RestrictionClass
from lovefund.core.judge import View, judge, judge_named, judge_shown
from lovefund.core.kinds import ADOPTIONS, KINDS
from lovefund.core.restrictions import called
from lovefund.core.rules import Verdict
from lovefund.core.succession import WOUND_UP, still_open
from lovefund.core.undertakings import Undertakings
from lovefund.errors import Refusal, Refused, StorageError
from lovefund.language import _, language
from lovefund.log import lines, receipts, seals, tree
from lovefund.log.signatures import SIG, Carried, Signer
from lovefund.money import yuan
from lovefund.store import tables as t
from lovefund.store.bulk import Row, insert_rows, upsert_sums
from lovefund.store.cases import application_of, find_case
from lovefund.store.days import lowest_since
from lovefund.store.offices import Offices
from lovefund.store.reconciliations import Reconciling
from lovefund.store.rules import DECIDED, Ruling
from lovefund.store.undertakings import is_undertaking, undertaken
from lovefund.store.vault import Vault

CHINA = timezone(timedelta(hours=8), "UTC+8")
HOLDERS_MIN = 5
_CHUNK = 2000
_dossier = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_NEVER = "0000-00-00"


# The gate's questions, composed once: composing costs more than asking.
_e, _h, _r = t.entry.c, t.log_head.c, t.restriction.c
_OF_FUND: BindParameter[str] = bindparam("of_fund")
_LOCK_HEAD = select(t.log_head).where(_h.fund == _OF_FUND).with_for_update()
_FIRST_DAY = select(_e.effective_on).where(_e.fund == _OF_FUND, _e.no == 0)
_LAST_AND_FIRST_DAY = select(
    select(func.max(_e.effective_on)).where(_e.fund == _OF_FUND).scalar_subquery(),
    _FIRST_DAY.scalar_subquery(),
    select(_e.no).where(_e.fund == _OF_FUND, _e.request == WOUND_UP).scalar_subquery(),
)
_KNOWN = select(_e.request, _e.no).where(
    _e.fund == _OF_FUND, _e.request.in_(bindparam("requests", expanding=True))
)
_LAST_VOUCHER = select(func.max(_e.voucher_no)).where(
    _e.fund == _OF_FUND, _e.voucher_year == bindparam("of_year")
)
_LAST_RECEIPT = select(func.max(t.receipt.c.number)).where(
    t.receipt.c.fund == _OF_FUND, t.receipt.c.year == bindparam("of_year")
)
_ACCOUNTS = select(t.account).where(
    t.account.c.fund == _OF_FUND, t.account.c.code.in_(bindparam("codes", expanding=True))
)
_RESTRICTIONS = select(t.restriction).where(
    _r.fund == _OF_FUND, _r.code.in_(bindparam("codes", expanding=True))
)
_ALL_ACCOUNTS = select(t.account).where(t.account.c.fund == _OF_FUND)
_ALL_RESTRICTIONS = (
    select(t.restriction)
    .where(_r.fund == _OF_FUND)
    .order_by(_r["class"] != "general", _r.opened_no, _r.code)
)
_ALL_GOODS = select(t.goods).where(t.goods.c.fund == _OF_FUND)
_ITEMS = select(t.open_item).where(
    t.open_item.c.fund == _OF_FUND,
    t.open_item.c.entry_no.in_(bindparam("numbers", expanding=True)),
)
_CHART = select(t.chart.c.content).join(t.fund).where(t.fund.c.fund == _OF_FUND)
_MOVE_HEAD = (
    update(t.log_head)
    .where(_h.fund == _OF_FUND)
    .values({name: bindparam(f"new_{name}") for name in
             ("size", "frontier", "last_at", "closed_through")})
)  # fmt: skip
_ADD_TO_ACCOUNT = (
    update(t.account)
    .where(t.account.c.fund == _OF_FUND, t.account.c.code == bindparam("of_code"))
    .values(
        debit_fen=t.account.c.debit_fen + bindparam("debit"),
        credit_fen=t.account.c.credit_fen + bindparam("credit"),
    )
)
_ADD_TO_RESTRICTION = (
    update(t.restriction)
    .where(_r.fund == _OF_FUND, _r.code == bindparam("of_code"))
    .values({name: _r[name] + bindparam(f"add_{name}") for name in
             ("money_fen", "stock_fen", "payable_fen", "reserved_fen")})
)  # fmt: skip


class Posted(NamedTuple):
    """What the gate answers: where an entry stands, and what its receipts carry.

    ``repeated`` says that this request was booked before and nothing new was written;
    ``warnings`` are what the fund's own rules have to say of an entry that was booked.
    """

    no: int
    kind: str
    voucher: str
    receipt: str
    codes: tuple[str, ...]
    check_digits: str
    draft: Draft
    repeated: bool
    warnings: tuple[Refusal, ...] = ()


class Prepared(NamedTuple):
    """An entry as a trial would write it, not signed; ``signs`` says that it is to be signed."""

    draft: Draft
    line: bytes
    nonces: tuple[bytes, ...]
    signs: bool


class _Written(NamedTuple):
    """An entry on its way to the tables, and what a report of it is made from."""

    no: int
    voucher: str
    receipt: str
    nonces: list[bytes]
    leaf: bytes
    warnings: tuple[Refusal, ...]


@dataclass(slots=True)
class _Numbers:
    """The next number of each series; vouchers by year of ``on``, receipts by year of ``at``."""

    entry: int
    voucher: dict[int, int]
    receipt: dict[int, int]


class Book:
    """A fund's journal, open for posting inside one transaction.

    ``now`` is handed in. A day of recording never falls: a clock that is behind repeats the
    last day (:attr:`clock_behind` says so). ``signer`` signs decisions; a ``trial``, which the
    caller rolls back, asks for no signature.
    """

    def __init__(
        self,
        connection: Connection,
        fund: str,
        vault: Vault,
        officer: str,
        now: datetime,
        chart: Chart | None = None,
        signer: Signer | Carried | None = None,
        *,
        trial: bool = False,
        prepared: Callable[[Prepared], None] | None = None,
    ) -> None:
        self._connection = connection
        self.fund = fund
        self._vault = vault
        self._officer = officer
        self._signer = signer
        self._trial = trial
        self._prepared = prepared
        self._offices = Offices(connection, fund)
        #: The requests that are to be signed.
        self._to_sign: set[str] = set()
        head = connection.execute(_LOCK_HEAD, {"of_fund": fund}).one_or_none()
        if head is None:
            raise unknown_fund(connection, fund)
        self._frontier = tree.Frontier.from_hashes(
            head.size, [bytes.fromhex(h) for h in json.loads(head.frontier)]
        )
        today = now.astimezone(CHINA).date()
        self.last_at = date.fromisoformat(head.last_at) if head.last_at != _NEVER else today
        self.clock_behind = today < self.last_at
        self.at = max(today, self.last_at)
        self._closed = head.closed_through
        self.chart = chart or read_chart(connection, fund)
        self.restrictions = read_restrictions(connection, fund)
        self._numbers = _Numbers(head.size, {}, {})
        self._effects = Effects(self.chart)
        self._cases = Cases(
            lambda no: find_case(connection, fund, no),
            lambda no: application_of(connection, fund, no),
        )
        self.undertakings = Undertakings(
            self.chart,
            lambda: undertaken(connection, fund),
            lambda no: is_undertaking(connection, fund, no),
        )
        self.rules = Ruling(connection, fund, vault, self.chart, self.at)
        self._reconciling = Reconciling(connection, fund, self.chart)
        self._recorded_on = self.at.isoformat()
        self._recorded_at = now.astimezone(CHINA).isoformat(timespec="seconds")
        self._rows: dict[Any, list[Row]] = defaultdict(list)
        last, first, self._wound_up = connection.execute(
            _LAST_AND_FIRST_DAY, {"of_fund": fund}
        ).one()
        self._last_day: str = last or _NEVER
        self._ending = False
        self.opened_on = date.fromisoformat(first) if first else self.at

    @property
    def connection(self) -> Connection:
        """The transaction that this gate writes in."""
        return self._connection

    @property
    def size(self) -> int:
        """The number of entries, counting those of this transaction."""
        return self._numbers.entry

    @property
    def closed_through(self) -> date | None:
        """The last day that is closed for ever, or None."""
        return date.fromisoformat(self._closed) if self._closed != _NEVER else None

    def _view(self) -> View:
        return View(
            self.chart,
            self.restrictions,
            self.opened_on,
            self.closed_through,
            self.at,
            self._wound_up,
        )

    def post(self, drafts: Iterable[Draft], report: Callable[[Posted], None] | None = None) -> int:
        """Book the drafts, all or none; returns how many are new.

        Raises Refused with every refusal; the caller's transaction is then rolled back.
        Memory does not grow with the number of drafts.
        """
        fresh = 0
        for chunk in _chunks(drafts):
            known = self._known(chunk)
            view = self._view()
            fresh_drafts = {d.request: d for d in chunk if d.request not in known}.values()
            refusals = [
                refusal
                for no, d in enumerate(fresh_drafts, self._numbers.entry)
                for refusal in (
                    *judge(d, view),
                    *judge_shown(d, view),
                    *judge_named(d, view),
                    *self._cases.judge(no, d, self.at),
                    *self.undertakings.judge(no, d),
                )
            ]
            refusals += self._judge_officers(fresh_drafts, sound=not refusals)
            if refusals:
                raise self._refused(refusals)
            for draft in chunk:
                repeated = draft.request in known
                if not repeated:
                    known[draft.request] = self._numbers.entry
                    verdict = self.rules.judge(self._numbers.entry, draft, self._effects)
                    refusals += (ruled.refusal for ruled in verdict.blocked)
                    if draft.kind in ADOPTIONS:
                        refusals += self.rules.judge_adoption(draft)
                    written = self._record(draft, verdict)
                    fresh += 1
                if report is not None:
                    report(
                        self._repeat(draft, known[draft.request])
                        if repeated
                        else self._told(draft, written)
                    )
            if refusals:
                raise self._refused(refusals)
            self._flush()
        if fresh:  # the head's last day is that of the last entry, not of a repeated request
            self._settle()
        return fresh

    def post_one(self, draft: Draft) -> Posted:
        """Book one draft; see :meth:`post`."""
        found: list[Posted] = []
        self.post([draft], found.append)
        return found[0]

    def _known(self, chunk: list[Draft]) -> dict[str, int]:
        requests = [d.request for d in chunk]
        rows = self._connection.execute(_KNOWN, {"of_fund": self.fund, "requests": requests})
        return {row.request: row.no for row in rows}

    def _judge_officers(self, drafts: Iterable[Draft], *, sound: bool) -> Iterator[Refusal]:
        """Whether its officer may record each draft, counting those before it.

        Of drafts that are refused anyway no signature is asked.
        """
        trial = self._trial or not sound
        for no, draft in enumerate(drafts, self._numbers.entry):
            by, at = self._officer, self.at
            officers = self._offices.officers
            refused = list(self.rules.judge_override(draft, by, signing=officers.signing))
            if draft.kind in DECIDED or "campaign" in draft.facts:
                refused += self.rules.judge_decided(draft, by, officers)
            refused += self._reconciling.judge(draft, by)
            yield from refused
            no_signature = trial or bool(refused)
            yield from self._offices.judge(draft, by, at, self._signer, trial=no_signature)
            if self._offices.signs(draft, by, at):
                self._to_sign.add(draft.request)
            self._offices.took(no, by, draft)
            self.rules.took(no, by, draft)
            self._reconciling.took(no, by, draft)

    def _repeat(self, draft: Draft, no: int) -> Posted:
        row = self._connection.execute(
            select(
                t.entry.c.kind, t.entry.c.line, t.entry.c.voucher_year, t.entry.c.voucher_no
            ).where(t.entry.c.fund == self.fund, t.entry.c.no == no)
        ).one_or_none()
        if row is None:
            return Posted(no, draft.kind, "", "", (), "", draft, True)
        line = lines.read_line(row.line.encode())
        receipt = line.facts.get("receipt", "")
        return Posted(
            no,
            row.kind,
            _voucher(row.voucher_year, row.voucher_no),
            receipt if isinstance(receipt, str) else "",
            (),
            tree.check_digits(tree.leaf(row.line.encode())),
            draft,
            True,
        )

    def _refused(self, refusals: Iterable[Refusal]) -> Refused:
        """Everything that is wrong at once, each with the article of the fund's own rules."""
        return Refused(tuple(dict.fromkeys(self.rules.cited(refusals))))

    def _record(self, draft: Draft, verdict: Verdict) -> _Written:
        """Number, seal and write one draft to the rows that wait for :meth:`_flush`."""
        no = self._numbers.entry
        facts: dict[str, Fact] = dict(draft.facts)
        file = draft.file
        if judged_by := self.rules.judging(draft.on):
            facts["rules"] = [book.no for book in judged_by]
        if verdict.warned:
            file = {**(file or {}), "warned": sorted({ruled.article for ruled in verdict.warned})}
        receipt = ""
        if draft.receipt:
            receipt = self._next_receipt(no)
            facts["receipt"] = receipt
        year, voucher = self._next_voucher(draft)
        drawn = self._draw(draft)
        sealed, nonces = self._seal(no, draft, file, drawn)
        write = partial(
            lines.write_line,
            fund=self.fund,
            no=no,
            kind=draft.kind,
            at=self.at,
            on=draft.on,
            by=self._officer,
            postings=draft.postings,
            sealed=sealed,
        )
        line = write(facts=facts)
        if self._prepared is not None:
            told = replace(draft, file=file)
            self._prepared(Prepared(told, line, tuple(drawn), draft.request in self._to_sign))
        if draft.request in self._to_sign and self._signer is not None:
            facts[SIG] = self._signature(line)
            line = write(facts=facts)
        leaf = tree.leaf(line)
        self._frontier.push(leaf)
        self._numbers.entry = no + 1
        of = facts.get("of")
        rows = self._rows
        rows[t.posting] += [
            (self.fund, no, index, *posting) for index, posting in enumerate(draft.postings, 1)
        ]
        rows[t.entry].append(
            (
                self.fund,
                no,
                draft.kind,
                draft.on.isoformat(),
                self._recorded_on,
                self._recorded_at,
                self._officer,
                draft.request,
                of if isinstance(of, int) else None,
                year,
                voucher,
                len(draft.postings),
                draft.total_fen,
                line.decode("ascii"),
                leaf.hex(),
            )
        )
        self._effects.add(no, draft.kind, draft.on, draft.postings, facts)
        if draft.kind in _STATE_KINDS:
            self._keep_state(no, draft, facts)
        return _Written(no, _voucher(year, voucher), receipt, nonces, leaf, verdict.warnings)

    def _told(self, draft: Draft, written: _Written) -> Posted:
        no, voucher, receipt, nonces, leaf, warnings = written
        codes = tuple(receipts.encode(self.fund, no, nonce) for nonce in nonces)
        digits = tree.check_digits(leaf)
        return Posted(no, draft.kind, voucher, receipt, codes, digits, draft, False, warnings)

    def _keep_state(self, no: int, draft: Draft, facts: Mapping[str, Fact]) -> None:
        if draft.kind == "restriction-opened":
            self._open_restriction(no, restriction_from(facts))
        elif draft.kind in ADOPTIONS:
            self._rows[t.rulebook].append((self.fund, no, draft.document))
            self.rules.adopt(no, draft.document)
        elif draft.kind == "statement":
            self._closed = max(self._closed, str(facts["to"]))
        else:
            self._closed = max(self._closed, str(facts["through"]))
            if draft.kind == WOUND_UP:
                self._wound_up, self._ending = no, True

    def _open_restriction(self, no: int, restriction: Restriction) -> None:
        if restriction.code in self.restrictions:
            raise Refused(
                (
                    Refusal(
                        "restriction-exists",
                        _("the restriction {code} is there already").format(code=restriction.code),
                        "",
                        _("choose another code"),
                    ),
                )
            )
        self.restrictions[restriction.code] = restriction
        self._connection.execute(insert(t.restriction), restriction_row(self.fund, no, restriction))

    def _next_voucher(self, draft: Draft) -> tuple[int | None, int | None]:
        if not draft.postings:
            return None, None
        year = draft.on.year
        if year not in self._numbers.voucher:
            asked = {"of_fund": self.fund, "of_year": year}
            last = self._connection.execute(_LAST_VOUCHER, asked).scalar()
            self._numbers.voucher[year] = (last or 0) + 1
        number = self._numbers.voucher[year]
        self._numbers.voucher[year] = number + 1
        return year, number

    def _next_receipt(self, no: int) -> str:
        year = self.at.year
        if year not in self._numbers.receipt:
            asked = {"of_fund": self.fund, "of_year": year}
            last = self._connection.execute(_LAST_RECEIPT, asked).scalar()
            self._numbers.receipt[year] = (last or 0) + 1
        number = self._numbers.receipt[year]
        self._numbers.receipt[year] = number + 1
        self._rows[t.receipt].append((self.fund, year, number, no))
        return f"{year}-{number:06d}"

    def _signature(self, line: bytes) -> str:
        """The signature of a line; Refused where another line was signed elsewhere."""
        assert self._signer is not None
        try:
            return self._signer.sign(line)
        except ValueError as error:
            raise Refused((_other_line(),)) from error

    def _draw(self, draft: Draft) -> list[bytes]:
        """The nonces of a draft's seals: fresh, or those with which it was signed elsewhere."""
        holders = len(draft.holders)
        # Decoys: the count of families under five could point at a child.
        decoys = max(HOLDERS_MIN - holders, 0) if KINDS[draft.kind].pupils and holders else 0
        count = 2 + holders + decoys
        if isinstance(self._signer, Carried):
            if len(self._signer.nonces) != count:
                raise Refused((_other_line(),))
            return list(self._signer.nonces)
        return _nonces(count)

    def _seal(
        self, no: int, draft: Draft, file: Mapping[str, Any] | None, drawn: list[bytes]
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Commit to the sealed texts; returns the line's commitments and the holders' nonces."""
        holders = draft.holders
        pupils = KINDS[draft.kind].pupils
        shown_nonce, file_nonce, *nonces = drawn
        sealed: dict[str, Any] = {}
        donors: dict[str, Any] = {}
        main: dict[str, Any] = {} if pupils else donors
        if file:
            text = dossier_text(file)
            sealed["file"] = seals.commitment("file", file_nonce, text)
            main["file"] = [file_nonce.hex(), text]
        if holders:
            own = list(zip(nonces, holders, strict=False))
            commitments = [
                seals.commitment("holder", nonce, seals.normalise_holder(name, phrase))
                for nonce, (name, phrase) in own
            ]
            commitments += [
                seals.commitment("holder", nonce, nonce.hex()) for nonce in nonces[len(own) :]
            ]
            sealed["holder"] = sorted(commitments)
            main["holder"] = [[nonce.hex(), name, phrase] for nonce, (name, phrase) in own]
        if draft.shown:
            sealed["shown"] = seals.commitment("shown", shown_nonce, draft.shown)
            donors["shown"] = [shown_nonce.hex(), draft.shown]
        for vault, content in (("donors", donors), ("pupils", main if pupils else None)):
            if content:
                row = (self.fund, no, vault, self._vault.seal(no, vault, content))
                self._rows[t.sealed].append(row)
        return sealed, nonces[: len(holders)]

    def _flush(self) -> None:
        for table in (t.posting, t.entry, t.sealed, t.receipt, t.rulebook):
            insert_rows(self._connection, table, self._rows[table])
        self._rows.clear()

    def keep_statement(self, number: int, no: int, day_from: date, day_to: date, text: str) -> None:
        """Keep the bytes of statement.json beside the entry that commits to them."""
        self._connection.execute(
            insert(t.statement),
            {
                "fund": self.fund,
                "number": number,
                "entry_no": no,
                "period_from": day_from.isoformat(),
                "period_to": day_to.isoformat(),
                "content": text,
            },
        )

    def _settle(self) -> None:
        """Add the effects to the kept balances, judge laws 2 and 4, and move the head."""
        effects = self._effects
        refusals = list(self._judge_totals(effects)) or list(self._judge_days(effects))
        if self._ending:
            refusals += self._judge_end(effects)
        if refusals:
            raise self._refused(refusals)
        try:
            self._write_effects(effects)
        except IntegrityError as error:
            raise Refused((_last_wall(error),)) from error
        self._connection.execute(
            _MOVE_HEAD,
            {
                "of_fund": self.fund,
                "new_size": self._numbers.entry,
                "new_frontier": json.dumps([h.hex() for h in self._frontier.hashes()]),
                "new_last_at": self.at.isoformat(),
                "new_closed_through": self._closed,
            },
        )
        if effects.balance:
            self._last_day = max(self._last_day, effects.last_on.isoformat())
        self._effects = Effects(self.chart)
        self.rules.settled(self._effects)

    def _write_effects(self, effects: Effects) -> None:
        c = self._connection
        upsert_sums(
            c,
            t.balance,
            [(self.fund, *key, *sums) for key, sums in sorted(effects.balance.items())],
        )
        if effects.account:
            c.execute(
                _ADD_TO_ACCOUNT,
                [
                    {"of_fund": self.fund, "of_code": code, "debit": debit, "credit": credit}
                    for code, (debit, credit) in sorted(effects.account.items())
                ],
            )
        if effects.pot:
            c.execute(
                _ADD_TO_RESTRICTION,
                [
                    {
                        "of_fund": self.fund,
                        "of_code": code,
                        "add_money_fen": pot.money_fen,
                        "add_stock_fen": pot.stock_fen,
                        "add_payable_fen": pot.payable_fen,
                        "add_reserved_fen": pot.reserved_fen,
                    }
                    for code, pot in sorted(effects.pot.items())
                ],
            )
        upsert_sums(
            c,
            t.goods,
            [
                (self.fund, *key, total.quantity, total.value_fen)
                for key, total in sorted(effects.goods.items())
            ],
        )
        upsert_sums(
            c,
            t.open_item,
            [
                (self.fund, *key, item.opened_fen, item.settled_fen)
                for key, item in sorted(effects.item.items())
            ],
        )

    def _judge_totals(self, effects: Effects) -> Iterator[Refusal]:
        """Laws 2 and 4 on the totals as they would stand after these entries."""
        asked = {"of_fund": self.fund, "codes": list(effects.account)}
        for row in self._connection.execute(_ACCOUNTS, asked) if effects.account else ():
            debit, credit = effects.account[row.code]
            left = row.debit_fen - row.credit_fen
            if row.guarded and left + debit - credit < 0:
                yield _overdrawn(self.chart[row.code].label(language()), left, credit - debit)
        asked = {"of_fund": self.fund, "codes": list(effects.pot)}
        for row in self._connection.execute(_RESTRICTIONS, asked) if effects.pot else ():
            pot = effects.pot[row.code]
            available = row.money_fen - row.payable_fen - row.reserved_fen
            change = pot.money_fen - pot.payable_fen - pot.reserved_fen
            if row.money_fen + pot.money_fen < 0:
                yield _overdrawn(called(row.code), row.money_fen, -pot.money_fen)
            elif change < 0 and available + change < 0:
                yield Refusal(
                    "not-available",
                    _(
                        "the restriction {code} has {available} yuan available (money {money} − "
                        "payables {payable} − reserved {reserved}); this needs {need}"
                    ).format(
                        code=row.code,
                        available=yuan(available),
                        money=yuan(row.money_fen),
                        payable=yuan(row.payable_fen),
                        reserved=yuan(row.reserved_fen),
                        need=yuan(-change),
                    ),
                    _("What is owed or reserved may not be spent (law 4)."),
                    _("spend {available} yuan or less, or take another restriction").format(
                        available=yuan(max(available, 0))
                    ),
                )
            if row.stock_fen + pot.stock_fen < 0:
                yield _overdrawn(f"{called(row.code)} {_('stock')}", row.stock_fen, -pot.stock_fen)
        if effects.goods:
            yield from self._judge_goods(effects)
        if effects.item:
            yield from self._judge_items(effects)

    def _judge_end(self, effects: Effects) -> Iterator[Refusal]:
        """A fund ends with nothing on any account."""
        for row in self._connection.execute(_ALL_ACCOUNTS, {"of_fund": self.fund}):
            debit, credit = effects.account.get(row.code, (0, 0))
            left = row.debit_fen - row.credit_fen + debit - credit
            if left:
                yield still_open(
                    _("{account}: {left} yuan").format(
                        account=self.chart[row.code].label(language()), left=yuan(left)
                    ),
                    _("use `lovefund wind-up`, which hands everything over"),
                )

    def _judge_goods(self, effects: Effects) -> Iterator[Refusal]:
        rows = self._connection.execute(_ALL_GOODS, {"of_fund": self.fund})
        held = {(row.item, row.restriction): (row.quantity, row.value_fen) for row in rows}
        for (item, restriction), total in effects.goods.items():
            quantity, value = held.get((item, restriction), (0, 0))
            left, worth = quantity + total.quantity, value + total.value_fen
            if (left == 0 and worth > 0) or (left > 0 and worth == 0):
                yield Refusal(
                    "goods-value",
                    _("{left} {item} would be left in stock, worth {worth} yuan").format(
                        left=left, item=self.chart.goods[item].slug, worth=yuan(worth)
                    ),
                    _("Goods leave at average cost, and the last take what is left of it."),
                    _("void first what was given out since, then do this again"),
                )
            if left < 0 or worth < 0:
                yield Refusal(
                    "not-in-stock",
                    _("{item}: {held} in stock under {restriction}; this needs {need}").format(
                        item=self.chart.goods[item].slug,
                        held=quantity,
                        restriction=restriction,
                        need=-total.quantity,
                    ),
                    _("Stock is on no date below zero (law 2)."),
                    _("give out {held} or fewer, or book what came in first").format(held=quantity),
                )

    def _judge_items(self, effects: Effects) -> Iterator[Refusal]:
        numbers = [no for no, _account, _restriction in effects.item]
        rows = self._connection.execute(_ITEMS, {"of_fund": self.fund, "numbers": numbers})
        held = {
            (row.entry_no, row.account, row.restriction): (row.opened_fen, row.settled_fen)
            for row in rows
        }
        for key, item in effects.item.items():
            opened, settled = held.get(key, (0, 0))
            if not 0 <= settled + item.settled_fen <= opened + item.opened_fen:
                yield Refusal(
                    "over-settled",
                    _("entry {no} has {open} yuan open; this would settle {amount}").format(
                        no=key[0], open=yuan(opened - settled), amount=yuan(item.settled_fen)
                    ),
                    _("No more can be settled than was opened."),
                    _("settle {open} yuan or less; `lovefund open-items` lists them").format(
                        open=yuan(opened - settled)
                    ),
                )

    def _judge_days(self, effects: Effects) -> Iterator[Refusal]:
        """Law 2 on every date from the earliest lowering on, where it lies in the past."""
        since = effects.lowered_from
        if since is None or since.isoformat() >= max(self._last_day, effects.last_on.isoformat()):
            return  # nothing comes after it: the totals at the end are those of its day
        money = [a.code for a in self.chart.of_class(AccountClass.MONEY)]
        stock = [a.code for a in self.chart.of_class(AccountClass.STOCK)]
        guarded = [a.code for a in self.chart.of_class(*GUARDED)]
        totals = {
            row.code: row.debit_fen - row.credit_fen
            for row in self._connection.execute(_ALL_ACCOUNTS, {"of_fund": self.fund})
        }
        pots, stocks = {}, {}
        for row in self._connection.execute(_ALL_RESTRICTIONS, {"of_fund": self.fund}):
            pots[row.code], stocks[row.code] = row.money_fen, row.stock_fen
        for code, (debit, credit) in effects.account.items():
            totals[code] = totals.get(code, 0) + debit - credit
        for code, pot in effects.pot.items():
            pots[code] = pots.get(code, 0) + pot.money_fen
            stocks[code] = stocks.get(code, 0) + pot.stock_fen
        for by, final, codes in (
            ("account", totals, guarded),
            ("restriction", pots, money),
            ("restriction", stocks, stock),
        ):
            if codes is stock and not effects.goods:
                continue
            for key, day, low in lowest_since(self._connection, self.fund, since, codes, by, final):
                if low < 0:
                    yield Refusal(
                        "overdrawn-then",
                        _("{name} would be {low} yuan on {day}").format(
                            name=key, low=yuan(low), day=day
                        ),
                        _("On no date is money or stock below zero (law 2)."),
                        _("give the day on which the money was there, or book what came in first"),
                    )


_STATE_KINDS = frozenset(
    {"restriction-opened", *ADOPTIONS, "statement", "period-closed", "year-closed", WOUND_UP}
)


def open_fund(
    connection: Connection,
    fund: str,
    chart: Chart,
    keys_id: str,
    *,
    practice: bool,
) -> None:
    """Make the rows of a new fund, before its entry 0; StorageError if it is there already."""
    if connection.execute(select(t.fund).where(t.fund.c.fund == fund)).first():
        raise StorageError(
            fund, _("this fund is open already"), _("choose another short name for the new one")
        )
    sha = chart.sha256()
    if not connection.execute(select(t.chart).where(t.chart.c.sha256 == sha)).first():
        connection.execute(
            insert(t.chart), {"sha256": sha, "name": chart.name, "content": chart.content()}
        )
    connection.execute(
        insert(t.fund),
        {"fund": fund, "chart_sha256": sha, "keys_id": keys_id, "practice": int(practice)},
    )
    connection.execute(
        insert(t.log_head),
        {"fund": fund, "size": 0, "frontier": "[]", "last_at": _NEVER, "closed_through": _NEVER},
    )
    connection.execute(
        insert(t.account),
        [
            {
                "fund": fund,
                "code": account.code,
                "guarded": int(account.kind in GUARDED),
                "debit_fen": 0,
                "credit_fen": 0,
            }
            for account in chart.accounts.values()
        ],
    )
    connection.execute(insert(t.restriction), [restriction_row(fund, 0, r) for r in BUILT_IN])


def restriction_row(fund: str, no: int, restriction: Restriction) -> dict[str, Any]:
    """A restriction as the table keeps it, empty of money."""
    return {
        "fund": fund,
        "code": restriction.code,
        "class": restriction.kind.value,
        "programmes": " ".join(restriction.programmes),
        "agreement": restriction.agreement,
        "opened_no": no,
        "money_fen": 0,
        "stock_fen": 0,
        "payable_fen": 0,
        "reserved_fen": 0,
    }


def restriction_from(facts: Mapping[str, Fact]) -> Restriction:
    """The restriction that a ``restriction-opened`` entry announces."""
    programmes = facts.get("programmes")
    return Restriction(
        str(facts["restriction"]),
        RestrictionClass.RESTRICTED,
        tuple(map(str, programmes)) if isinstance(programmes, list) else (),
        str(facts.get("agreement", "")),
    )


def read_chart(connection: Connection, fund: str) -> Chart:
    """The chart of accounts under which the fund was opened."""
    return chart_from(connection.execute(_CHART, {"of_fund": fund}).scalar_one())


def read_restrictions(connection: Connection, fund: str) -> dict[str, Restriction]:
    """The fund's restrictions by code: the general one, then in order of opening."""
    rows = connection.execute(_ALL_RESTRICTIONS, {"of_fund": fund}).mappings()
    return {
        row["code"]: Restriction(
            row["code"],
            RestrictionClass(row["class"]),
            tuple(row["programmes"].split()),
            row["agreement"],
        )
        for row in rows
    }


def unknown_fund(connection: Connection, fund: str) -> StorageError:
    """The error for a fund that these books do not hold, with those they do."""
    known = connection.execute(select(t.fund.c.fund).order_by(t.fund.c.fund)).scalars().all()
    return StorageError(
        fund or "fund",
        _("these books hold no fund of that name"),
        _("one of: {known}").format(known=", ".join(known))
        if known
        else _("open one with `lovefund open`"),
    )


def dossier_text(file: Mapping[str, Any]) -> str:
    """The ``file`` slot's text: the dossier as canonical JSON (spec-log section 2)."""
    return _dossier(file)


def _nonces(count: int) -> list[bytes]:
    """Fresh random nonces of 12 bytes each."""
    drawn = os.urandom(12 * count)
    return [drawn[i : i + 12] for i in range(0, 12 * count, 12)]


def _voucher(year: int | None, number: int | None) -> str:
    return f"记-{year}-{number:04d}" if year and number else ""


def _chunks(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    iterator = iter(drafts)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _overdrawn(name: str, left: int, need: int) -> Refusal:
    return Refusal(
        "overdrawn",
        _("{name} holds {left} yuan; this needs {need}").format(
            name=name, left=yuan(left), need=yuan(need)
        ),
        _("On no date is money or stock below zero (law 2)."),
        _("take {left} yuan or less, or book what came in first").format(left=yuan(left))
        if left > 0
        else _("book what came in first"),
    )


def _other_line() -> Refusal:
    return Refusal(
        "request-changed",
        _("what would be booked is not the line that was signed"),
        _("A signature is over the line with its number and day (log format, section 1)."),
        _("make the request anew with --request, and have it signed again"),
    )


def _last_wall(error: IntegrityError) -> Refusal:
    return Refusal(
        "database-refused",
        _("the database refused: {text}").format(text=str(error.orig).splitlines()[0]),
        _("The walls of the database hold every law a second time."),
        _("nothing was booked; report this sentence, since the gate should have said it first"),
    )
