"""Every code that the program can answer with, and what causes it; docs/errors.md is made of it."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from unittest import mock

from bills.makers import Paid, as_csv, rural, wechat
from errors import officed, planned, witnessed
from errors.school import PAST, TODAY, Answer, School
from lovefund.actions import publish
from lovefund.actions.workspace import Workspace, record
from lovefund.cli import forms
from lovefund.cli.boundary import told
from lovefund.core.entries import Draft, Fact, Posting
from lovefund.core.rulebook import model_text
from lovefund.errors import Exit, LovefundError
from lovefund.language import set_language
from lovefund.store.book import Book
from lovefund.store.engine import Database

ROOT = Path(__file__).parents[2]
DAY = date(2026, 9, 20)
#: A pupil's file that is kept; the pupil is fictional.
_FILED = "register --name 学生乙 --stage primary --guardian 李奶奶"


@dataclass(frozen=True)
class Reproduction:
    """What causes one code.

    ``line`` is the command, typed after ``before`` in the school of ``PAST``; where no command
    can cause it, ``draft`` is what a program would have to post, and ``line`` tells of it.
    ``prepare`` sets files out, ``harm`` breaks the machine meanwhile. ``en`` and ``zh`` say when
    a treasurer meets it.
    """

    code: str
    line: str
    exit: Exit
    en: str
    zh: str
    before: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    draft: Draft | None = None
    prepare: Callable[[School], None] | None = None
    harm: Callable[[School], AbstractContextManager[object]] | None = None

    def answer(self, school: School, language: str) -> Answer:
        """What the program answers, in a school that has gone through ``before``."""
        with self.harm(school) if self.harm else contextlib.nullcontext():
            if self.draft is not None:
                return _posted(school, self.draft, language)
            return school.run(self.line, language, **self.env)


def _posted(school: School, draft: Draft, language: str) -> Answer:
    """What the gate answers to a draft that no command makes."""
    ws = Workspace(Database(str(school.folder / "fund.db")))
    err = io.StringIO()
    settings = {"LOVEFUND_HOME": str(school.folder / "home"), "LOVEFUND_TODAY": TODAY}
    set_language("zh" if language == "zh" else "en")
    with mock.patch.dict(os.environ, settings), contextlib.redirect_stderr(err):
        try:
            record(ws, lambda _book, _books: draft)
            code = 0
        except LovefundError as error:
            code = told(error, debug=False)
    set_language("en")
    return Answer(code, b"", err.getvalue())


def _draft(kind: str, *postings: tuple[str, str, str, int], **facts: Fact) -> Draft:
    return Draft(kind, DAY, tuple(Posting(*p) for p in postings), dict(facts))


@contextlib.contextmanager
def _unjudged(_school: School) -> Iterator[None]:
    with (
        mock.patch.object(Book, "_judge_totals", return_value=()),
        mock.patch.object(Book, "_judge_days", return_value=()),
    ):
        yield


@contextlib.contextmanager
def _broken(_school: School) -> Iterator[None]:
    with mock.patch.object(Book, "_record", side_effect=ZeroDivisionError):
        yield


@contextlib.contextmanager
def _no_output(_school: School) -> Iterator[None]:
    with mock.patch.object(forms, "tell", side_effect=OSError(28, "No space left on device")):
        yield


@contextlib.contextmanager
def _no_room(_school: School) -> Iterator[None]:
    full = OSError(28, "No space left on device", "published")
    with (
        mock.patch.object(publish, "_faces", return_value={}),
        mock.patch.object(publish, "write_whole", side_effect=full),
    ):
        yield


@contextlib.contextmanager
def _no_memory(_school: School) -> Iterator[None]:
    with mock.patch.object(Book, "_record", side_effect=MemoryError):
        yield


def _code_of_autumn(school: School) -> None:
    """A pupil's file, with a code that chance would have drawn."""
    with mock.patch("lovefund.actions.register.draw_code", return_value="L7K2Q9"):
        school.live(_FILED)


def _batch_paid(school: School) -> None:
    """Two families paid at once."""
    path = school.folder / "grants.csv"
    path.write_text("案号,监护人,金额\nL5,李,40\nL6,王,40\n", "utf-8")
    school.live("grants grants.csv --by bank --on 2026-09-20")


def _old_backup(school: School) -> None:
    """A backup from before the last entry."""
    school.live("backup old")
    for file in (school.folder / "old").glob("*.lovefund-backup*"):
        ending = "".join(file.suffixes)
        file.rename(school.folder / ("old" + ending))
    school.live("interest 1 --by bank --on 2026-09-20")


def _backup_without_sum(school: School) -> None:
    _old_backup(school)
    (school.folder / "old.lovefund-backup.sha256").unlink()


def _changed_backup(school: School) -> None:
    (school.folder / "old.lovefund-backup").write_bytes(b"something else")
    told = "0" * 64 + "  old.lovefund-backup\n"
    (school.folder / "old.lovefund-backup.sha256").write_text(told, encoding="ascii")


def _backup_of_others(school: School) -> None:
    """A backup of a fund of the same short name that began elsewhere."""
    other = School(school.folder / "other")
    other.live(*PAST[:2], "backup .")
    for file in other.folder.glob("*.lovefund-backup*"):
        file.rename(school.folder / ("old" + "".join(file.suffixes)))
    shutil.rmtree(other.folder)


@contextlib.contextmanager
def _no_keys(school: School) -> Iterator[None]:
    keys, away = school.folder / "home" / "keys", school.folder / "home" / "away"
    shutil.move(keys, away)
    try:
        yield
    finally:
        shutil.move(away, keys)


def _decided_twice(school: School) -> None:
    """Two pupils of one list, approved one after the other."""
    rows = "案号,监护人,金额\nL8,李,40\nL9,王,40\n"
    (school.folder / "list.csv").write_text(rows, encoding="utf-8")
    school.live("applications list.csv --path emergency", "confirm 14", "approve 14 --only L8",
                "approve 14 --only L9")  # fmt: skip


_ON = "--on 2026-09-20"
_ASKED = f"apply 100 --case L9 --guardian 李 {_ON}"
_REVIEWED = (_ASKED, f"confirm 14 {_ON}", f"visit 14 --visitors 赵 {_ON}",
             f"review 14 --minutes HY-1 --present 5 --yes 5 {_ON}")  # fmt: skip
_NOTICED = (*_REVIEWED, "notice 14 --contact 监督小组")
_URGENT = (f"{_ASKED} --path emergency", f"confirm 14 {_ON}", f"approve 14 {_ON}")
_NOTICE_FACTS: dict[str, Fact] = {"case": 14, "of": 17, "days": 5, "counted": "working"}


def _bills(school: School) -> None:
    """Two bills of the bank with a gap between them; the first is imported, one row set aside."""
    for name, month, opening in (("september", 9, 100_000), ("october", 10, 900_000)):
        paid = [
            Paid(datetime(2026, month, 4), 5_000, "甲（虚构）", "捐款", f"T{month}1"),  # noqa: DTZ001
            Paid(datetime(2026, month, 5), -800, "文具店（虚构）", "本子", f"T{month}2"),  # noqa: DTZ001
            Paid(datetime(2026, month, 6), -90, "饭店（虚构）", "饭钱", f"T{month}3"),  # noqa: DTZ001
        ]
        (school.folder / f"{name}.csv").write_bytes(as_csv(rural(paid, opening=opening)))
    school.live("import september.csv", "inbox aside 1.8 --because 私人付款")


