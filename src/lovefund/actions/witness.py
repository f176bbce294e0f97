"""A witness at work, on a computer of his own: signs a statement that goes on from what he saw.

He needs nothing but the published folder, the fund's public key from the notice board and a key
of his own. What he saw of a fund is kept before a signature is given away: that memory is all
that tells one history from another (spec-log section 4).
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lovefund import verify
from lovefund.actions.outputs import alone, refuse_place
from lovefund.actions.workspace import refuse
from lovefund.core.text import clean_slug
from lovefund.errors import BadInput, Exit, Refusal, Refused, StorageError
from lovefund.language import _, language
from lovefund.log import checkpoints, notes
from lovefund.log.notes import Signature, VerifierKey
from lovefund.store.book import CHINA
from lovefund.store.vault import refuse_open
from lovefund.system import config_folder, make_folder, write_private, write_whole


class NotWitnessed(Refused):
    """A statement that a witness must not sign: it is wrong, or of another history."""

    exit_code = Exit.UNSOUND


@dataclass(frozen=True, slots=True)
class Witness:
    """Whose signature it is, and the seed of 32 bytes that makes it."""

    name: str
    seed: bytes

    @property
    def key(self) -> VerifierKey:
        """The public key, for the notice board."""
        return VerifierKey(self.name, notes.WITNESS_KEY, notes.public_key(self.seed))


@dataclass(frozen=True, slots=True)
class Seen:
    """A statement that was signed: its number, and its checkpoint under both signatures."""

    number: int
    note: str

    @property
    def body(self) -> str:
        """The checkpoint itself."""
        return notes.read_note(self.note)[0]

    @property
    def size(self) -> int:
        """How many entries it counts."""
        return checkpoints.parse_body(self.note)[1]

    @property
    def fingerprint(self) -> str:
        """Its thirty digits."""
        return checkpoints.fingerprint(self.body)

    @property
    def at(self) -> datetime:
        """When it was signed, in China's calendar."""
        ours = notes.read_note(self.note)[1][-1]
        return datetime.fromtimestamp(int.from_bytes(ours.raw[4:12], "big"), CHINA)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a witness saw of a fund, the newest last, and the one key that he knows it by."""

    fund: str
    key: str
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """What ``sign`` answers; ``again`` where it was signed before, ``first`` of this fund."""

    fund: str
    number: int
    size: int
    fingerprint: str
    path: Path
    again: bool
    first: bool


def witness_folder() -> Path:
    """Where a witness's key and memory are kept."""
    return config_folder() / "witness"


def init(name: str) -> Witness:
    """A new key for this computer's witness; Refused where it has one."""
    name = clean_slug(name, "--name")
    path = witness_folder() / "key.json"
    if path.exists():
        raise refuse(
            "witness-already",
            _("this computer has the key of the witness {name}").format(name=own().name),
            _("use it; a new key would be a new witness to everybody"),
            _("A witness has one key, and those who check know it (log format, section 4)."),
        )
    made = Witness(name, os.urandom(32))
    write_private(path, json.dumps({"name": name, "seed": made.seed.hex()}).encode())
    return made


def own() -> Witness:
    """This computer's witness; Refused where there is none."""
    path = witness_folder() / "key.json"
    refuse_open(path)
    try:
        content = json.loads(path.read_bytes())
        return Witness(str(content["name"]), bytes.fromhex(content["seed"]))
    except FileNotFoundError:
        raise refuse(
            "no-witness",
            _("this computer has no witness's key yet"),
            _("make one with `lovefund witness init --name parents-committee`"),
        ) from None
    except (ValueError, LookupError, TypeError) as error:
        raise StorageError(
            str(path),
            _("this key file cannot be read"),
            _("bring it back from a copy, or move it away and make a new one"),
        ) from error


def memories() -> list[Memory]:
    """What this computer's witness saw, fund by fund."""
    names = sorted(path.stem.removeprefix("seen-") for path in witness_folder().glob("seen-*.json"))
    return [memory for name in names if (memory := _memory(name)) is not None]


def statements_in(folder: Path) -> list[Path]:
    """The statement in a folder, or all those below it in order of number."""
    if not folder.is_dir() or (folder / "checkpoint.txt").exists():
        return [folder]
    return sorted(path.parent for path in folder.glob("*/checkpoint.txt")) or [folder]


