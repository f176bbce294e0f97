"""A witness signs what goes on from what he saw, and refuses every other history."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lovefund import verify
from lovefund.actions import cosign, outputs, receive, witness, witnesses
from lovefund.actions.bundle import bundle, cosigned, fund_key
from lovefund.actions.check import check
from lovefund.actions.publish import publish
from lovefund.actions.witness import NotWitnessed, Signed
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.entries import Fact
from lovefund.errors import BadInput, LovefundError, Refused, StorageError
from lovefund.log import notes
from lovefund.log.cosignatures import Cosigned
from lovefund.store.engine import Database
from proofs.forge import BUNDLES, FUND, FUND_KEY, VECTORS, WITNESS_KEY, signed, written
from world import at, new_books, new_fund

NOW = datetime(2026, 11, 2, 4, 5, 6, tzinfo=UTC)
SEED = bytes.fromhex(VECTORS["witness_seed"])


def run(folder: Path, *arguments: str) -> int:
    return verify.main([str(folder), "--lang", "en", *arguments])


# -- the signature itself ---------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(BUNDLES)))
def test_a_cosignature_is_that_of_the_vectors(number: int) -> None:
    """Ed25519 has one signature for a message: the bytes agree with another implementation's."""
    body, found = notes.read_note(BUNDLES[number]["checkpoint.txt"])
    made = notes.cosignature(body, VECTORS["witness"], SEED, VECTORS["witness_time"])
    assert made == found[1]
    key = notes.read_key(WITNESS_KEY)
    assert notes.signed_at(body, found, key) == VECTORS["witness_time"]
    assert notes.signed_at(body, found, notes.read_key(FUND_KEY)) == 0
    assert notes.signed_at(body, found[:1], key) is None
    with pytest.raises(ValueError, match="wrong signature"):
        notes.signed_at(body.replace("\n7\n", "\n8\n") + "x\n", found, key)


def test_verify_counts_each_witness_once_and_shows_its_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two signatures of one key, the same line twice, and one of a key that nobody gave."""
    files = dict(BUNDLES[0])
    body, _found = notes.read_note(files["checkpoint.txt"])
    again = notes.cosignature(body, VECTORS["witness"], SEED, VECTORS["witness_time"] + 86_400)
    other = notes.cosignature(body, "somebody", bytes(32), VECTORS["witness_time"])
    last = files["checkpoint.txt"].splitlines(keepends=True)[-1]
    files["checkpoint.txt"] += f"{again}{other}{last}"
    assert run(written(tmp_path, files), "--key", FUND_KEY, "--key", WITNESS_KEY) == 0
    said = capsys.readouterr().out
    assert said.count("verified, signed by") == 2
    assert said.count(f"verified, signed by {VECTORS['witness']} 2026-10-0") == 1
    assert "somebody" not in said


def test_one_key_under_two_names_is_one_witness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = dict(BUNDLES[0])
    body, _found = notes.read_note(files["checkpoint.txt"])
    files["checkpoint.txt"] += str(notes.cosignature(body, "neighbours", SEED, 1_791_000_000))
    other = notes.verifier_key("neighbours", notes.WITNESS_KEY, notes.public_key(SEED))
    folder = written(tmp_path, files)
    assert run(folder, "--key", WITNESS_KEY, "--key", other) == 0
    assert capsys.readouterr().out.count("verified, signed by") == 1


def test_a_given_key_twice_is_one_witness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, BUNDLES[0])
    assert run(folder, "--key", WITNESS_KEY, "--key", WITNESS_KEY) == 0
    assert capsys.readouterr().out.count("verified, signed by") == 1


def test_a_cosignature_of_another_time_or_body_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The time is signed as well: one that was moved is no signature."""
    body, found = notes.read_note(BUNDLES[0]["checkpoint.txt"])
    raw = bytearray(found[1].raw)
    raw[11] ^= 1
    for wrong in (bytes(raw), notes.read_note(BUNDLES[1]["checkpoint.txt"])[1][1].raw):
        note = f"{body}\n{found[0]}{notes.Signature(found[1].name, wrong)}"
        folder = written(tmp_path, {**BUNDLES[0], "checkpoint.txt": note})
        assert run(folder, "--key", WITNESS_KEY) == 1
        assert "signature of example-parents is wrong" in capsys.readouterr().out


