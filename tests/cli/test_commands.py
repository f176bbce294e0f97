"""Every command: what it books, what it refuses and how it says so."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from commands import Run
from lovefund.cli.names import COMMANDS
from lovefund.errors import Exit


def sums(run: Run) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in run("balance --json").json():
        found[row["account"]] = found.get(row["account"], 0) + row["balance_fen"]
    return found


def size(run: Run) -> int:
    return len(run("journal --all --json").json())


DEEDS = [
    ("donate ￥１,２００元 --source business --from 青禾 --show org --by bank", {"1002": 170_000}),
    (
        "donate-goods --goods 'books 120 @15' --source alumni --from 甲 --show real",
        {"1201": 180_000},
    ),
    (
        "donate-service 80 --programme lectures --source society --from 甲 --show real",
        {"510118": 8_000},
    ),
    ("interest 0.37 --by bank", {"1002": 50_037}),
    ("unidentified 66 --by wechat", {"220911": -6_600}),
    ("agency-in 300 --from 甲 --show real --pupil 学生甲 --by bank", {"2601": -30_000}),
    ("grant 400 --case L1 --guardian 李 --by bank", {"1002": 10_000, "510111": 40_000}),
    ("promise 400 --case L1 --guardian 李", {"220913": -40_000}),
    ("reserve 400", {"1002": 50_000}),
    ("spend 30 --programme visits --by bank", {"510117": 3_000}),
    ("fee 0.5 --by bank", {"530111": 50}),
    ("owe-refund 1 500", {"220912": -50_000}),
    ("buy-goods --goods '文具 10 @3' --by bank", {"1201": 3_000}),
    ("advance 100 --to 王老师 --by bank", {"1122": 10_000}),
    ("move 200 --from bank --to cash", {"1001": 20_000, "1002": 30_000}),
    ("correct 1 --amount 50 --reason 多打一个零", {"1002": 5_000, "410111": -5_000}),
    ("void 1 --reason 重复", {"1002": 0}),
    ("mend-name 1 --from 张三峰 --show real --reason 写错", {"1002": 50_000}),
    ("copy-receipt 1 --reason 遗失", {"1002": 50_000}),
    ("close 2026-09", {"1002": 50_000}),
    ("opening --balance 'cash general 90'", {"1001": 9_000}),
    ("restrict home --title 之家 --programmes home --agreement XY-1", {"1002": 50_000}),
]


@pytest.mark.parametrize(("line", "expected"), DEEDS, ids=[d[0].split()[0] for d in DEEDS])
def test_a_verb_books_what_its_dry_run_shows(
    fund: Run, line: str, expected: dict[str, int]
) -> None:
    before = sums(fund), size(fund)
    tried = fund(line + " --dry-run --json")
    assert tried.code == 0, tried.err
    assert (sums(fund), size(fund)) == before, "a dry run books nothing"
    done = fund(line + " --json")
    assert done.code == 0, done.err
    assert [e["postings"] for e in done.json()] == [e["postings"] for e in tried.json()]
    assert [e["booked"] for e in done.json()] == [True]
    after = sums(fund)
    assert {code: after.get(code, 0) for code in expected} == expected
    assert size(fund) == before[1] + 1
    assert fund("check").code == 0


def test_chains_of_verbs(fund: Run) -> None:
    for line in (
        "unidentified 66 --by bank",
        "identify 2 66 --source staff --from 甲 --show real",
        "owe-refund 1 100",
        "pay-refund 4 100 --by bank",
        "promise 50 --case L1 --guardian 李",
        "pay-promised 6 50 --by bank",
        "reserve 20",
        "withdraw 8",
        "grant 60 --case L2 --guardian 王 --by bank",
        "return-grant 10 60 --by bank",
        "agency-in 30 --from 甲 --show real --pupil 学生甲 --by bank",
        "agency-out 30 --pupil 学生甲 --guardian 李 --by bank",
        "buy-goods --goods 'books 10 @3' --by bank",
        "give-goods --goods 'books 4'",
        "sell-goods --goods 'books 2' --takings 9 --by cash",
        "count-stock books 3",
        "advance 40 --to 王老师 --by bank",
        "settle-advance 18 --spent 30 --programme visits --returned 10 --by cash",
        "restrict home --title 之家 --programmes home --agreement XY-1",
        "donate 40 --source staff --from 甲 --show real --by bank --for home",
        "change-restriction --from home --to general --amount 40 --consent TY-1",
        "transfer 5 --to other-fund --by bank",
    ):
        if line.startswith("transfer"):
            opened = fund(
                "open other-fund --name 别处 --school 别校 --treasurer 李 "
                "--on 2026-09-01 --practice"
            )
            assert opened.code == 0, opened.err
            line = "--fund shiqiao " + line
        done = fund(line)
        assert done.code == 0, (line, done.err)
    assert fund("--fund shiqiao stock --json").json()[0]["quantity"] == 3
    assert fund("--fund shiqiao agency --json").json() == []
    rows = fund("overview 2026 --json").json()
    assert rows[-1]["transfers_fen"] == 0
    assert rows[-1]["closing_fen"] == sum(r["closing_fen"] for r in rows[:-1])
    assert fund("check").code == 0


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("grant 501 --case L1 --guardian 李 --by bank", Exit.REFUSED, "500.00"),
        ("grant 5 --case L1 --guardian 李 --by cash", Exit.REFUSED, "holds 0.00"),
        ("donate -5 --source staff --from 甲 --show real --by bank", Exit.INPUT, "negative"),
        ("donate 1.2万 --source staff --from 甲 --show real --by bank", Exit.INPUT, "万"),
        ("donate 5 --source nobody --from 甲 --show real --by bank", Exit.INPUT, "staff"),
        ("donate 5 --source staff --from 甲 --by bank", Exit.INPUT, "--show"),
        ("donate 5 --source staff --from 13812345678 --show real --by bank", Exit.INPUT,
         "telephone"),
        ("donate 5 --source staff --from 甲 --show real --by bank --on 2026-10-21", Exit.REFUSED,
         "2026-10-21"),
        ("correct 99 --amount 5 --reason 无", Exit.REFUSED, "no entry 99"),
        ("correct 1 --amount 500 --reason 无", Exit.REFUSED, "says that already"),
        ("close 2026", Exit.REFUSED, "not over"),
        ("publish 2026", Exit.REFUSED, "today is"),
        ("publish 2026-13", Exit.INPUT, "not a period"),
        ("give-goods --goods 'books 1'", Exit.REFUSED, "0 in stock"),
        ("agency-out 1 --pupil 甲 --guardian 乙 --by bank", Exit.REFUSED, "0.00"),
        ("donat 5", Exit.INPUT, "did you mean"),
        ("donate --nonsense", Exit.INPUT, "--help"),
        ("--db nowhere.db balance", Exit.STORAGE, "lovefund open"),
        ("--fund elsewhere balance", Exit.STORAGE, "elsewhere"),
        ("show 99", Exit.REFUSED, "no entry 99"),
        ("receipt 2026-999999 --out x.pdf", Exit.REFUSED, "2026-999999"),
        ("open shiqiao --name 甲 --school 乙 --treasurer 丙", Exit.STORAGE, "open already"),
        ("restrict home --title 之家 --programmes home --agreement 协议", Exit.INPUT, "letters"),
        ("--officer 王老师 interest 1 --by bank", Exit.INPUT, "capital letters"),
        ("keys restore --file fund.db", Exit.INPUT, "no recovery sheet"),
        ("change-restriction --from general --to general --amount 1 --consent X", Exit.INPUT,
         "same restriction"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_how_to_mend_it(fund: Run, line: str, code: Exit, said: str) -> None:
    before = sums(fund), size(fund)
    refused = fund(line)
    assert refused.code == code, refused.err
    assert refused.out == ""
    assert said in refused.err
    assert "error[" in refused.err
    assert "to mend it: " in refused.err
    assert "Traceback" not in refused.err
    assert (sums(fund), size(fund)) == before


def test_a_refused_verb_keeps_what_was_typed_and_resume_books_it(fund: Run) -> None:
    assert fund("grant 501 --case L1 --guardian 李 --by bank").code == Exit.REFUSED
    waiting = fund("resume --json").json()
    assert waiting[0]["verb"] == "grant"
    assert waiting[0]["answers"]["amount"] == "501"
    fund("donate 1 --source staff --from 甲 --show real --by bank")
    booked = fund("resume 1")
    assert booked.code == 0, booked.err
    assert sums(fund)["1002"] == 0
    assert fund("resume --json").json() == []


def test_kept_answers_are_private(fund: Run, tmp_path: Path) -> None:
    fund("grant 501 --case L1 --guardian 李 --by bank")
    (kept,) = (tmp_path / "fund.db.drafts").glob("*.json")
    assert kept.stat().st_mode & 0o077 == 0
    assert (tmp_path / "fund.db").stat().st_mode & 0o077 == 0


def test_a_clock_far_ahead_asks_and_one_behind_repeats_the_day(
    fund: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = "donate 1 --source staff --from 甲 --show real --by bank --on 2026-09-05"
    monkeypatch.setenv("LOVEFUND_TODAY", "2036-10-20")
    refused = fund(line)
    assert refused.code == Exit.REFUSED
    assert "2036-10-20" in refused.err
    assert "--date-is-right" in refused.err
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-10-01")
    behind = fund(line)
    assert behind.code == 0, behind.err
    assert "its day was repeated" in behind.err
    assert fund("show 2").out.count("recorded on 2026-10-20") == 1


def test_a_clock_behind_what_is_closed_freezes_nothing(
    fund: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fund("close 2026-09").code == 0
    monkeypatch.setenv("LOVEFUND_TODAY", "2026-09-15")
    booked = fund("interest 1 --by bank")
    assert booked.code == 0, booked.err
    assert "its day was repeated" in booked.err
    assert fund("journal --all --json").json()[-1]["on"] == "2026-10-20"


def test_entries_are_named_by_number_voucher_or_receipt(fund: Run) -> None:
    said = {fund("show", name).out for name in ("1", "记-2026-0001", "v2026-1", "2026-000001")}
    assert len(said) == 1
    assert "张＊＊" in said.pop()


def test_private_texts_are_shown_only_when_asked_for(fund: Run) -> None:
    assert "张三丰" not in fund("show 1").out + fund("journal --all").out + fund("balance").out
    private = fund("show 1 --private").out
    assert "张三丰" in private
    assert "receipt code 2000" in private


def test_without_the_keys_the_books_still_add_up(fund: Run, tmp_path: Path) -> None:
    sheet = fund("keys sheet").out
    for key in (tmp_path / "home" / "keys").iterdir():
        key.unlink()
    assert fund("check").code == 0
    assert "张" not in fund("show 1 --private").out
    lost = fund("donate 1 --source staff --from 甲 --show real --by bank")
    assert lost.code == Exit.MACHINE
    assert "lovefund keys restore" in lost.err
    (tmp_path / "sheet.txt").write_text(sheet.replace(" ", "  ", 1), encoding="utf-8")
    restored = fund("keys restore --file sheet.txt")
    assert restored.code == 0, restored.err
    assert "张三丰" in fund("show 1 --private").out


def test_a_changed_database_is_found(fund: Run, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "fund.db")
    connection.execute("UPDATE balance SET debit_fen = debit_fen + 1 WHERE account = '1002'")
    connection.commit()
    connection.close()
    found = fund("check")
    assert found.code == Exit.UNLIKE
    assert "1 findings" in found.out or "findings" in found.out


#: ``export`` has forms of its own; all others that print can print JSON.
NO_JSON = {"export"}
#: They book or write, though their topics are of reading.
WRITES = {"publish", "restore", "witness", "unseal"}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_prints_has_json_and_what_books_has_a_dry_run(run: Run, name: str) -> None:
    page = run(f"{name} --help").out
    assert ("--json" in page) is (name not in NO_JSON)
    reads = name in ("keys", "resume", "cases", "case")
    books = COMMANDS[name].topic not in ("read", "show", "audit", "safe") and not reads
    assert ("--dry-run" in page) is (books or name in WRITES)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_in_both_languages(run: Run, name: str) -> None:
    english = run(f"--lang en {name} --help")
    chinese = run(f"--lang zh {name} --help")
    assert english.code == chinese.code == 0
    assert COMMANDS[name].help.split(" ")[0] in english.out
    assert english.out != chinese.out


def _process(
    folder: Path, *args: str, stdin: str = "", encoding: str = "utf-8", **env: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "lovefund", *args],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "LOVEFUND_HOME": str(folder / "home"),
            "PYTHONIOENCODING": encoding,
            **env,
        },
        input=stdin.encode(),
        capture_output=True,
        check=False,
    )


def test_a_gbk_console_and_a_plain_pipe(fund: Run, tmp_path: Path) -> None:
    gbk = _process(tmp_path, "--lang", "zh", "show", "1", encoding="gbk")
    assert gbk.returncode == 0
    assert "捐" in gbk.stdout.decode("gbk")
    ascii_only = _process(tmp_path, "--lang", "zh", "journal", "--all", encoding="ascii")
    assert ascii_only.returncode == 0
    assert b"\x1b[" not in ascii_only.stdout


def test_a_gbk_console_gets_the_nearest_character_it_has(fund: Run, tmp_path: Path) -> None:
    """GBK has neither ¥ nor the minus sign of print."""
    refused = _process(tmp_path, "--lang", "zh", "donate", "¥-5", encoding="gbk")
    assert "￥-5" in refused.stderr.decode("gbk")
    tried = _process(
        tmp_path, "--lang", "zh", "publish", "2026-09", "--dry-run", encoding="gbk",
        LOVEFUND_TODAY="2026-10-20",
    )  # fmt: skip
    assert "500.00 - 0.00 = 500.00" in tried.stdout.decode("gbk"), tried.stderr.decode("gbk")


@pytest.mark.parametrize("command", ["journal --all", "export hledger", "export json"])
def test_output_to_a_closed_pipe_is_no_fault(fund: Run, tmp_path: Path, command: str) -> None:
    script = f"{sys.executable} -m lovefund {command} | head -c 1 >/dev/null"
    with sqlite3.connect(tmp_path / "fund.db") as books:
        assert books.execute("SELECT count(*) FROM entry").fetchone() == (2,)
    books.close()
    for _ in range(60):
        fund("interest 1 --by bank")
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path),
             "LOVEFUND_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "lovefund made a mistake" not in done.stderr


def test_a_booked_entry_that_cannot_be_shown_says_so(fund: Run, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full on this system")
    with full.open("w") as nowhere:
        done = subprocess.run(
            [sys.executable, "-m", "lovefund", "--lang", "en", "interest", "1", "--by", "bank",
             "--on", "2026-10-01"],
            cwd=tmp_path, stdout=nowhere, stderr=subprocess.PIPE, check=False,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path),
                 "LOVEFUND_HOME": str(tmp_path / "home"), "LOVEFUND_TODAY": "2026-10-20"},
        )  # fmt: skip
    assert done.returncode == Exit.UNSHOWN, done.stderr
    assert size(fund) == 3


def test_ctrl_c_after_the_commit_says_that_it_is_booked(
    fund: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lovefund.cli import forms
    from lovefund.store.engine import Database

    def interrupted(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(forms, "tell", interrupted)
        shown = fund("interest 1 --by bank")
    assert shown.code == Exit.UNSHOWN
    assert "lovefund show 2" in shown.err

    commit = Database.writing

    @contextlib.contextmanager
    def committed_and_interrupted(database: Database) -> Iterator[Connection]:
        with commit(database) as connection:
            yield connection
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", committed_and_interrupted)
        late = fund("interest 2 --by bank")
    assert late.code == Exit.UNSHOWN
    assert "lovefund show 3" in late.err
    assert size(fund) == 4


def test_an_argument_that_is_no_text_is_refused(fund: Run) -> None:
    assert fund("show", "\udcff").code == Exit.INPUT


@pytest.mark.parametrize("name", ["--fund", "--db", "--date-is-right"])
def test_an_option_of_the_program_says_where_it_belongs(fund: Run, name: str) -> None:
    refused = fund(f"balance {name} shiqiao")
    assert refused.code == Exit.INPUT
    assert f"lovefund {name} … balance" in refused.err