def _strict() -> str:
    """The model with what warns made to refuse, from today on; a grant may go without its steps."""
    text = model_text().replace("since = 2026-01-01", f"since = {TODAY}")
    articles = text.split("[[article]]")
    return "[[article]]".join(
        each if 'id = "R13"' in each else each.replace('"warn"', '"block"') for each in articles
    )


def _strict_rules(school: School) -> None:
    """The model rulebook with every article that warns made to refuse, in force from today."""
    text = _strict()
    (school.folder / "strict.toml").write_text(text, "utf-8")
    school.live("rules adopt strict.toml")


def _low_limit(school: School) -> None:
    """A rulebook that allows 10 yuan in one payment of cash, in force from today."""
    text = _strict()
    text = text.replace("limit_yuan = 1000", "limit_yuan = 10")
    (school.folder / "low.toml").write_text(text, "utf-8")
    school.live("rules adopt low.toml")


def _kept_principal(school: School) -> None:
    """A rulebook that keeps 100 yuan, in force from today."""
    text = (
        model_text().replace("since = 2026-01-01", f"since = {TODAY}").replace('"off"', '"block"')
    )
    text = text.replace("least_yuan = 5000", "least_yuan = 100")
    (school.folder / "kept.toml").write_text(text, "utf-8")
    school.live("rules adopt kept.toml")


def _earlier_rules(school: School) -> None:
    """A second book that would hold from a day that is over."""
    _strict_rules(school)
    school.live("rules new model.toml")


def _to_reconcile(school: School) -> None:
    """Files of the bank and of WeChat: whole, with rows that are missing, and of a later time."""

    def paid(month: int, day: int, fen: int) -> Paid:
        return Paid(datetime(2026, month, day, 9), fen)  # noqa: DTZ001

    whole = [paid(8, 3, 50_000), paid(9, 6, -4_000), paid(9, 9, -1_000), paid(9, 11, 500)]
    for name, lines in (
        ("bank.csv", rural(whole, opening=0)),
        ("short.csv", rural(whole[:1], opening=0)),
        ("first.csv", wechat([paid(9, 4, 6_600)])),
        ("later.csv", wechat([paid(9, 20, 100)])),
    ):
        (school.folder / name).write_bytes(as_csv(lines, "utf-8"))


def _reconciled(school: School) -> None:
    """The bank is reconciled by entry 14, to which nobody has agreed."""
    _to_reconcile(school)
    school.live("reconcile bank bank.csv --close")


def _agreed(school: School) -> None:
    _reconciled(school)
    school.live("--officer O2 agree 14")


def _moved_since(school: School) -> None:
    _reconciled(school)
    school.live("donate 5 --source staff --from 甲 --show real --by bank --on 2026-09-10")


def _wallet_reconciled(school: School) -> None:
    _to_reconcile(school)
    school.live("reconcile wechat first.csv --balance 66 --close")


def _district(school: School) -> None:
    """A district's book is in force, and a rulebook with a shorter notice lies ready."""
    bounds = (ROOT / "examples" / "district.toml").read_text("utf-8")
    (school.folder / "district.toml").write_text(bounds, "utf-8")
    short = model_text().replace("\ndays = 5\n", "\ndays = 3\n")
    (school.folder / "short.toml").write_text(short, "utf-8")
    school.live("rules adopt district.toml")