def test_a_time_that_no_calendar_has_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body, found = notes.read_note(BUNDLES[0]["checkpoint.txt"])
    late = notes.cosignature(body, VECTORS["witness"], SEED, 2**62)
    files = {**BUNDLES[0], "checkpoint.txt": f"{body}\n{found[0]}{late}"}
    assert run(written(tmp_path, files), "--key", WITNESS_KEY) == 1
    assert "WRONG" in capsys.readouterr().out


# -- a fund and its witness -------------------------------------------------------------------


@dataclass
class Place:
    """A school with its books, a witness elsewhere, and what is published."""

    folder: Path
    patch: pytest.MonkeyPatch
    ws: Workspace

    def gift(self, day: date, fen: int) -> None:
        receive.donate(at(self.ws, day), day, fen, "bank", "staff", Donor())

    def put_out(self, period: str, into: str = "published") -> Path:
        """Publish a month on the second day after it."""
        found = parse_period(period)
        done = publish(
            at(self.ws, found.day_to + timedelta(days=2)), found, self.folder / into, languages=()
        )
        return done.files[0].parent

    def month(self, month: int, fen: int, into: str = "published") -> Path:
        """A month with one gift, published."""
        self.gift(date(2026, month, 10), fen)
        return self.put_out(f"2026-{month:02d}", into)

    @property
    def key(self) -> str:
        with self.ws.reading() as books:
            return fund_key(books)

    def copy(self, name: str) -> Place:
        """The same books once more, to go on with differently under the same keys."""
        path = self.folder / name
        shutil.copy(self.folder / "fund.db", path)
        return replace(self, ws=replace(self.ws, database=Database(str(path))))

    def sign(self, folder: Path, now: datetime = NOW, **more: object) -> Signed:
        """The witness signs, in his own folder."""
        return witness.sign(folder, now, (self.key,), **more)  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("LOVEFUND_KEYS", str(tmp_path / "school" / "keys"))
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home-of-the-witness"))
    here = tmp_path / "letters"
    here.mkdir()
    monkeypatch.chdir(here)
    ws = new_fund(new_books(str(tmp_path / "fund.db")), on=date(2026, 1, 1))
    witness.init("parents-committee")
    return Place(tmp_path, monkeypatch, ws)


def forget(place: Place) -> None:
    """Take the witness's memory away, and his letters; his key stays."""
    for path in (*witness.witness_folder().glob("seen-*"), *Path().glob("cosigned-*")):
        path.unlink()


def refused(place: Place, folder: Path) -> LovefundError:
    """What the witness says to a folder that passes every check but his own."""
    assert run(folder, "--key", place.key) == 0
    letters = set(Path().iterdir())
    memory = {p: p.read_bytes() for p in witness.witness_folder().glob("seen-*")}
    with pytest.raises(Refused) as found:
        place.sign(folder)
    assert set(Path().iterdir()) == letters, "a signature was given away"
    assert {p: p.read_bytes() for p in witness.witness_folder().glob("seen-*")} == memory
    return found.value


def code(error: LovefundError) -> str:
    assert isinstance(error, Refused)
    return error.refusals[0].code


