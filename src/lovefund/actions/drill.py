"""A fire drill: brings the newest backup back in a scratch place, and writes down what it found."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from lovefund.actions.check import check_against
from lovefund.actions.copies import KeysHere, backups, fingerprint, heads_told, sum_told
from lovefund.actions.restore import Restored, restore
from lovefund.actions.workspace import Workspace
from lovefund.core.findings import Finding
from lovefund.errors import BadInput, LovefundError, StorageError, Unsound
from lovefund.language import _
from lovefund.log import checkpoints
from lovefund.store.engine import Database
from lovefund.store.reading import Books, Head, funds, head
from lovefund.system import write_private


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill that was held: on which backup, what was done, what was found, and its proofs."""

    backup: Path
    at: datetime
    seconds: float
    heads: tuple[Head, ...]
    steps: tuple[str, ...]
    findings: tuple[Finding, ...]
    proofs: tuple[Path, ...]


def drill(ws: Workspace, where: Path, against: str = "", published: Path | None = None) -> Drill:
    """Restore the newest backup in ``where`` (or that one backup) and see whether it would do.

    It must be the file that was written, sound in every line, readable with this machine's
    keys, and no older than the last published head: ``against``, or the newest checkpoint.txt
    below ``published``. The proof, a text and a JSON file, is left beside the backup.
    """
    backup = _newest(where)
    at, started = ws.clock(), time.monotonic()
    steps = [_("backup {name}, {size} bytes").format(name=backup.name, size=_size(backup))]
    findings: list[Finding] = []
    heads: tuple[Head, ...] = ()
    with tempfile.TemporaryDirectory(prefix="lovefund-drill-") as scratch:
        place = Database(str(Path(scratch) / "fund.db"))
        try:
            told = sum_told(backup)
            restored = restore(replace(ws, database=place), backup, without_sum=told is None)
        except LovefundError as error:
            findings.append(Finding(error.code, error.where(), error.what(), error.remedy()))
        else:
            heads = restored.found.heads
            findings += [_sum_missing(backup)] if told is None else []
            findings += restored.found.papers_missing
            steps.append(_("restored and read through: pages, every line, every balance"))
            _keys(restored, steps, findings)
            _against(place, heads, against, published, steps, findings)
            steps += _booked_since(ws.database, heads)
    seconds = time.monotonic() - started
    found = Drill(backup, at, seconds, heads, tuple(steps), tuple(findings), ())
    return replace(found, proofs=_write(found))


def _newest(where: Path) -> Path:
    if where.is_file():
        return where
    if not where.is_dir():
        raise BadInput(
            "folder",
            str(where),
            _("there is no such folder"),
            _("name the folder with the backups; `lovefund backup` makes them"),
        )
    found = backups(where)
    if not found:
        raise Unsound(
            str(where),
            _("there is no backup in this folder"),
            _("make one with `lovefund backup`"),
        )
    return found[-1]


def _size(path: Path) -> str:
    return f"{path.stat().st_size:,}"


def _sum_missing(backup: Path) -> Finding:
    return Finding(
        "sum-missing",
        str(backup),
        _("{name}.sha256 is not beside the backup").format(name=backup.name),
        _("fetch that file from where the backup was made, or make a new backup"),
    )


def _keys(restored: Restored, steps: list[str], findings: list[Finding]) -> None:
    opened = [fund for fund, here in restored.found.keys.items() if here is KeysHere.YES]
    if opened:
        steps.append(
            _("the keys of this machine open the sealed texts: {funds}").format(
                funds=", ".join(opened)
            )
        )
    for fund, here in restored.found.keys.items():
        if here is KeysHere.YES:
            continue
        findings.append(
            Finding(
                f"keys-{here.value}",
                fund,
                _("the keys of this fund are not on this machine; names and codes stay closed")
                if here is KeysHere.MISSING
                else _("the key file on this machine does not open the sealed texts: other keys"),
                _("bring them back from the recovery sheet: lovefund keys restore"),
            )
        )