R = Exit.REFUSED
GROUPS: dict[tuple[str, str], tuple[Reproduction, ...]] = {
    ("What was typed", "打进去的内容"): (
        Reproduction(
            "bad-input", "donate 1.2万 --source staff --from 甲 --show real --by bank", Exit.INPUT,
            "Something typed, or a cell of a file, is not taken: the first line names where, the "
            "second what and why.",
            "打进去的某一项（或文件中的某一格）不能用：第一行说在哪里，第二行说是什么、为什么。",
        ),
        Reproduction(
            "usage", "donat 5", Exit.INPUT,
            "There is no such command or option, or one is missing.",
            "没有这个命令或选项，或者少写了一个。",
        ),
    ),
    ("Days", "日期"): (
        Reproduction(
            "future-day", "interest 1 --by bank --on 2026-10-21", R,
            "The day is later than today.", "日期晚于今天。",
        ),
        Reproduction(
            "before-opening", "interest 1 --by bank --on 2026-07-31", R,
            "The day is before the fund began to keep its books here.",
            "日期早于本基金在这里开始记账的日子。",
        ),
        Reproduction(
            "late-opening", "opening --balance 'bank general 10' --on 2026-09-20", R,
            "Balances from before are to be brought forward to a day after the fund opened.",
            "期初余额要记到基金开始记账以后的日子。",
        ),
        Reproduction(
            "closed-already", "close 2026-08", R,
            "A period is to be closed that is closed already.", "要结的期间已经结过了。",
        ),
        Reproduction(
            "closed-period", "interest 1 --by bank --on 2026-08-20", R,
            "The day lies in a period that was closed or published.",
            "日期落在已结账或已公示的期间里。",
        ),
        Reproduction(
            "clock-ahead", "interest 1 --by bank", R,
            "The clock of the computer is far ahead of the last entry.",
            "电脑的时钟比最后一笔账晚很多。",
            env={"LOVEFUND_TODAY": "2036-10-20"},
        ),
        Reproduction(
            "not-over", "publish 2026-10", R,
            "A period is to be closed or published before it is over.",
            "期间还没有结束，就要结账或公示。",
        ),
        Reproduction(
            "year-open", "--date-is-right publish 2026", R,
            "A statement reaches the end of a year that is not closed yet.",
            "公示跨到年末，而这一年还没有年结。",
            env={"LOVEFUND_TODAY": "2027-01-05"},
        ),
        Reproduction(
            "year-closed", "--date-is-right close 2026", R,
            "The year is closed already.", "这一年已经年结过了。",
            before=("@2027-01-05 --date-is-right close 2026",),
            env={"LOVEFUND_TODAY": "2027-01-06"},
        ),
    ),
    ("Money and stock", "钱和物"): (
        Reproduction(
            "overdrawn", "fee 900 --by bank --on 2026-09-20", R,
            "A place or a restriction holds less money than is to go out.",
            "账户或项目里的钱不够付。",
        ),
        Reproduction(
            "overdrawn-then", "fee 5 --by alipay --on 2026-09-19", R,
            "There is enough today, but on the day given, or after it, there was not.",
            "今天够付，但在所写的那天或之后曾经不够。",
            before=("interest 5 --by alipay --on 2026-09-20",),
        ),
        Reproduction(
            "not-available", "spend 330 --by bank --on 2026-09-20", R,
            "The money is there, but some of it is owed or reserved.",
            "钱还在，但有一部分已应付或已预留。",
        ),
        Reproduction(
            "amount", "donate-goods --goods 'books 1000 @1,000,000,000' --source alumni --from 甲 "
            "--show real", R,
            "One posting would be over 1,000,000,000.00 yuan.", "一笔分录超过十亿元。",
        ),
        Reproduction(
            "purpose", "spend 5 --for home --programme visits --by bank --on 2026-09-20", R,
            "Money given for a purpose is to be spent on another.",
            "指定用途的钱要用到别处。",
        ),
        Reproduction(
            "not-in-stock", "give-goods --goods 'books 11' --on 2026-09-20", R,
            "More is to be given out than there is in stock.", "要发出的比库存多。",
        ),
        Reproduction(
            "none-in-books",
            "count-stock stationery 3 --on 2026-09-20 --witness 甲 --witness 乙", R,
            "A count found goods of which the books hold none, so that they have no value yet.",
            "盘点到账上没有的物资，还没有价值可记。",
        ),
        Reproduction(
            "service-not-booked",
            "--fund bb donate-service 10 --programme home --source staff --from 甲 --show real "
            "--on 2026-09-20",
            R,
            "Donated services are to be booked under the system of 2004.",
            "按2004年的制度，捐赠的服务不入账。",
            before=("open bb --name 乙 --school 乙 --treasurer 丙 --chart npo-2004 "
                    "--on 2026-08-01 --practice",),
        ),
        Reproduction(
            "count-agrees", "count-stock books 10 --on 2026-09-20 --witness 甲 --witness 乙", R,
            "A count found what the books say: there is nothing to record.",
            "盘点数与账上一致：没有可记的差额。",
        ),
        Reproduction(
            "restriction-exists",
            "restrict home --title 之家 --programmes home --agreement XY-2 --on 2026-09-20", R,
            "A restriction of that code is open already.", "这个项目代码已经有了。",
        ),
    ),
    ("Earlier entries", "以前的账"): (
        Reproduction(
            "no-such-entry", "show 99", R, "There is no entry of that number.", "没有这个号的账。",
        ),
        Reproduction(
            "wrong-kind", "withdraw 1", R,
            "The entry is of another kind than the command needs.", "这笔账不是该命令要的那一种。",
        ),
        Reproduction(
            "nothing-open", "pay-promised 8 10 --by bank --on 2026-09-21", R,
            "What the entry left open is settled already.", "这笔账留下的往来已经结清。",
            before=("pay-promised 8 30 --by bank --on 2026-09-20",),
        ),
        Reproduction(
            "nothing-changes", "correct 7 --amount 40 --reason 无", R,
            "A correction would change nothing.", "更正后与原来一样。",
        ),
        Reproduction(
            "void-already", "void 3 --reason 重复", R,
            "The entry was cancelled before.", "这笔账已经作废过了。",
        ),
        Reproduction(
            "not-mendable", "void 4 --reason 重复", R,
            "Entries of this kind are not corrected or cancelled.", "这一种账不能更正或作废。",
        ),
        Reproduction(
            "settled-already", "void 8 --reason 重复", R,
            "A later entry builds on this one.", "后面的账以它为依据。",
            before=("pay-promised 8 10 --by bank --on 2026-09-20",),
        ),
        Reproduction(
            "several-postings", "correct 14 --amount 5 --reason 无", R,
            "The entry has several amounts; one new amount does not say which.",
            "这笔账有几个金额；只写一个新金额说不清改哪个。",
            before=("move 20 --from bank --to wechat --fee 1 --on 2026-09-20",),
        ),
        Reproduction(
            "goods", "correct 6 --amount 5 --reason 无", R,
            "The value of goods is corrected together with their quantity.",
            "物资的价值要连同数量一起更正。",
        ),
        Reproduction(
            "no-receipt", "copy-receipt 7 --reason 遗失", R,
            "The entry has no receipt.", "这笔账没有收据。",
        ),
        Reproduction(
            "no-such-receipt", "receipt 2026-000099 --out r.pdf", R,
            "No receipt of that number was handed out.", "没有开过这个号的收据。",
        ),
        Reproduction(
            "more-than-paid", "return-grant 7 50 --by bank --on 2026-09-20", R,
            "More is to come back than was paid.", "退回的比发出的多。",
        ),
        Reproduction(
            "more-than-given", "owe-refund 1 450 --on 2026-09-20", R,
            "More is to be given back than was given.", "要退还的比捐来的多。",
        ),
        Reproduction(
            "over-settled", "pay-refund 13 150 --by bank --on 2026-09-20", R,
            "More is to be settled than is open.", "结清的比未结的多。",
        ),
        Reproduction(
            "nothing-reserved", "withdraw 9", R,
            "The reservation is used up or was freed before.", "预留的钱已经用完或已释放。",
            before=("withdraw 9",),
        ),
    ),
    ("Pupils", "学生"): (
        Reproduction(
            "agency-split", "agency-out 6 --pupil 学生甲 --guardian 李 --by bank --on 2026-09-20",
            R,
            "More is to be passed on than is held for that pupil.",
            "要转交的比为这名学生代管的多。",
        ),
        Reproduction(
            "small-group", "grant 5 --case L9 --guardian 李 --by bank --programme home "
            "--on 2026-09-20", R,
            "An entry would tell of so few pupils that they could be recognised.",
            "涉及的学生太少，公开后可能认得出是谁。",
        ),
        Reproduction(
            "pupil-missing", "a gift for a named pupil that does not say for which", R,
            "A gift for a named pupil does not say for which.", "指定受助人的捐款没有写明是谁。",
            draft=_draft("donation", ("1002", "410111", "named", 100)),
        ),
        Reproduction(
            "three-questions", "agency-in 5 --from 乙 --show real --pupil 学生甲 --by bank "
            "--three yny", R,
            "The three questions say the contrary of how money for one pupil is booked.",
            "三问的回答与指定受助人款项的记法相反。",
        ),
        Reproduction(
            "which-case", "return-grant 14 40 --by bank --on 2026-09-20", R,
            "Part of a batch comes back, and nobody says of whom.",
            "一批资助退回一部分，没有写明是谁的。",
            prepare=_batch_paid,
        ),
        Reproduction(
            "no-such-pupil", "pupil 学生乙 --reason 家长查询", R,
            "No pupil's file has that name or code.", "没有这个姓名或案号的学生档案。",
        ),
        Reproduction(
            "no-guardian", "apply 100 --case L9", R,
            "Neither the command nor the pupil's file names who signs for the money.",
            "命令和学生档案都没有写明由谁签收。",
        ),
        Reproduction(
            "nothing-new", _FILED, R,
            "All of it stands in the pupils' files already.", "学生档案里已经有这些内容。",
            before=(_FILED,),
        ),
        Reproduction(
            "file-frozen", "pupil 学生乙 --reason 抽查", R,
            "A pupil's file is frozen, and not for this officer to read.",
            "学生档案已冻结，这位人员无权查阅。",
            before=(_FILED, "register --who 学生乙 --freeze"),
        ),
        Reproduction(
            "code-of-another-term", "--date-is-right apply 100 --case L7K2Q9", R,
            "A case code of another term is used.", "用了别的学期的案号。",
            prepare=_code_of_autumn, env={"LOVEFUND_TODAY": "2027-02-20"},
        ),
    ),
    ("The life of a grant", "资助全过程"): (
        Reproduction(
            "step-missing", "visit 14 --visitors 赵", R,
            "A step is to be taken before the one that it waits for.",
            "前一步还没有办，就要办后一步。",
            before=(_ASKED,),
        ),
        Reproduction(
            "step-unknown", "visit 14 --visitors 赵", R,
            "An application of this kind has no such step.", "这种申请没有这一步。",
            before=(f"{_ASKED} --path small",),
        ),
        Reproduction(
            "step-taken", "confirm 14", R,
            "What is done once for an application is done already.",
            "一项申请只办一次的步骤已经办过。",
            before=(_ASKED, "confirm 14"),
        ),
        Reproduction(
            "step-early", "confirm 14 --on 2026-09-19", R,
            "A step would be dated before the one that it waits for.",
            "一步的日期早于它前面的那一步。",
            before=(_ASKED,),
        ),
        Reproduction(
            "notice-running", "--date-is-right pay 14 --by bank", R,
            "Money is to go out while the notice still hangs.", "公示期未满就要付款。",
            before=(*_NOTICED, "approve 14"), env={"LOVEFUND_TODAY": "2026-10-27"},
        ),
        Reproduction(
            "objection-open", "pay 14 --by bank", R,
            "Money is to go out while an objection is not answered.", "异议还没有答复就要付款。",
            before=(*_NOTICED, "object 14 --text 不困难", "approve 14"),
            env={"LOVEFUND_TODAY": "2026-10-28"},
        ),
        Reproduction(
            "no-objection", "answer 14 --text 属实", R,
            "There is no open objection to answer.", "没有待答复的异议。",
            before=(*_NOTICED, "object 14 --text 不困难", "answer 14 --text 属实"),
        ),
        Reproduction(
            "no-notice", "notice 14 --again", R,
            "A notice is to be printed, and none hangs.", "要打印公示，而没有正在张贴的公示。",
            before=(_ASKED,),
        ),
        Reproduction(
            "unknown-year", "--date-is-right notice 14 --contact 监督小组", Exit.MACHINE,
            "The working days of a year are not known here yet.", "这里还没有某一年的工作日表。",
            before=_REVIEWED, env={"LOVEFUND_TODAY": "2026-12-28"},
        ),
        Reproduction(
            "votes", "review 14 --minutes HY-1 --present 3 --yes 4", R,
            "More voted than were present.", "票数比到会人数多。",
            before=_REVIEWED[:3],
        ),
        Reproduction(
            "not-small", "apply 301 --case L9 --guardian 李 --path small", R,
            "An application is larger than the group may decide.", "申请超过小组可以决定的数额。",
        ),
        Reproduction(
            "not-unclaimed", "lapse 14", R,
            "Money waits for its family and does not lapse yet.", "款项还在等家庭领取，不能收回。",
            before=_URGENT,
        ),
        Reproduction(
            "not-in-case", "refuse 14 --only L7", R,
            "A case code is not in the application, or does not stand there.",
            "案号不在这项申请里，或没有办到这一步。",
            before=(_ASKED,),
        ),
        Reproduction(
            "nobody-left", "tell 14", R,
            "The application has no case for which this could be done.",
            "这项申请里没有可以这样办的案号。",
            before=(_ASKED,),
        ),
        Reproduction(
            "several-decisions", "pay 14 --by bank --only L8,L9", R,
            "Cases are to be paid at once that were decided apart.",
            "分开决定的案号要一起付款。",
            prepare=_decided_twice,
        ),
        Reproduction(
            "no-such-case", "confirm 1", R,
            "The entry is no application, and no step of one.",
            "这笔账不是申请，也不是申请的某一步。",
        ),
        Reproduction(
            "outside-case", "grant 100 --case L9 --guardian 李 --by bank --reserved 16", R,
            "Money that an application reserved is to go out by a verb that knows of none.",
            "一项申请的预留款要用不办申请的命令付出。",
            before=_URGENT,
        ),
    ),
    ("Files and machine", "文件和电脑"): (
        Reproduction(
            "storage", "--db nowhere.db balance", Exit.STORAGE,
            "The books cannot be opened or written as they are.", "账簿打不开或写不进去。",
        ),
        Reproduction(
            "file", "keys restore --file nowhere.txt", Exit.STORAGE,
            "A file or folder cannot be read or written.", "文件或文件夹不能读写。",
        ),
        Reproduction(
            "machine-lacks", "interest 1 --by bank --memo 利息 --on 2026-09-20", Exit.MACHINE,
            "The machine lacks something: here the keys, else a library or a font.",
            "电脑上缺东西：这里是密钥，也可能是程序库或字体。",
            harm=_no_keys,
        ),
        Reproduction(
            "not-shown", "interest 1 --by bank --on 2026-09-20", Exit.UNSHOWN,
            "It is recorded, and the answer could not be printed: never type it again.",
            "已经记账，只是结果没能显示：不要再打一遍。",
            harm=_no_output,
        ),
        Reproduction(
            "files-missing", "publish 2026-09", Exit.STORAGE,
            "The statement is booked, and its files could not be written: run it again.",
            "公示已经记账，只是文件没能写出：再运行一次。",
            harm=_no_room,
        ),
        Reproduction(
            "memory", "interest 1 --by bank --on 2026-09-20", Exit.MACHINE,
            "The computer has no memory left.", "电脑的内存用完了。",
            harm=_no_memory,
        ),
        Reproduction(
            "fault", "interest 1 --by bank --on 2026-09-20", Exit.FAULT,
            "A mistake of the program itself; nothing was booked.",
            "程序本身出了错；没有记账。",
            harm=_broken,
        ),
    ),
    ("Backups", "备份"): (
        Reproduction(
            "newer-books", "restore old.lovefund-backup", R,
            "The books have entries that the backup does not have.", "账簿里有备份中没有的账。",
            prepare=_old_backup,
        ),
        Reproduction(
            "another-history", "restore old.lovefund-backup", R,
            "The backup is of other books.", "备份属于另一本账簿。",
            prepare=_backup_of_others,
        ),
        Reproduction(
            "sum-missing", "restore old.lovefund-backup", R,
            "The backup's sum is not beside it.", "备份旁边没有校验和文件。",
            prepare=_backup_without_sum,
        ),
        Reproduction(
            "unsound", "restore old.lovefund-backup", Exit.UNSOUND,
            "The backup is damaged or was changed; nothing was replaced.",
            "备份已损坏或被改过；没有替换任何东西。",
            prepare=_changed_backup,
        ),
    ),
    ("Second walls: what no command causes", "第二道墙：任何命令都不会引起"): (
        Reproduction(
            "unknown-kind", "a draft of a kind that is none", R,
            "A program posts an entry of a kind that is none.", "程序提交了不存在的账目种类。",
            draft=_draft("present"),
        ),
        Reproduction(
            "names-no-entry", "a void that names no entry", R,
            "A program posts a correction that names no entry.", "程序提交的更正没有指明原账。",
            draft=_draft("void"),
        ),
        Reproduction(
            "no-postings", "a copied receipt that moves money", R,
            "A program lets money move in an entry that may not.", "程序让不动钱的账动了钱。",
            draft=_draft("receipt-copied", ("1002", "410111", "general", 100), of=1),
        ),
        Reproduction(
            "unknown-restriction", "a gift for a restriction that is none", R,
            "A program posts to a restriction that is none.", "程序提交了不存在的项目。",
            draft=_draft("donation", ("1002", "410111", "nothing", 100)),
        ),
        Reproduction(
            "unknown-account", "a gift to an account that is none", R,
            "A program posts to an account that is none.", "程序提交了不存在的科目。",
            draft=_draft("donation", ("9999", "410111", "general", 100)),
        ),
        Reproduction(
            "red", "a gift below zero", R,
            "A program posts an amount below zero that corrects nothing.",
            "程序提交了不是更正的红字。",
            draft=_draft("donation", ("1002", "410111", "general", -100)),
        ),
        Reproduction(
            "accounts", "a gift that debits what a fee debits", R,
            "A program posts accounts that this kind of entry does not have.",
            "程序提交了这种账不该有的科目。",
            draft=_draft("donation", ("530111", "1002", "general", 100)),
        ),
        Reproduction(
            "agency", "agency money outside its restriction", R,
            "A program mixes money that is passed on with the fund's own.",
            "程序把代管的钱和基金自己的钱混在一起。",
            draft=_draft("agency-received", ("1002", "2601", "general", 100)),
        ),
        Reproduction(
            "net-assets", "a transfer into the net assets of restricted money, unrestricted", R,
            "A program posts to the wrong net assets.", "程序记到了错误的净资产。",
            draft=_draft("transfer-in", ("1002", "3102", "general", 100)),
        ),
        Reproduction(
            "unknown-goods", "goods that are none", R,
            "A program posts goods that are none.", "程序提交了不存在的物资。",
            draft=_draft("donation-in-kind", ("1201", "410111", "general", 100),
                         goods=[["gold", "general", 1, 100]]),
        ),
        Reproduction(
            "goods-value", "goods of another value than is posted", R,
            "A program posts goods and their value apart.", "程序提交的物资与金额不符。",
            draft=_draft("donation-in-kind", ("1201", "410111", "general", 100),
                         goods=[["books", "general", 1, 99]]),
        ),
        Reproduction(
            "more-than-asked", "an approval of more than was asked for", R,
            "A program approves more than an application asks for.",
            "程序批准的比申请的多。",
            before=_URGENT[:2],
            draft=_draft("grant-approved", case=14, of=15, restriction="general",
                         reserve_fen=100_01),
        ),
        Reproduction(
            "not-reserved", "a payment that uses up no reservation", R,
            "A program pays an application and keeps its money reserved.",
            "程序付了申请的款，却还留着预留。",
            before=_URGENT,
            draft=_draft("grant-paid", ("510111", "1002", "general", 100_00), case=14, of=16,
                         programme="aid"),
        ),
        Reproduction(
            "notice-backdated", "a notice of an earlier day", R,
            "A program posts a notice on an earlier day.", "程序提交了倒签日期的公示。",
            before=_REVIEWED,
            draft=_draft("grant-noticed", **_NOTICE_FACTS, to="2026-10-27"),
        ),
        Reproduction(
            "notice-short", "a notice that ends before its days do", R,
            "A program lets a notice end too early.", "程序让公示提前结束。",
            before=_REVIEWED,
            draft=Draft("grant-noticed", date(2026, 10, 20),
                        facts={**_NOTICE_FACTS, "to": "2026-10-26"}),
        ),
        Reproduction(
            "database-refused", "fee 900 --by bank --on 2026-09-20", R,
            "The gate let something through, and the database refused it.",
            "记账入口放过了，数据库拒绝了。",
            harm=_unjudged,
        ),
    ),
    ("What is shown", "公开的姓名"): (
        Reproduction(
            "minor-shown", "donate 5 --source class --from 小明 --by cash", R,
            "A pupil is to be shown as a donor; pupils are donors only in the total of a class.",
            "要公开一名学生的姓名；学生捐款只按班级合计公开。",
        ),
        Reproduction(
            "nothing-sealed", "unseal 2 --reason 抽样", R,
            "An entry is to be unsealed that has nothing sealed.", "要启封的账没有密封内容。",
        ),
        Reproduction(
            "nothing-shown", "hide-name 1", R,
            "A name is to be taken off where none is shown.", "没有公开姓名的账要撤下姓名。",
            before=("hide-name 1",),
        ),
    ),
    ("Witnesses", "见证"): (
        Reproduction(
            "no-witness", "witness sign published", R,
            "A statement is to be signed on a computer that has no witness's key.",
            "本机没有见证人的密钥，就要签报表。",
        ),
        Reproduction(
            "witness-already", "witness init --name supervisors", R,
            "A second witness's key is to be made on one computer.",
            "同一台电脑要生成第二把见证人密钥。",
            prepare=witnessed.witness,
        ),
        Reproduction(
            "statement-wrong", f"witness sign published/shiqiao/0002-{witnessed.EARLY}",
            Exit.UNSOUND,
            "A statement that does not hold together is to be signed.", "要签的报表本身就不对。",
            prepare=witnessed.changed,
        ),
        Reproduction(
            "second-key", "witness sign other/published/shiqiao/0001-2026-08", Exit.UNSOUND,
            "A statement bears another key of the fund than the one that the witness knows.",
            "报表用的基金公钥不是见证人认得的那一把。",
            prepare=witnessed.another_key,
        ),
        Reproduction(
            "split-view", f"witness sign elsewhere/shiqiao/0002-{witnessed.EARLY}", Exit.UNSOUND,
            "The fund shows somebody else another statement of the same number.",
            "基金给别人看的是另一份同号报表。",
            prepare=witnessed.split,
        ),
        Reproduction(
            "history-rewritten", f"witness sign elsewhere/shiqiao/0003-{witnessed.LATE}",
            Exit.UNSOUND,
            "Entries that the witness signed were changed since.",
            "见证人签过的账后来被改过。",
            prepare=witnessed.rewritten,
        ),
        Reproduction(
            "tail-dropped", f"witness sign elsewhere/shiqiao/0003-{witnessed.LATE}", Exit.UNSOUND,
            "A newer statement counts fewer entries than an older one had.",
            "新的报表比旧的报表笔数还少。",
            prepare=witnessed.cut_off,
        ),
        Reproduction(
            "older-statement", "witness sign published/shiqiao/0001-2026-08", R,
            "A statement is older than the one that was signed last.",
            "要签的报表早于上次签的那一份。",
            prepare=witnessed.newest_signed,
        ),
        Reproduction(
            "earlier-first", "witness sign published/shiqiao/0003-2026-11", R,
            "A statement begins after what the witness has seen.",
            "报表从见证人没有见过的地方开始。",
            env={"LOVEFUND_TODAY": "2026-12-03"}, prepare=witnessed.skipped,
        ),
        Reproduction(
            "clock-behind", f"witness sign published/shiqiao/0002-{witnessed.EARLY}", R,
            "The clock of the witness's computer stands before the statement.",
            "见证人电脑的时钟早于报表的日期。",
            env={"LOVEFUND_TODAY": "2026-10-19"}, prepare=witnessed.september,
        ),
        Reproduction(
            "witness-unknown", "witness add letter.txt", R,
            "A witness's file comes in, and his public key is not known here.",
            "收到见证人的文件，却不认得他的公钥。",
            prepare=witnessed.letter,
        ),
        Reproduction(
            "signature-wrong", f"witness add letter.txt --key {witnessed.KEY}", Exit.UNSOUND,
            "A witness's file was changed on its way.", "见证人的文件在路上被改过。",
            prepare=witnessed.wrong_signature,
        ),
        Reproduction(
            "witnessed-another-history", f"witness add letter.txt --key {witnessed.KEY}",
            Exit.UNSOUND,
            "A witness signed a checkpoint that these books never had.",
            "见证人签的检查点不是本账本的。",
            prepare=witnessed.another_history,
        ),
        Reproduction(
            "second-witness-key", f"witness add letter.txt --key {witnessed.OTHER_KEY}", R,
            "A witness comes with another public key than the books know.",
            "见证人拿来的公钥与账本登记的不同。",
            prepare=witnessed.second_key,
        ),
    ),
    ("Officers and duties", "人员与职责"): (
        Reproduction(
            "officer-facts", "a program posts an appointment without an office", R,
            "An entry about an officer is not whole.", "一笔人员事项不完整。",
            draft=_draft("officer-appointed", of=0, officer="O5", roles=[], until="2026-09-20"),
        ),
        Reproduction(
            "offices-apart", "officer appoint O5 --roles cashier,archivist --name 甲", R,
            "One person is to hold two offices that are kept apart.",
            "一个人要兼任不能兼任的两个职务。",
        ),
        Reproduction(
            "in-office-already", "officer appoint O5 --roles member --name 乙", R,
            "An officer is appointed who is in office.", "任命的人已经在任。",
            before=("officer appoint O5 --roles cashier --name 甲",),
        ),
        Reproduction(
            "second-code", "officer appoint O6 --roles member --name 甲", R,
            "Somebody in office is appointed under a second code.",
            "在任的人要用第二个代号任命。",
            before=("officer appoint O5 --roles cashier --name 甲",),
        ),
        Reproduction(
            "code-taken", f"officer appoint O5 --roles member --name 乙 --key {officed.KEY}", R,
            "A new officer is to get the code of an earlier one.",
            "新的人要用以前别人的代号。",
            before=(
                "officer appoint O5 --roles cashier --name 甲 --from 2026-10-01",
                "officer end O5 --last 2026-10-19",
            ),
        ),
        Reproduction(
            "key-taken",
            f"--officer O5 officer appoint O6 --roles member --name 乙 --key {officed.KEY}", R,
            "An officer is appointed with another's key.", "任命时用了别人的密钥。",
            before=(f"officer appoint O5 --roles chair --name 甲 --key {officed.KEY}",),
        ),
        Reproduction(
            "not-in-these-days", "officer end O5 --last 2026-09-01", R,
            "An office is to end on a day before it began.", "离任日早于任职日。",
            before=("officer appoint O5 --roles cashier --name 甲 --from 2026-10-01",),
        ),
        Reproduction(
            "not-in-office", "--officer O9 interest 1 --by bank", R,
            "Somebody records who holds no office on that day.", "记账的人当天没有任职。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "not-entitled", "--officer O1 reserve 5", R,
            "An officer does what is for another office.", "做了不属于自己职务的事。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "may-not-unseal", "--officer O2 unseal 1 --reason 抽样", R,
            "An officer opens sealed texts without the office for it.", "职务无权启封的人要启封。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "same-person",
            "--officer O1 grant 20 --reserved 9 --case L1 --guardian 李 --by bank", R,
            "One person does two things of a case that are for two people.",
            "一个人做了同一件资助里须由两个人做的两件事。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "unapproved", "--officer O2 grant 5 --case L1 --guardian 李 --by bank", R,
            "A grant is to be paid that nobody decided on.", "要发的资助没有批准在先。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "no-checker", "--officer O2 grant 20 --reserved 9 --case L1 --guardian 李 --by bank", R,
            "The four offices are not held by four people, and no outside checker stands in.",
            "四种职务不是四个人担任，也没有校外复核人代为把关。",
            prepare=officed.few,
        ),
        Reproduction(
            "no-case", "--officer O3 officer recuse O4 --entry 5", R,
            "An officer is to be recused in something that is no grant.",
            "要回避的不是一件资助。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "recused", "--officer O3 withdraw 9", R,
            "An officer decides in a case in which he is recused.",
            "在已回避的资助里作决定。",
            prepare=officed.chair_recused,
        ),
        Reproduction(
            "recused-late", "--officer O3 officer recuse O1 --entry 9", R,
            "An officer is to be recused after he decided.", "作了决定以后才要回避。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "unsigned", "a program posts a decision without a signature", R,
            "A decision, or a payment by an officer with a key, bears no signature of his.",
            "决定（或有密钥的人付款）没有本人的签名。",
            draft=_draft("grant-approved", restriction="general", reserve_fen=100),
            prepare=officed.chair_alone,
        ),
        Reproduction(
            "no-key-in-books", "--officer O4 reserve 5", R,
            "An officer decides who has no key.", "作决定的人没有密钥。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "no-successor", "--officer O3 officer handover O9 --cash 0", R,
            "An office is to be handed over to somebody who is not in office.",
            "要移交给一个没有任职的人。",
            prepare=officed.all_appointed,
        ),
        Reproduction(
            "accepted-already", "officer accept --entry 16 --pack pack.txt", R,
            "A handover is to be accepted a second time.", "一次交接要接收第二遍。",
            before=(
                "officer appoint O1 --roles bookkeeper --name 王老师",
                "officer appoint O5 --roles bookkeeper --name 乙",
                "officer handover O5 --cash 50 --pack pack.txt",
                "officer accept --entry 16 --pack pack.txt",
            ),
        ),
        Reproduction(
            "no-officer-key", "--officer O3 reserve 5", R,
            "The file with the officer's key is not here.", "这台电脑上没有本人的密钥文件。",
            prepare=officed.all_appointed, env={"LOVEFUND_OFFICER_KEY": "nowhere.json"},
        ),
    ),
    ("The fund's own rules", "本基金的管理办法"): (
        Reproduction(
            "rule-requires", "reserve 50 --for general", R,
            "An article asks for something that is not there: a number of minutes, a paper.",
            "条款要求的事项缺少：会议记录编号、证明材料或姓名。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-limit", "advance 11 --to 赵老师 --by cash --for general", R,
            "One payment is larger than an article allows.", "单笔支付超过条款的上限。",
            before=("donate 50 --source staff --from 甲 --show real --by cash",),
            prepare=_low_limit,
        ),
        Reproduction(
            "rule-holding", "donate 600 --source staff --from 甲 --show real --by cash", R,
            "A place would hold more money than an article allows.", "一处留存的款项将超过限额。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-per-pupil",
            "promise 1,001 --case L9 --pupil 学生甲 --guardian 王 --reference M-1", R,
            "A pupil would get more in a term or school year than an article allows.",
            "一名学生一学期或一学年受助将超过上限。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-tiers", "promise 45 --case L9 --guardian 王", R,
            "A grant is of none of the fixed levels.", "资助金额不属于任何一档。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-floor", "spend 301 --programme visits --by bank --memo 车费", R,
            "Less would be left than an article has stay.", "留存将低于条款的下限。",
            prepare=_kept_principal,
        ),
        Reproduction(
            "rule-out-of", "fee 1 --by bank", R,
            "Fees would be more than the interest of the year.", "手续费将超过当年利息。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-forbidden", "spend 20 --programme visits --by bank --memo 招待费", R,
            "A purpose, word or place is one that an article forbids.",
            "用途、事由或账户是条款禁止的。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-prompt",
            "donate 5 --source staff --from 甲 --show real --by bank --on 2026-10-01", R,
            "An entry is recorded later than an article allows.", "入账晚于条款规定的天数。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "override-not-allowed", "override R22 --reason 急 --reference M-1", R,
            "An article is to be set aside that may not be, or the minutes have no number.",
            "要特批的条款不准特批，或缺少会议记录编号。",
        ),
        Reproduction(
            "override-alone", "override R24 --reason 急 --reference M-1", R,
            "An article is to be set aside by one officer alone, or there are none with keys.",
            "特批只有一人批准，或没有持有密钥的人员。",
            prepare=_kept_principal,
        ),
        Reproduction(
            "override-not-agreed", "spend 5 --programme visits --by bank --override 1", R,
            "An entry names an override that nobody agreed to, that is used, or that is none.",
            "分录所用的特批没有会签、已经用过，或根本不是特批。",
        ),
        Reproduction(
            "rule-notice", "notice 14 --contact 监督小组 --days 3", R,
            "A notice would hang for fewer days than an article asks for.",
            "公示天数少于条款的规定。",
            before=_REVIEWED, prepare=_strict_rules,
        ),
        Reproduction(
            "rule-appeal", "campaign web --title 网上众筹 --scope public", R,
            "A drive that asks the public has no partner or no filing number.",
            "面向社会的募捐没有合作方或备案编号。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-bazaar", "campaign fair --title 义卖 --scope inside --event 2026-10-30", R,
            "A bazaar has no agreement before its day, its result is not published in time, or "
            "goods are sold at none.",
            "义卖没有事先的捐赠协议、结果未按时公布，或售出物资没有写明义卖。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-voluntary",
            "donate 5 --source staff --from 甲 --show real --by bank --memo 按指标完成", R,
            "A gift or a drive sets a quota.", "捐赠或活动下达了指标。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-kin", "agency-in 5 --from 乙 --show real --pupil 学生甲 --by bank --kin", R,
            "The pupil whom a donor names is of his own kin.", "捐赠人指定的学生是其亲属。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-other-aid", "apply 40 --case L9 --guardian 李 --other-aid 3,000", R,
            "An application declares more aid from elsewhere than an article allows.",
            "申请申报的其他资助超过条款的限额。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "rule-emergency", "apply 1,500 --case L9 --guardian 李 --path emergency", R,
            "An emergency is too large, decided by one officer alone, or an earlier one is late.",
            "紧急救助超限、只有一人决定，或前一笔逾期未办。",
            prepare=_strict_rules,
        ),
        Reproduction(
            "no-such-campaign",
            "donate 5 --source staff --from 甲 --show real --by bank --campaign 1", R,
            "A gift names a drive that no entry opened.", "捐赠写明的活动没有开立过。",
        ),
        Reproduction(
            "agreed-alone", "agree 9", R,
            "Who approved an emergency agrees to it himself.", "批准紧急救助的人自己会签。",
        ),
        Reproduction(
            "request-unsigned", "book ask.json", R,
            "A decision that is carried as a file is not signed by its officer.",
            "以文件传递的决定没有由该人员签名。",
            env=officed.ENV, prepare=officed.asked,
        ),
        Reproduction(
            "request-stale", "book ask.json", R,
            "After the file was made another entry was recorded, or the day is over.",
            "文件做好之后又记了别的账，或已过当天。",
            env=officed.ENV, prepare=officed.asked_and_signed,
        ),
        Reproduction(
            "request-changed", "book ask.json", R,
            "The file was changed after it was signed.", "文件签名之后被改动。",
            env=officed.ENV, prepare=officed.asked_and_changed,
        ),
        Reproduction(
            "rules-reach-back", "rules adopt model.toml", R,
            "A new rulebook would hold for days that are over.", "新的管理办法要溯及以前。",
            prepare=_earlier_rules,
        ),
        Reproduction(
            "outside-district", "rules check short.toml", R,
            "A rulebook leaves what the district's book asks of an article.",
            "管理办法超出区县规定的底线。",
            prepare=_district,
        ),
        Reproduction(
            "rules-known", "rules adopt strict.toml", R,
            "The rulebook is adopted already.", "这份管理办法已经采用。",
            prepare=_strict_rules,
        ),
    ),
    ("Bills", "账单"): (
        Reproduction(
            "bill-gap", "import october.csv", R,
            "A bank's bill does not go on from the last one.", "银行对账单与上一份接不上。",
            prepare=_bills,
        ),
        Reproduction(
            "undecided", "inbox accept 1.7", R,
            "A row is accepted of which nobody said what it is.", "没有人说明是什么的记录要入账。",
            prepare=_bills,
        ),
        Reproduction(
            "not-waiting", "inbox accept 1.8", R,
            "A row was accepted or set aside before.", "记录已经入账或搁置。",
            prepare=_bills,
        ),
        Reproduction(
            "not-aside", "inbox back 1.6", R,
            "A row is to be brought back that was not set aside.", "要恢复的记录并没有搁置。",
            prepare=_bills,
        ),
    ),
    ("Reconciling and counting", "对账与盘点"): (
        Reproduction(
            "unexplained", "reconcile bank short.csv --through 2026-09-30 --close", R,
            "A line stands in the books alone, or at the bank alone, and nobody said why.",
            "有一笔只在账上，或只在银行，还没有人说明原因。",
            prepare=_to_reconcile,
        ),
        Reproduction(
            "balances-apart", "reconcile bank bank.csv --balance 1", R,
            "A bill does not open where the last one closed, or its rows do not lead to its end.",
            "对账单的期初不是上一份的期末，或逐笔加起来得不到它的期末。",
            prepare=_to_reconcile,
        ),
        Reproduction(
            "statement-gap", "reconcile wechat later.csv", R,
            "Days lie between a bill and the one before it.", "这份账单与上一份之间隔了几天。",
            prepare=_wallet_reconciled,
        ),
        Reproduction(
            "book-moved", "--officer O2 agree 14", R,
            "The books hold another balance of that day than the reconciliation says.",
            "那一天的账面余额与对账时不同。",
            prepare=_moved_since,
        ),
        Reproduction(
            "reconciliation-alone", "agree 14", R,
            "One officer makes a reconciliation and agrees to it.",
            "对账和会签是同一个人。",
            prepare=_reconciled,
        ),
        Reproduction(
            "reconciliation-agreed-already", "--officer O3 agree 14", R,
            "A second officer has agreed to the reconciliation already.",
            "这次对账已经有人会签。",
            prepare=_agreed,
        ),
        Reproduction(
            "reconciliation-facts", "lovefund reconcile", R,
            "A program posts a reconciliation that is not whole.", "程序提交的对账内容不完整。",
            draft=_draft("reconciled"),
        ),
        Reproduction(
            "witnesses", "count-cash --count 10x1 --witness 甲", R,
            "A count names fewer than two people who looked on.", "盘点在场的人少于两名。",
        ),
        Reproduction(
            "count-facts", "lovefund count-cash", R,
            "A program posts a count whose pieces do not add up.",
            "程序提交的盘点，各面额加起来不对。",
            draft=_draft("cash-counted", witnesses=2),
        ),
    ),
    ("Budgets, projects, pledges, and the end of a fund", "预算、工程、认捐与基金终止"): (
        Reproduction(
            "budget-year", "budget set 2027 --line 'visits 30'", R,
            "A budget is set outside its own year.", "预算不在当年内编制。",
        ),
        Reproduction(
            "budget-same", "budget set 2026 --line 'visits 30'", R,
            "A budget is set to what it is.", "预算没有变化。",
            before=("budget set 2026 --line 'visits 30'",),
        ),
        Reproduction(
            "budget-changed", "a budget that does not name the one before", R,
            "A program changes a budget without naming the entry that set it last.",
            "程序调整预算，却没有承接上一次。",
            before=("budget set 2026 --line 'visits 30'",),
            draft=_draft("budget-set", year="2026", budget_2026_visits_fen=100),
        ),
        Reproduction(
            "budget-amount", "a budget below zero", R,
            "A program sets a budget below zero, or of a programme that is none.",
            "程序编制了负数的预算，或不存在的项目的预算。",
            draft=_draft("budget-set", year="2026", budget_2026_visits_fen=-100),
        ),
        Reproduction(
            "project-terms", "a project without a budget", R,
            "A program opens a project without a budget, or ends it at another cost.",
            "程序立项没有预算，或竣工造价不符。",
            draft=_draft("project-opened", restriction="home", programme="home", budget_fen=0),
        ),
        Reproduction(
            "no-such-project", "spend 5 --contract 16 --by bank", R,
            "What is paid, accepted or completed names no open project and no contract.",
            "付款、验收或竣工所指的不是在建项目或合同。",
            prepare=planned.voided,
        ),
        Reproduction(
            "contract-terms",
            "contract 15 100 --with 甲公司 --stages 10;20 --evidence paper.txt", R,
            "The stages and the retention of a contract do not add up to it.",
            "合同的各阶段与质保金之和不等于合同金额。",
            prepare=planned.project,
        ),
        Reproduction(
            "contract-above", "contract 15 200 --with 甲公司 --evidence paper.txt", R,
            "A contract goes beyond the budget of its project.", "合同超出项目预算。",
            prepare=planned.project,
        ),
        Reproduction(
            "no-evidence", "contract 15 20 --with 甲公司", R,
            "A contract, an acceptance or a completion has no paper.",
            "合同、验收或竣工没有附件。",
            prepare=planned.project,
        ),
        Reproduction(
            "stage-unknown", "accept-stage 16 --stage 3 --evidence paper.txt", R,
            "A stage is accepted that the contract does not have, or once more.",
            "验收的阶段合同里没有，或已经验收。",
            prepare=planned.project,
        ),
        Reproduction(
            "contract-unpayable", "spend 400 --contract 16 --by bank", R,
            "More would be paid on a contract than may be: above its sum, before a stage was "
            "accepted, or its retention before the day.",
            "付款超过可付金额：超出合同、阶段未验收，或质保金未到期。",
            prepare=planned.project,
        ),
        Reproduction(
            "contract-purpose", "a payment on a contract out of other money", R,
            "A program pays on a contract out of another purpose's money.",
            "程序用别的资金支付合同。",
            draft=_draft("outlay-paid", ("510117", "1002", "general", 500), of=16, contract=16,
                         restriction="home", reserve_fen=-500),
            prepare=planned.paid,
        ),
        Reproduction(
            "contract-settled", "end-contract 16", R,
            "A contract is ended that has nothing left.", "要终止的合同已经没有余额。",
            prepare=planned.ended,
        ),
        Reproduction(
            "contract-mended", "correct 18 --amount 300 --reason 写错了", R,
            "A payment on a contract is corrected, or a step voided that others build on.",
            "更正合同付款，或作废后面还有步骤的一步。",
            prepare=planned.paid,
        ),
        Reproduction(
            "project-unfinished", "project-complete 15 --evidence paper.txt", R,
            "A project is completed with work that is not accepted or paid.",
            "竣工时仍有未验收或未付清的工程。",
            prepare=planned.paid,
        ),
        Reproduction(
            "no-such-pledge", "pledge-end 14", R,
            "What is ended or fulfilled is no pledge, or one that is over.",
            "终止或兑现的不是认捐，或已经终止。",
            before=("pledge 300 --from 周女士 --pupil 学生甲", "pledge-end 14"),
        ),
        Reproduction(
            "pledge-of-other",
            "agency-in 300 --from 周女士 --show masked --pupil 学生乙 --by bank --pledge 14", R,
            "A pledge is fulfilled by another sponsor, or for another pupil.",
            "兑现认捐的是别人，或用于别的学生。",
            before=("pledge 300 --from 周女士 --pupil 学生甲",),
        ),
        Reproduction(
            "still-open",
            "--fund shiqiao wind-up --successor dawan --reference M-9 --evidence paper.txt", R,
            "A fund is to end with something open; each thing is named.",
            "基金终止时仍有未了事项，逐项列出。",
            prepare=planned.successor,
        ),
        Reproduction(
            "wound-up", "--fund dawan interest 1 --by bank", R,
            "A fund that handed everything to its successor takes no more entries.",
            "已移交终止的基金不再记账。",
            prepare=planned.wound_up,
        ),
    ),
}  # fmt: skip
ALL = tuple(r for group in GROUPS.values() for r in group)


def opened(folder: Path) -> School:
    """The school of ``PAST`` in a new folder."""
    school = School(folder)
    school.live(*PAST)
    return school


def led_up(template: School, folder: Path, reproduction: Reproduction) -> School:
    """A copy of the school that has gone through what comes before; ``@DAY`` plays a day."""
    school = School(Path(shutil.copytree(template.folder, folder)))
    for line in reproduction.before:
        day, _space, rest = line.partition(" ") if line[0] == "@" else ("", "", line)
        done = school.run(rest, **({"LOVEFUND_TODAY": day[1:]} if day else {}))
        assert done.code == 0, done.err
    if reproduction.prepare:
        reproduction.prepare(school)
    return school