def sign(
    folder: Path,
    now: datetime,
    keys: Sequence[str] = (),
    out: Path | None = None,
    *,
    over: bool = False,
    dry_run: bool = False,
) -> Signed:
    """Check a published statement whole, and that it goes on from the last one seen; sign it.

    ``keys`` are public keys from elsewhere, of which the fund's own is needed the first time.
    The cosigned checkpoint goes to ``out``, by default a file in the working folder; ``over``
    allows an older file there, ``dry_run`` signs nothing. Signed before, the same bytes come out.
    Raises NotWitnessed for what must not be signed, Refused for what comes in another order.
    """
    me = own()
    with _alone():
        bundle = _opened(folder)
        memory = _memory(bundle.fund)
        key = _fund_key(bundle, memory, keys)
        theirs = _require_right(bundle, key)
        number = int(bundle.statement["number"])
        seen = memory.seen if memory else ()
        before = next((s for s in seen if s.body == bundle.body), None)
        if before is None:
            _require_consistent(bundle, number, seen)
            _require_clock(bundle, now)
        ours = notes.cosignature(bundle.body, me.name, me.seed, int(now.timestamp()))
        signed = before or Seen(number, f"{bundle.body}\n{theirs}{ours}")
        path = out or Path(f"cosigned-{bundle.fund}-{number:04d}-{me.name}.txt")
        if not dry_run:
            kept = None if before else Memory(bundle.fund, str(key), (*seen, signed))
            _give(signed.note.encode(), path, over, kept)
    return Signed(
        bundle.fund,
        number,
        signed.size,
        checkpoints.fingerprint(bundle.body),
        path,
        before is not None,
        memory is None,
    )


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One signature at a time: two at once could each be given before the other is remembered."""
    folder = witness_folder()
    make_folder(folder, 0o700)
    with alone(folder, _("another window is signing with this key")):
        yield


def _opened(folder: Path) -> Any:
    """The bundle in a folder, its lines read."""
    verify.language = language()
    if not (folder / "checkpoint.txt").is_file():
        raise BadInput(
            "folder",
            str(folder),
            _("there is no published statement in it"),
            _("give the folder of a published statement, with its entries.jsonl"),
        )
    with _told(folder):
        return verify.Bundle(str(folder))  # type: ignore[no-untyped-call]


def _require_right(bundle: Any, key: VerifierKey) -> Signature:
    """Check everything in the bundle; the fund's own signature of its checkpoint."""
    with _told(Path(bundle.folder)):
        bundle.check([tuple(key)])
        with contextlib.suppress(ValueError):
            _body, found = notes.read_note(bundle.file("checkpoint.txt").decode())
            if notes.signed_at(bundle.body, found, key) is not None:
                return next(s for s in found if (s.name, s.raw[:4]) == (key.name, key.id))
        raise verify.Wrong(verify.t("signature line"))  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What verify.py finds, as an error of ours."""
    try:
        yield
    except verify.Wrong as error:
        raise not_witnessed(
            "statement-wrong",
            str(error),
            _("do not sign; ask the fund what happened, and tell the supervisors"),
            _("A witness signs only what holds together (log format, section 8)."),
        ) from error
    except verify.Unknown as error:
        raise BadInput(
            "folder", str(folder), str(error), _("ask for the whole folder of the statement")
        ) from error


def not_witnessed(code: str, what: str, mend: str, rule: str = "") -> NotWitnessed:
    """What is wrong with something that a witness signs or has signed."""
    rule = rule or _("A witness signs only what goes on from what he saw (log format, section 4).")
    return NotWitnessed((Refusal(code, what, rule, mend),))


def _fund_key(bundle: Any, memory: Memory | None, keys: Sequence[str]) -> VerifierKey:
    """The one key by which the fund is known: from before, or given now."""
    origin = f"lovefund/{bundle.fund}"
    given = {k for k in map(_key, keys) if (k.name, k.kind) == (origin, notes.FUND_KEY)}
    known = {_key(memory.key)} if memory else given
    if not known:
        raise BadInput(
            "--key",
            "",
            _(
                "you have signed nothing of the fund {fund} yet, and its public key is needed"
            ).format(fund=bundle.fund),
            _("add --key and the key from the notice board, not from these files"),
        )
    if len(known | given) > 1 or _signed_by_another(bundle, next(iter(known))):
        raise not_witnessed(
            "second-key",
            _("the fund {fund} shows a second public key").format(fund=bundle.fund),
            _("do not sign; ask the supervisors why, and compare with the notice board"),
            _("A witness refuses a second key for a fund that he knows (log format, section 4)."),
        )
    return known.pop()


def _key(typed: str) -> VerifierKey:
    try:
        return notes.read_key(typed)
    except ValueError as error:
        raise BadInput(
            "--key",
            typed,
            _("this is not a public key"),
            _("copy it whole from the notice board: name+8 characters+44 characters"),
        ) from error


def _signed_by_another(bundle: Any, key: VerifierKey) -> bool:
    """Whether the checkpoint bears signatures in the fund's name, and none of the known key."""
    with contextlib.suppress(ValueError, verify.Unknown):
        _body, found = notes.read_note(bundle.file("checkpoint.txt").decode())
        ids = {s.raw[:4] for s in found if s.name == key.name}
        return bool(ids) and key.id not in ids
    return False