def test_statement_after_statement_is_signed_and_comes_into_the_books(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = place.month(1, 100_00)
    letter = place.sign(folder)
    assert (letter.number, letter.first, letter.again) == (1, True, False)
    mine = str(witness.own().key)
    done = cosign.add(place.ws, letter.path, place.folder / "published", (mine,))
    assert done.witnesses == ("parents-committee",)
    assert done.files == (folder / "checkpoint.txt",)
    assert run(folder, "--key", place.key, "--key", mine) == 0
    assert "signed by parents-committee 2026-11-02 04:05 UTC" in capsys.readouterr().out
    second = place.month(2, 200_00)
    assert (second / "previous.txt").read_bytes() == (folder / "checkpoint.txt").read_bytes()
    letter = place.sign(second)
    assert (letter.number, letter.first) == (2, False)
    # The key is known from the first time on.
    assert cosign.add(place.ws, letter.path, place.folder / "published").number == 2
    assert run(second, "--key", mine) == 0, "a witness's key alone is enough"


def test_a_bundle_made_again_has_the_signatures_that_came_since(place: Place) -> None:
    folder = place.month(1, 100_00)
    letter = place.sign(folder)
    cosign.add(place.ws, letter.path, place.folder / "nowhere", (str(witness.own().key),))
    with place.ws.reading() as books:
        entry = next(books.entries(kinds=("statement",)))
        again = bundle(books, entry, (folder / "statement.json").read_bytes())
        again |= cosigned(books, entry)
    assert again["checkpoint.txt"] == letter.path.read_bytes()
    assert {k: v for k, v in again.items() if k != "checkpoint.txt"} == {
        p.name: p.read_bytes()
        for p in folder.iterdir()
        if p.name in again and p.name != "checkpoint.txt"
    }


def test_signing_twice_gives_the_same_bytes(place: Place) -> None:
    folder = place.month(1, 100_00)
    first = place.sign(folder)
    content = first.path.read_bytes()
    first.path.unlink()
    again = place.sign(folder, NOW + timedelta(days=3))
    assert again.again
    assert again.path.read_bytes() == content


def test_adding_twice_books_once(place: Place) -> None:
    letter = place.sign(place.month(1, 100_00))
    mine = (str(witness.own().key),)
    first = cosign.add(place.ws, letter.path, place.folder, mine)
    again = cosign.add(place.ws, letter.path, place.folder, mine)
    assert len(first.entries) == 1
    assert (again.entries, again.known) == ((), ("parents-committee",))


# -- what he refuses --------------------------------------------------------------------------


@pytest.fixture
def signed_january(place: Place) -> Place:
    """A fund whose January is signed, with a copy of its books from then."""
    place.sign(place.month(1, 100_00))
    return place


def test_a_split_view_is_caught(signed_january: Place) -> None:
    """Two Februaries of the same books and key: the witness has seen the other one."""
    place = signed_january
    other = place.copy("other.db")
    place.sign(place.month(2, 200_00))
    shown_elsewhere = other.month(2, 250_00, "elsewhere")
    error = refused(place, shown_elsewhere)
    assert code(error) == "split-view"
    assert error.exit_code == 6
    assert "statement 2 exists twice" in error.what()
    forget(place)
    assert place.sign(shown_elsewhere).number == 2, "only his memory tells them apart"


def test_a_rewritten_history_is_caught(signed_january: Place) -> None:
    """February is booked anew, and March published on top of it."""
    place = signed_january
    other = place.copy("other.db")
    place.sign(place.month(2, 200_00))
    other.month(2, 250_00, "elsewhere")
    march = other.month(3, 10_00, "elsewhere")
    error = refused(place, march)
    assert code(error) == "history-rewritten"
    assert "signed in statement 2" in error.what()
    forget(place)
    assert place.sign(march).number == 3, "only his memory tells them apart"


def test_a_dropped_tail_is_caught(signed_january: Place) -> None:
    """An older copy of the books goes on with less than was shown."""
    place = signed_january
    other = place.copy("other.db")
    for day in range(1, 9):
        place.gift(date(2026, 2, day), 10_00)
    place.sign(place.put_out("2026-02"))
    other.put_out("2026-02", "elsewhere")
    march = other.put_out("2026-03", "elsewhere")
    error = refused(place, march)
    assert code(error) == "tail-dropped"
    assert "statement 2 had 12 already" in error.what()
    forget(place)
    assert place.sign(march).number == 3, "only his memory tells them apart"


def test_an_older_statement_is_not_signed_as_new(place: Place) -> None:
    january, february = place.month(1, 100_00), place.month(2, 200_00)
    place.sign(february)
    error = refused(place, january)
    assert code(error) == "older-statement"
    forget(place)
    assert place.sign(january).number == 1


def test_what_joins_nothing_names_the_statement_to_be_signed_first(place: Place) -> None:
    """He saw January; February and March rest on one another, and April on March."""
    folders = [place.month(month, 100 * month) for month in range(1, 5)]
    place.sign(folders[0])
    error = refused(place, folders[3])
    assert code(error) == "earlier-first"
    assert "sign statement 3 first" in error.remedy()
    error = refused(place, folders[2])
    assert "sign statement 2 first" in error.remedy()
    for folder in folders[1:]:
        place.sign(folder)
    assert [s.number for s in witness.memories()[0].seen] == [1, 2, 3, 4]


def test_a_whole_fund_s_folder_is_signed_in_order(place: Place) -> None:
    for month in range(1, 4):
        place.month(month, 100 * month)
    found = witness.statements_in(place.folder / "published" / "shiqiao")
    assert [place.sign(folder).number for folder in found] == [1, 2, 3]


def test_a_second_key_for_a_fund_is_refused(signed_january: Place) -> None:
    """Another's fund of the same name, in order in itself, and under its own key."""
    place = signed_january
    ws = new_fund(new_books(str(place.folder / "others.db")), on=date(2026, 1, 1))
    other = replace(place, ws=ws)
    folder = other.month(1, 100_00, "elsewhere")
    for asked in (place, other):
        with pytest.raises(NotWitnessed) as found:
            asked.sign(folder)
        assert code(found.value) == "second-key"
    forget(place)
    assert other.sign(folder).first


def test_the_first_time_a_key_from_elsewhere_is_needed(place: Place) -> None:
    folder = place.month(1, 100_00)
    for keys in ((), (str(witness.own().key),), ("nonsense",)):
        with pytest.raises(BadInput):
            witness.sign(folder, NOW, keys)
    assert list(witness.memories()) == []


def test_a_statement_that_is_wrong_is_not_signed(signed_january: Place) -> None:
    place = signed_january
    folder = place.month(2, 200_00)
    path = folder / "statement.json"
    path.write_bytes(path.read_bytes().replace(b'"20000"', b'"20001"').replace(b"20000", b"20001"))
    with pytest.raises(NotWitnessed) as found:
        place.sign(folder)
    assert code(found.value) == "statement-wrong"
    (folder / "entries.jsonl").unlink()
    with pytest.raises(BadInput, match=r"entries\.jsonl"):
        place.sign(folder)


def test_a_clock_that_stands_before_the_statement_is_refused(place: Place) -> None:
    folder = place.month(1, 100_00)
    with pytest.raises(Refused) as found:
        place.sign(folder, datetime(2026, 1, 20, tzinfo=UTC))
    assert code(found.value) == "clock-behind"


# -- his memory -------------------------------------------------------------------------------


def test_what_he_saw_is_kept_before_the_signature_is_given_away(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut between the two loses a letter, which is written again, and no memory."""
    folder = place.month(1, 100_00)
    write = witness.write_whole

    def cut(path: Path, content: bytes) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(witness, "write_whole", cut)
    with pytest.raises(OSError, match="Input"):
        place.sign(folder)
    assert [s.number for s in witness.memories()[0].seen] == [1]
    assert not list(Path().iterdir())
    monkeypatch.setattr(witness, "write_whole", write)
    assert place.sign(folder).again


def test_where_it_cannot_be_kept_nothing_is_given_away(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place.month(1, 100_00)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(witness, "write_private", full)
    with pytest.raises(OSError, match="No space"):
        place.sign(folder)
    assert not list(Path().iterdir())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"key": "x", "seen": []}'])
def test_a_damaged_memory_is_told_and_not_taken_for_none(
    signed_january: Place, content: bytes
) -> None:
    place = signed_january
    path = witness.witness_folder() / "seen-shiqiao.json"
    kept = path.read_bytes()
    folder = place.month(2, 200_00)
    for broken in (content, kept[: len(kept) // 2], kept.replace(b"shiqiao", b"other-one")):
        path.write_bytes(broken)
        with pytest.raises(StorageError):
            place.sign(folder)
        assert path.read_bytes() == broken


def test_key_and_memory_are_his_own(signed_january: Place) -> None:
    for path in witness.witness_folder().glob("*.json"):
        assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused) as found:
        witness.init("another")
    assert code(found.value) == "witness-already"
    (witness.witness_folder() / "key.json").chmod(0o644)
    with pytest.raises(StorageError, match="may read"):
        witness.own()


def test_what_is_exchanged_while_he_checks_is_not_signed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He signs what he computed from the lines, whatever the file says a moment later."""
    folder = place.month(1, 100_00)
    read = verify.Bundle.file
    note = folder / "checkpoint.txt"

    def exchanged(self: verify.Bundle, name: str) -> bytes:
        content: bytes = read(self, name)
        if name == "checkpoint.txt":
            note.write_text(signed("lovefund/shiqiao\n9\n" + "A" * 43 + "=\n", "11" * 32), "utf-8")
        return content

    monkeypatch.setattr(verify.Bundle, "file", exchanged)
    with pytest.raises(Refused):
        place.sign(folder)
    assert not list(Path().iterdir())


def test_two_windows_do_not_sign_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from lovefund.system import file_lock

    folder = place.month(1, 100_00)
    monkeypatch.setattr(outputs, "file_lock", lambda path: file_lock(path, seconds=0.05))
    with witness._alone(), pytest.raises(StorageError, match="another window"):
        place.sign(folder)


# -- what the treasurer takes in --------------------------------------------------------------


Wrong = Callable[[Place, Path], tuple[Path, tuple[str, ...]]]


def _unknown(place: Place, letter: Path) -> tuple[Path, tuple[str, ...]]:
    return letter, ()


def _changed_time(place: Place, letter: Path) -> tuple[Path, tuple[str, ...]]:
    body, found = notes.read_note(letter.read_text("utf-8"))
    raw = bytearray(found[-1].raw)
    raw[11] ^= 1
    wrong = notes.Signature(found[-1].name, bytes(raw))
    letter.write_text(f"{body}\n{found[0]}{wrong}", "utf-8")
    return letter, (str(witness.own().key),)


def _of_another_history(place: Place, letter: Path) -> tuple[Path, tuple[str, ...]]:
    other = place.copy("other.db")
    other.ws = new_fund(new_books(str(place.folder / "o.db")), on=date(2026, 1, 1))
    folder = other.month(1, 70_00, "elsewhere")
    forget(place)
    return other.sign(folder).path, (str(witness.own().key),)


def _at_no_statement(place: Place, letter: Path) -> tuple[Path, tuple[str, ...]]:
    body = "lovefund/shiqiao\n2\n" + "A" * 43 + "=\n"
    ours = notes.cosignature(body, "parents-committee", witness.own().seed, 1_800_000_000)
    letter.write_text(f"{body}\n{ours}", "utf-8")
    return letter, (str(witness.own().key),)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (_unknown, "witness-unknown"),
        (_changed_time, "signature-wrong"),
        (_of_another_history, "witnessed-another-history"),
        (_at_no_statement, "witnessed-another-history"),
    ],
)
def test_a_letter_that_proves_nothing_is_not_booked(
    place: Place, wrong: Wrong, expected: str
) -> None:
    folder = place.month(1, 100_00)
    letter, keys = wrong(place, place.sign(folder).path)
    before = {p: p.read_bytes() for p in folder.iterdir()}
    with place.ws.reading() as books:
        size = books.head().size
    with pytest.raises(Refused) as found:
        cosign.add(place.ws, letter, place.folder / "published", keys)
    assert code(found.value) == expected
    with place.ws.reading() as books:
        assert books.head().size == size
    assert {p: p.read_bytes() for p in folder.iterdir()} == before


