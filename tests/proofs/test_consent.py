"""What is shown of a donor: as long as he agrees to it, and of pupils only their class's total."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lovefund import verify
from lovefund.actions import mend, receive
from lovefund.actions.bundle import bundle, fund_key
from lovefund.actions.publish import publish
from lovefund.actions.workspace import Workspace
from lovefund.core.days import parse_period
from lovefund.core.donations import Donor
from lovefund.core.goods import GoodsLine
from lovefund.core.names import PublicName
from lovefund.errors import Refused
from lovefund.store import book
from proofs.forge import written
from world import at, new_books, new_fund

JANUARY, LATER = date(2026, 1, 3), date(2026, 3, 5)


@pytest.fixture
def ws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("LOVEFUND_HOME", str(tmp_path / "home"))
    return new_fund(new_books(str(tmp_path / "a.db")), on=date(2026, 1, 1), today=LATER)


def put_out(ws: Workspace, period: str, folder: Path) -> Path:
    return publish(ws, parse_period(period), folder, languages=()).files[0].parent


def made_again(ws: Workspace, folder: Path) -> Iterator[tuple[Path, dict[str, bytes]]]:
    """The files of every statement below a folder, as they are made today."""
    places = sorted(path.parent for path in folder.rglob("statement.json"))
    with ws.reading() as books:
        statements = list(books.entries(kinds=("statement",)))
        for place, entry in zip(places, statements, strict=True):
            yield place, bundle(books, entry, (place / "statement.json").read_bytes())


def traces(name: str, files: dict[str, bytes]) -> list[str]:
    """The files that a name is in, spelt out or escaped, and the parts of the name as well."""
    forms = [name.encode(), name.encode("unicode_escape"), name.encode("utf-16-le")]
    forms += [unicodedata.normalize("NFD", name).encode()]
    return [file for file, content in files.items() if any(form in content for form in forms)]


def test_a_withdrawn_name_is_in_no_byte_and_every_proof_stays(
    ws: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Masked first, then in full, published both times, and then taken off altogether."""
    folder = tmp_path / "published"
    gift = receive.donate(
        ws, JANUARY, 500_00, "bank", "staff", Donor("张三丰", PublicName.MASKED, phrase="青山")
    )
    put_out(ws, "2026-01", folder)
    mend.mend_name(ws, gift.no, LATER, Donor("张三丰", PublicName.REAL), "他想要全名")
    put_out(ws, "2026-02", folder)
    for _place, files in made_again(ws, folder):
        assert traces("张＊＊", files) == []  # a name that was mended is shown once
    shown = {place.name[:4]: traces("张三丰", files) for place, files in made_again(ws, folder)}
    assert shown == {"0001": [], "0002": ["shown.json"]}  # and the search finds it where it is

    hidden = mend.hide_name(at(ws, LATER), gift.no, LATER)

    with ws.reading() as books:
        key = fund_key(books)
    for place, files in made_again(ws, folder):
        assert [traces(name, files) for name in ("张三丰", "张＊＊")] == [[], []]
        before = {path.name: path.read_bytes() for path in place.iterdir()}
        assert {n for n in files if files[n] != before[n]} <= {"shown.json"}
        again = written(tmp_path / f"again-{place.name}", files)
        assert verify.main([str(again), "--lang", "en", "--key", key]) == 0
        said = capsys.readouterr().out
        assert f"texts withheld at entries {1 if '0001' in place.name else 3}" in said
    # The donor still finds the gift by the code, the name and the phrase.
    first = next(tmp_path.glob("again-0001*"))
    asked = ["--receipt", gift.codes[0], "--name", "张三丰", "--phrase", "青山"]
    assert verify.main([str(first), "--lang", "en", *asked]) == 0
    assert "Your receipt is in the books" in capsys.readouterr().out
    assert hidden.kind == "name-mended"


