"""The pack of a handover (交接): what an officer hands over, as a text that a hash pins down.

The text is the same for the same books in every language and on every machine: who hands over
and who accepts both sign the entry that carries its SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from lovefund.money import yuan


@dataclass(frozen=True, slots=True)
class Pack:
    """What a fund holds after ``size`` entries; amounts in fen, rows as they are printed.

    ``counted_fen`` is the cash that both counted, ``cash_fen`` what the books say of it.
    """

    fund: str
    day: date
    officer: str
    to: str
    size: int
    root: str
    closed_through: date | None
    #: (account, restriction, debit, credit)
    balances: Sequence[tuple[str, str, int, int]]
    #: (place of money, in the books)
    places: Sequence[tuple[str, int]]
    cash_fen: int
    counted_fen: int
    #: (entry, account, restriction, still open)
    items: Sequence[tuple[int, str, str, int]]
    #: (goods, restriction, quantity, value)
    goods: Sequence[tuple[str, str, int, int]]
    last_voucher: str
    last_receipt: str
    #: (officer, offices, public key)
    officers: Sequence[tuple[str, str, str]]
    keys_id: str


def pack_text(pack: Pack) -> str:
    """The pack as a text of lines, each ended by a line feed."""
    return "".join(f"{line}\n" for line in _lines(pack))


def pack_sha256(text: str) -> str:
    """The hash by which entries name a pack."""
    return sha256(text.encode()).hexdigest()


def _lines(pack: Pack) -> Iterator[str]:
    yield f"交接清单 handover · {pack.fund} · {pack.day}"
    yield f"移交 from {pack.officer} · 接收 to {pack.to}"
    yield f"账目 entries {pack.size} · 根 root {pack.root}"
    yield f"结账至 closed through {pack.closed_through or '-'}"
    yield from _part("余额表 trial balance", (_balance(*row) for row in pack.balances))
    yield from _part("资金 money", (f"{name}  {yuan(fen)}" for name, fen in pack.places))
    difference = pack.counted_fen - pack.cash_fen
    yield from _part(
        "现金盘点 cash counted",
        (
            f"账面 in the books  {yuan(pack.cash_fen)}",
            f"实点 counted  {yuan(pack.counted_fen)}",
            f"差额 difference  {yuan(difference)}",
        ),
    )
    yield from _part(
        "挂账和未付资助 open items and grants not paid",
        (f"{no}  {account}  {code}  {yuan(fen)}" for no, account, code, fen in pack.items),
    )
    yield from _part(
        "物资 goods",
        (f"{name}  {code}  {units}  {yuan(fen)}" for name, code, units, fen in pack.goods),
    )
    yield from _part(
        "票据 numbers",
        (
            f"最后凭证 last voucher  {pack.last_voucher}",
            f"最后收据 last receipt  {pack.last_receipt}",
        ),
    )
    yield from _part(
        "人员和公钥 officers and keys", (f"{c}  {o}  {k}" for c, o, k in pack.officers)
    )
    yield from _part("基金密钥 keys of the fund", (pack.keys_id,))


def _balance(account: str, restriction: str, debit: int, credit: int) -> str:
    return f"{account}  {restriction}  {yuan(debit)}  {yuan(credit)}  {yuan(debit - credit)}"


def _part(title: str, rows: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    found = list(rows) or ["-"]
    yield from (f"  {row}" for row in found)