def test_another_fund_s_letter_and_other_files_are_refused(place: Place) -> None:
    place.month(1, 100_00)
    vector = Path("vector.txt")
    vector.write_text(BUNDLES[0]["checkpoint.txt"], "utf-8")
    with pytest.raises(BadInput, match=FUND):
        cosign.add(place.ws, vector, place.folder, (WITNESS_KEY,))
    for content in (b"", b"\xff", b"\n\n\n", b"a" * 70_000, BUNDLES[0]["entries.jsonl"].encode()):
        vector.write_bytes(content)
        with pytest.raises(BadInput, match="no signed checkpoint"):
            cosign.add(place.ws, vector, place.folder)
    with pytest.raises(BadInput):
        cosign.add(place.ws, vector, place.folder, (FUND_KEY,))


def test_a_witness_has_one_key_in_the_books(place: Place) -> None:
    letter = place.sign(place.month(1, 100_00))
    cosign.add(place.ws, letter.path, place.folder, (str(witness.own().key),))
    shutil.rmtree(witness.witness_folder())
    again = witness.init("parents-committee")
    letter = place.sign(place.month(2, 100_00))
    with pytest.raises(Refused) as found:
        cosign.add(place.ws, letter.path, place.folder, (str(again.key),))
    assert code(found.value) == "second-witness-key"