def test_a_reason_that_the_public_read_is_taken_off_as_well(ws: Workspace, tmp_path: Path) -> None:
    gift = receive.donate(ws, JANUARY, 500_00, "bank", "staff", Donor())
    wrong = mend.void(ws, gift.no, LATER, "李四光来电说重复")
    folder = tmp_path / "published"
    put_out(ws, "2026-02", folder)
    assert [traces("李四光", files) for _place, files in made_again(ws, folder)] == [["shown.json"]]
    mend.hide_name(ws, wrong.no, LATER)
    assert [traces("李四光", files) for _place, files in made_again(ws, folder)] == [[]]


def test_what_is_not_shown_cannot_be_taken_off(ws: Workspace) -> None:
    anonymous = receive.donate(ws, JANUARY, 1_00, "cash", "staff", Donor())
    shown = receive.donate(ws, JANUARY, 1_00, "cash", "staff", Donor("甲乙", PublicName.REAL))
    mend.hide_name(ws, shown.no, LATER)
    for no in (anonymous.no, shown.no):
        with pytest.raises(Refused, match="nothing is shown"):
            mend.hide_name(ws, no, LATER)


# -- pupils as donors ---------------------------------------------------------------------------

CHILD = Donor("李小明", PublicName.MASKED)
CLASS = Donor("三（2）班", PublicName.ORG)


def doors(ws: Workspace, donor: Donor) -> Iterator[tuple[str, object]]:
    """Every verb by which a gift of pupils with a shown name could come in."""
    waiting = receive.receive_unidentified(ws, JANUARY, 9_00, "cash").no
    gift = receive.donate(ws, JANUARY, 5_00, "cash", "class", CLASS)
    other = receive.donate(ws, JANUARY, 5_00, "cash", "staff", Donor(donor.name, PublicName.REAL))
    goods = (GoodsLine("books", 2, 10_00),)
    yield "donate", lambda: receive.donate(ws, JANUARY, 5_00, "cash", "class", donor)
    yield "goods", lambda: receive.donate_goods(ws, JANUARY, goods, "class", donor)
    yield (
        "service",
        lambda: receive.donate_service(ws, JANUARY, 5_00, "home", "class", donor),
    )
    yield (
        "identify",
        lambda: receive.identify_donation(ws, waiting, JANUARY, 9_00, "class", donor),
    )
    yield "mend-name", lambda: mend.mend_name(ws, gift.no, LATER, donor, "错字")
    yield (
        "correct",
        lambda: mend.correct(ws, other.no, LATER, mend.Changes(source="class"), "是学生捐的"),
    )


@pytest.mark.parametrize("mode", [PublicName.REAL, PublicName.MASKED, PublicName.ORG])
def test_a_pupil_is_shown_by_no_verb(ws: Workspace, mode: PublicName) -> None:
    for verb, door in doors(ws, Donor("李小明", mode)):
        with pytest.raises(Refused) as refused:
            door()  # type: ignore[operator]
        assert refused.value.refusals[0].code == "minor-shown", verb


@pytest.mark.parametrize(
    "name", ["三（2）班", "六年级", "少先队大队", "石桥小学全体学生", "义卖", "Class 3 (2)"]
)
def test_a_class_a_team_or_a_drive_is_shown(ws: Workspace, name: str) -> None:
    for _verb, door in doors(ws, Donor(name, PublicName.ORG)):
        door()  # type: ignore[operator]


def test_a_pupil_who_is_not_shown_may_give(ws: Workspace, tmp_path: Path) -> None:
    """The name is sealed, for the receipt; nothing of it is published."""
    receive.donate(ws, JANUARY, 5_00, "cash", "class", Donor("李小明", PublicName.ANONYMOUS))
    folder = tmp_path / "published"
    put_out(ws, "2026-01", folder)
    assert [traces("李小明", files) for _place, files in made_again(ws, folder)] == [[]]


def test_without_the_judge_a_pupil_would_be_shown(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teeth: the gate deaf to that rule publishes the name."""
    monkeypatch.setattr(book, "judge_shown", lambda _draft, _view: ())
    receive.donate(ws, JANUARY, 5_00, "cash", "class", Donor("李小明", PublicName.REAL))
    folder = tmp_path / "published"
    put_out(ws, "2026-01", folder)
    assert [traces("李小明", files) for _place, files in made_again(ws, folder)] == [["shown.json"]]
