"""The tables of ``schema.sql`` as SQLAlchemy knows them, for composing queries.

A test builds both and proves them equal; the constraints and triggers live in the SQL.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, *more: ForeignKey, key: bool = False) -> Column[str]:
    return Column(name, Text, *more, primary_key=key, nullable=False)


def _big(name: str, *, key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=nullable, autoincrement=False)


def _fund() -> Column[str]:
    return _text("fund", ForeignKey("fund.fund"), key=True)


schema_version = Table("schema_version", metadata, _big("version", key=True))
chart = Table("chart", metadata, _text("sha256", key=True), _text("name"), _text("content"))
fund = Table(
    "fund",
    metadata,
    _text("fund", key=True),
    _text("chart_sha256", ForeignKey("chart.sha256")),
    _text("keys_id"),
    _big("practice"),
)
log_head = Table(
    "log_head",
    metadata,
    _fund(),
    _big("size"),
    _text("frontier"),
    _text("last_at"),
    _text("closed_through"),
)
entry = Table(
    "entry",
    metadata,
    _fund(),
    _big("no", key=True),
    _text("kind"),
    _text("effective_on"),
    _text("recorded_on"),
    _text("recorded_at"),
    _text("officer"),
    _text("request"),
    _big("of_no", nullable=True),
    _big("voucher_year", nullable=True),
    _big("voucher_no", nullable=True),
    _big("postings"),
    _big("total_fen"),
    _text("line"),
    _text("leaf"),
    ForeignKeyConstraint(["fund", "of_no"], ["entry.fund", "entry.no"], name="entry_of"),
)
account = Table(
    "account",
    metadata,
    _fund(),
    _text("code", key=True),
    _big("guarded"),
    _big("debit_fen"),
    _big("credit_fen"),
)
restriction = Table(
    "restriction",
    metadata,
    _fund(),
    _text("code", key=True),
    _text("class"),
    _text("programmes"),
    _text("agreement"),
    _big("opened_no"),
    _big("money_fen"),
    _big("stock_fen"),
    _big("payable_fen"),
    _big("reserved_fen"),
)
posting = Table(
    "posting",
    metadata,
    _text("fund", key=True),
    _big("entry_no", key=True),
    _big("posting_no", key=True),
    _text("debit"),
    _text("credit"),
    _text("restriction"),
    _big("amount_fen"),
    ForeignKeyConstraint(
        ["fund", "entry_no"],
        ["entry.fund", "entry.no"],
        name="posting_entry",
        deferrable=True,
        initially="DEFERRED",
    ),
    ForeignKeyConstraint(["fund", "debit"], ["account.fund", "account.code"], name="posting_debit"),
    ForeignKeyConstraint(
        ["fund", "credit"], ["account.fund", "account.code"], name="posting_credit"
    ),
    ForeignKeyConstraint(
        ["fund", "restriction"],
        ["restriction.fund", "restriction.code"],
        name="posting_restriction",
    ),
)
balance = Table(
    "balance",
    metadata,
    _text("fund", key=True),
    _text("account", key=True),
    _text("restriction", key=True),
    _text("month", key=True),
    _big("debit_fen"),
    _big("credit_fen"),
    ForeignKeyConstraint(["fund", "account"], ["account.fund", "account.code"]),
    ForeignKeyConstraint(["fund", "restriction"], ["restriction.fund", "restriction.code"]),
)
goods = Table(
    "goods",
    metadata,
    _text("fund", key=True),
    _text("item", key=True),
    _text("restriction", key=True),
    _big("quantity"),
    _big("value_fen"),
    ForeignKeyConstraint(["fund", "restriction"], ["restriction.fund", "restriction.code"]),
)
open_item = Table(
    "open_item",
    metadata,
    _text("fund", key=True),
    _big("entry_no", key=True),
    _text("account", key=True),
    _text("restriction", key=True),
    _big("opened_fen"),
    _big("settled_fen"),
    ForeignKeyConstraint(["fund", "entry_no"], ["entry.fund", "entry.no"]),
)
receipt = Table(
    "receipt",
    metadata,
    _text("fund", key=True),
    _big("year", key=True),
    _big("number", key=True),
    _big("entry_no"),
    ForeignKeyConstraint(["fund", "entry_no"], ["entry.fund", "entry.no"]),
)
receipt_print = Table(
    "receipt_print",
    metadata,
    _text("fund", key=True),
    _big("year", key=True),
    _big("number", key=True),
    _big("copy", key=True),
    _text("printed_at"),
    _text("officer"),
    ForeignKeyConstraint(
        ["fund", "year", "number"], ["receipt.fund", "receipt.year", "receipt.number"]
    ),
)
statement = Table(
    "statement",
    metadata,
    _text("fund", key=True),
    _big("number", key=True),
    _big("entry_no"),
    _text("period_from"),
    _text("period_to"),
    _text("content"),
    ForeignKeyConstraint(["fund", "entry_no"], ["entry.fund", "entry.no"]),
)
rulebook = Table(
    "rulebook",
    metadata,
    _text("fund", key=True),
    _big("entry_no", key=True),
    _text("content"),
    ForeignKeyConstraint(["fund", "entry_no"], ["entry.fund", "entry.no"]),
)
sealed = Table(
    "sealed",
    metadata,
    _text("fund", key=True),
    _big("entry_no", key=True),
    _text("vault", key=True),
    _text("content"),
    ForeignKeyConstraint(
        ["fund", "entry_no"],
        ["entry.fund", "entry.no"],
        name="sealed_entry",
        deferrable=True,
        initially="DEFERRED",
    ),
)
bill = Table(
    "bill",
    metadata,
    _fund(),
    _big("no", key=True),
    _text("sha256"),
    _text("form"),
    _text("channel"),
    _text("place"),
    _text("account"),
    _text("first_on"),
    _text("last_on"),
    _big("opening_fen", nullable=True),
    _big("closing_fen", nullable=True),
    _big("personal"),
    _text("imported_at"),
    _text("officer"),
    _text("content"),
)
bill_row = Table(
    "bill_row",
    metadata,
    _text("fund", key=True),
    _big("bill_no", key=True),
    _big("row_no", key=True),
    _text("identity"),
    _text("party"),
    _text("effective_on"),
    _text("happening"),
    _big("amount_fen"),
    _big("aside"),
    _big("same_no", nullable=True),
    _text("decided"),
    _text("content"),
    ForeignKeyConstraint(["fund", "bill_no"], ["bill.fund", "bill.no"]),
    ForeignKeyConstraint(["fund", "same_no"], ["entry.fund", "entry.no"], name="bill_row_same"),
)