def test_two_witnesses_are_counted_by_their_keys(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = place.month(1, 100_00)
    keys = [str(witness.own().key)]
    letters = [place.sign(folder).path]
    shutil.rmtree(witness.witness_folder())
    keys.append(str(witness.init("supervisors").key))
    letters.append(place.sign(folder).path)
    for letter in letters:
        cosign.add(place.ws, letter, place.folder / "published", tuple(keys))
    assert run(folder, *(word for key in keys for word in ("--key", key))) == 0
    said = capsys.readouterr().out
    assert said.count("verified, signed by") == 2
    with place.ws.reading() as books:
        assert [c.key.name for c in witnesses.cosignatures(books).values()] == [
            "parents-committee",
            "supervisors",
        ]


@pytest.mark.parametrize("fact", ["witness", "key", "time", "sig", "of"])
def test_check_finds_a_signature_that_is_none(
    place: Place, monkeypatch: pytest.MonkeyPatch, fact: str
) -> None:
    """A program that books what no witness signed: the database takes it, ``check`` does not."""
    letter = place.sign(place.month(1, 100_00))
    whole = cosign.facts

    def forged(cosigned: Cosigned) -> dict[str, Fact]:
        said = whole(cosigned)
        other: dict[str, Fact] = {
            "witness": "another", "key": "00" * 32, "time": cosigned.time + 1,
            "sig": "A" * 86, "of": 1,
        }  # fmt: skip
        return said | {fact: other[fact]}

    monkeypatch.setattr(cosign, "facts", forged)
    cosign.add(place.ws, letter.path, place.folder / "nowhere", (str(witness.own().key),))
    found = [finding.code for finding in check(place.ws)]
    # The name is no part of what is signed: it is bound by the key's id alone.
    assert found == ([] if fact == "witness" else ["cosigned"])


def test_check_is_content_with_true_signatures(place: Place) -> None:
    letter = place.sign(place.month(1, 100_00))
    cosign.add(place.ws, letter.path, place.folder, (str(witness.own().key),))
    place.month(2, 100_00)
    assert check(place.ws) == []


def test_signed_by_the_fund_alone_is_no_witness(place: Place) -> None:
    """The fund's own signature under another name, or as a witness's, counts for nothing."""
    folder = place.month(1, 100_00)
    note = Path("note.txt")
    body, _found = notes.read_note((folder / "checkpoint.txt").read_text("utf-8"))
    note.write_text(signed(body, "00" * 32, "parents-committee"), "utf-8")
    key = notes.VerifierKey("parents-committee", notes.WITNESS_KEY, notes.public_key(bytes(32)))
    with pytest.raises(Refused) as found:
        cosign.add(place.ws, note, place.folder, (str(key),))
    assert code(found.value) == "witness-unknown"
    assert json.loads((folder / "statement.json").read_bytes())["number"] == 1


# -- what is printed --------------------------------------------------------------------------


def test_a_statement_names_who_cosigned_before_it_was_made(place: Place) -> None:
    """What comes later stands in checkpoint.txt; so a statement is drawn again to the byte."""
    mine = str(witness.own().key)
    letter = place.sign(place.month(1, 100_00))
    first = publish(
        at(place.ws, date(2026, 3, 2)), parse_period("2026-02"), place.folder / "a", languages=()
    )
    assert first.statement.cosigners == ()
    cosign.add(at(place.ws, date(2026, 3, 3)), letter.path, place.folder, (mine,))
    march = place.put_out("2026-03")
    done = publish(
        at(place.ws, date(2026, 5, 2)), parse_period("2026-04"), place.folder / "b", languages=()
    )
    assert [(c.name, c.number) for c in done.statement.cosigners] == [("parents-committee", 1)]
    letter = place.sign(march)
    cosign.add(at(place.ws, date(2026, 5, 3)), letter.path, place.folder)
    last = publish(
        at(place.ws, date(2026, 6, 2)), parse_period("2026-05"), place.folder / "c",
        languages=("zh", "en"),
    )  # fmt: skip
    assert [(c.name, c.number) for c in last.statement.cosigners] == [("parents-committee", 3)]
    for path in last.files:
        if path.suffix == ".pdf":
            told = subprocess.run(
                ["pdftotext", str(path), "-"], capture_output=True, text=True, check=True
            ).stdout
            assert "parents-committee" in told
            assert ("第 3 号报表" if "zh" in path.name else "statement 3") in told