def _against(
    place: Database,
    heads: tuple[Head, ...],
    against: str,
    published: Path | None,
    steps: list[str],
    findings: list[Finding],
) -> None:
    """Compare each fund with its last published head, or the one whose head is given."""
    wanted = {h.fund: against or _last_published(published, h.fund) for h in heads}
    whose = _fund_of(against)
    if whose:
        wanted = {fund: given for fund, given in wanted.items() if fund == whose}
        if not wanted:
            findings.append(_other_fund(against, whose))
    unpublished = [fund for fund, given in wanted.items() if not given]
    if unpublished:
        steps.append(
            _("nothing published to compare with: {funds}").format(funds=", ".join(unpublished))
        )
    unlike: list[Finding] = []
    agreed = False
    with place.reading() as connection:
        for fund, given in wanted.items():
            if not given:
                continue
            found = check_against(Books(connection, fund), given)
            unlike += found
            if not found:
                agreed = True
                steps.append(
                    _("{fund}: the published head occurs in it ({given})").format(
                        fund=fund, given=given
                    )
                )
    # A fingerprint does not tell its fund: it is enough that one of them has it.
    if not (agreed and against and not whose):
        findings += unlike


def _booked_since(present: Database, heads: tuple[Head, ...]) -> list[str]:
    """What the present books, where they are here, have beyond the backup."""
    if present.path is None or not present.path.is_file():
        return []
    backed_up = {h.fund: h.size for h in heads}
    steps = []
    try:
        with present.reading() as connection:
            for fund in funds(connection):
                since = head(connection, fund).size - backed_up.get(fund, 0)
                if since > 0:
                    steps.append(
                        _("{fund}: {count} entries were booked since this backup").format(
                            fund=fund, count=f"{since:,}"
                        )
                    )
    except (StorageError, ValueError):
        steps.append(_("the present books {path} cannot be read").format(path=present.path))
    return steps


def _fund_of(against: str) -> str:
    """The fund of a checkpoint file; nothing where a fingerprint, or nothing, is given."""
    try:
        return checkpoints.parse_body(Path(against).read_text(encoding="utf-8"))[0]
    except (OSError, ValueError):
        return ""


def _other_fund(against: str, whose: str) -> Finding:
    return Finding(
        "another-fund",
        against,
        _("this checkpoint is of fund {fund}, which is not in the backup").format(fund=whose),
        _("name a checkpoint of these books, or the folder with their backups"),
    )


def _last_published(published: Path | None, fund: str) -> str:
    """The checkpoint file with the most entries of a fund, or nothing."""
    best, size = "", 0
    for path in sorted((published or Path("published")).glob("*/*/checkpoint.txt")):
        try:
            whose, entries, _root = checkpoints.parse_body(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if whose == fund and entries > size:
            best, size = str(path), entries
    return best


def _write(found: Drill) -> tuple[Path, Path]:
    """The proof for people and the one for programs, dated, beside the backup."""
    stem = found.backup.parent / f"drill-{found.at:%Y-%m-%d-%H%M%S}"
    text, data = stem.with_suffix(".txt"), stem.with_suffix(".json")
    write_private(text, ("\n".join(lines_of(found)) + "\n").encode())
    write_private(
        data, (json.dumps(document_of(found), ensure_ascii=False, indent=1) + "\n").encode()
    )
    return text, data


def lines_of(found: Drill) -> list[str]:
    """A drill in words."""
    lines = [_("Drill of {at}").format(at=f"{found.at:%Y-%m-%d %H:%M}"), *found.steps]
    lines += [
        _("{fund}: {size} entries, fingerprint {fingerprint}").format(
            fund=h.fund, size=f"{h.size:,}", fingerprint=fingerprint(h)
        )
        for h in found.heads
    ]
    for finding in found.findings:
        lines.append(f"{finding.code} {finding.where}: {finding.what}; {finding.mend}")
    if found.findings:
        lines.append(
            _("{count} findings: do not rely on this backup.").format(count=len(found.findings))
        )
    else:
        lines.append(
            _("The backup would do. It took {seconds} seconds.").format(
                seconds=f"{found.seconds:.1f}"
            )
        )
    return lines


def document_of(found: Drill) -> dict[str, object]:
    """A drill for programs."""
    return {
        "backup": found.backup.name,
        "bytes": found.backup.stat().st_size,
        "sha256": sum_told(found.backup),
        "at": found.at.isoformat(timespec="seconds"),
        "seconds": round(found.seconds, 2),
        "funds": list(heads_told(found.heads)),
        "steps": list(found.steps),
        "findings": [
            {"code": f.code, "where": f.where, "what": f.what, "mend": f.mend}
            for f in found.findings
        ],
        "sound": not found.findings,
    }