def _require_consistent(bundle: Any, number: int, seen: Sequence[Seen]) -> None:
    """Refuse a checkpoint that does not go on from the last one seen."""
    if not seen:
        return
    last, size = seen[-1], bundle.first + len(bundle.lines)
    twin = next((s for s in seen if s.number == number), None)
    if twin is not None:
        raise not_witnessed(
            "split-view",
            _("statement {number} exists twice: you signed {old}, this one is {new}").format(
                number=number,
                old=checkpoints.fingerprint(twin.body),
                new=checkpoints.fingerprint(bundle.body),
            ),
            _("do not sign; keep both, and compare both fingerprints with the notice board"),
        )
    if number < last.number:
        raise refuse(
            "older-statement",
            _("statement {number} is older than statement {last}, which you signed last").format(
                number=number, last=last.number
            ),
            _("sign the newest; an older one is checked with `lovefund verify`"),
            _("A witness signs forwards only (log format, section 4)."),
        )
    if size <= last.size:
        raise not_witnessed(
            "tail-dropped",
            _("this statement counts {size} entries; statement {last} had {seen} already").format(
                size=size, last=last.number, seen=last.size
            ),
            _("do not sign: its end was cut off, or an old copy of the books was put back"),
        )
    if last.size < bundle.first:
        raise refuse(
            "earlier-first",
            _("it begins at entry {first}; you have seen {size} entries, and nothing joins").format(
                first=bundle.first, size=last.size
            ),
            _("sign statement {base} first, on which this one rests").format(
                base=bundle.statement["base"]
            ),
            _("A witness signs only what goes on from what he saw (log format, section 4)."),
        )
    if dict(bundle.bodies())[last.size] != last.body:
        raise not_witnessed(
            "history-rewritten",
            _(
                "its first {size} entries are not those that you signed in statement {last}: "
                "history was rewritten"
            ).format(size=last.size, last=last.number),
            _("do not sign; keep this folder and yours, and tell the supervisors"),
        )


def _require_clock(bundle: Any, now: datetime) -> None:
    """A signature tells when: refuse a clock that stands before what it signs."""
    today, recorded = now.astimezone(CHINA).date().isoformat(), bundle.entries[-1]["at"]
    if today < recorded:
        raise refuse(
            "clock-behind",
            _("this computer says {today}; the statement was recorded on {day}").format(
                today=today, day=recorded
            ),
            _("set the clock of this computer, then sign again"),
            _("A witness's signature tells the time (log format, section 4)."),
        )


def _path(fund: str) -> Path:
    return witness_folder() / f"seen-{fund}.json"


def _memory(fund: str) -> Memory | None:
    """What was seen of a fund, or None; StorageError where that cannot be read."""
    path = _path(fund)
    try:
        content = json.loads(path.read_bytes())
        seen = tuple(Seen(int(number), str(note)) for number, note in content["seen"])
        memory = Memory(fund, str(notes.read_key(content["key"])), seen)
        if not seen or any(checkpoints.parse_body(s.note)[0] != fund for s in seen):
            raise ValueError("of another fund")
        return memory
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError) as error:
        raise StorageError(
            str(path),
            _("what you saw of the fund {fund} cannot be read").format(fund=fund),
            _("bring the file back from a copy: without it nobody notices an exchanged history"),
        ) from error


def _give(letter: bytes, path: Path, over: bool, kept: Memory | None) -> None:
    """Write a signed letter, after what was seen is kept: whole, and to stay."""
    there = path.is_file() and path.read_bytes() == letter
    if not there:
        refuse_place(path, over=over)
    if kept is not None:
        content = {"key": kept.key, "seen": [[s.number, s.note] for s in kept.seen]}
        write_private(_path(kept.fund), json.dumps(content, ensure_ascii=False).encode())
    if not there:
        write_whole(path, letter)
