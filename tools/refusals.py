"""Plays what the rules refuse, and what mends it, through the program; writes docs/refusals.md.

``PYTHONPATH=src:tests:. python tools/refusals.py`` writes the page; ``--check`` only tells whether
it is what the program says today, and exits 1 where it is not. All people are fictional.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "refusals.md"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from errors.school import School  # noqa: E402
from lovefund.actions import officer_keys  # noqa: E402
from lovefund.core.rule_kinds import RULES  # noqa: E402
from lovefund.core.rulebook import Rulebook, Severity, model_text  # noqa: E402
from lovefund.core.rules import model, rulebook_of  # noqa: E402

DAY = "2026-03-02"
ENV = {"LOVEFUND_PASSPHRASE_FILE": "passphrase", "COLUMNS": "100"}
_BOOKED = re.compile(r"Booked: entry (\d+)")
#: What the form asks for before the gate could refuse it; at a terminal it is a question.
FORM = "bad-input"
_KEPT = re.compile(r"^.*`lovefund resume`.*\n", re.M)
_NAMED = re.compile(r"^(\w+) := ")

#: The model with a floor that blocks, and that may be set aside.
STRICT = rulebook_of(model_text().replace('"off"', '"block"').replace("= 5000", "= 1000"))


@dataclass(frozen=True)
class Scene:
    """A command that is refused with ``code``, what leads up to it, and what mends it.

    A line ``case := …`` keeps the number of its entry, which later lines name as ``{case}``.
    """

    code: str
    refused: str
    mends: tuple[str, ...]
    before: tuple[str, ...] = ()
    article: str = ""
    day: str = DAY
    #: The day of the mending, where it is another.
    later: str = ""


@dataclass(frozen=True)
class Play:
    """Scenes in one school, after what was typed before them."""

    zh: str
    en: str
    book: Rulebook
    past: tuple[str, ...]
    scenes: tuple[Scene, ...]


_GIFT = "donate {} --source alumni --from 林校友 --show real --by bank"
_PUPIL = "--case L00{} --pupil 学生{} --guardian 家长{}"


def _pupil(number: int) -> str:
    letter = "甲乙丙丁戊己庚辛"[number - 1]
    return _PUPIL.format(number, letter, letter)


def _asked(name: str, number: int, path: str, by: str = "") -> str:
    return f"{name} := {by}apply 300 {_pupil(number)} --path {path}"


MODEL = Play(
    "管理办法（样本）里每一条会拒绝的条款",
    "Every article of the model rulebook that refuses",
    model(),
    (
        "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 "
        "--on 2026-02-01 --practice",
        "rules new rules.toml",
        "rules adopt rules.toml",
        _GIFT.format("6,000"),
        "restrict home --title 留守学生之家 --programmes home,places --agreement XY-2026-1",
        _GIFT.format("1,000") + " --for home",
    ),
    (
        Scene(
            FORM,
            "donate 100 --source alumni --show real --by bank",
            ("donate 100 --source alumni --from 林校友 --show real --by bank",),
            article="R01",
        ),
        Scene(
            "rule-voluntary",
            "donate 100 --source alumni --from 林校友 --show real --by bank --memo 按指标完成",
            ("donate 100 --source alumni --from 林校友 --show real --by bank --memo 自愿",),
            article="R02",
        ),
        Scene(
            "rule-appeal",
            "campaign spring-2026 --title 网上众筹 --scope public",
            ("campaign spring-2026 --title 校内爱心捐 --scope inside",),
            article="R03",
        ),
        Scene(
            "purpose",
            "spend 500 --programme lectures --for home --by bank",
            ("spend 500 --programme lectures --for general --by bank",),
            article="R05",
        ),
        Scene(
            "not-available",
            "spend 1,800 --programme visits --for general --by bank",
            ("spend 100 --programme visits --for general --by bank",),
            ("reserve 4,000 --for general --reference HY-2026-1",),
            article="R05",
        ),
        Scene(
            FORM,
            "change-restriction --from home --to general --amount 100",
            ("change-restriction --from home --to general --amount 100 --consent TY-2026-1",),
            article="R06",
        ),
        Scene(
            FORM,
            "restrict library --title 图书角 --programmes places",
            ("restrict library --title 图书角 --programmes places --agreement XY-2026-2",),
            article="R07",
        ),
        Scene(
            FORM,
            "spend 50 --programme aid --for agency --by bank",
            ("agency-out 50 --pupil 学生甲 --guardian 家长甲 --by bank",),
            ("agency-in 100 --from 刘先生 --show anonymous --pupil 学生甲 --by bank",),
            article="R08",
        ),
        Scene(
            "rule-kin",
            "agency-in 100 --from 林校友 --show real --pupil 学生甲 --by bank --kin",
            ("donate 100 --source alumni --from 林校友 --show real --by bank",),
            article="R09",
        ),
        Scene(
            "rule-notice",
            "notice {case} --contact 监督小组 --days 3",
            ("notice {case} --contact 监督小组",),
            (
                _asked("case", 1, "small"),
                "confirm {case}",
                "review {case} --minutes XZ-2026-1 --present 3 --yes 3 --no 0",
            ),
            article="R14",
        ),
        Scene(
            "notice-running",
            "pay {case} --by bank",
            ("pay {case} --by bank --evidence photo.jpg",),
            ("approve {case}",),
            article="R14",
            day="2026-03-09",
            later="2026-03-10",
        ),
        Scene(
            "objection-open",
            "pay {second} --by bank",
            ("answer {second} --text 再次核实，属实", "pay {second} --by bank"),
            (
                _asked("second", 2, "small"),
                "confirm {second}",
                "review {second} --minutes XZ-2026-2 --present 3 --yes 3 --no 0",
                "notice {second} --contact 监督小组",
                "approve {second}",
                "object {second} --text 请再核实",
            ),
            article="R14",
            day="2026-03-10",
            later="2026-03-18",
        ),
        Scene(
            "rule-emergency",
            f"apply 1,200 {_pupil(6)} --path emergency",
            (f"apply 1,000 {_pupil(6)} --path emergency",),
            article="R19",
            day="2026-03-18",
        ),
        Scene(
            "rule-forbidden",
            "spend 200 --programme visits --by bank --for general --memo 招待费",
            ("spend 100 --programme visits --by bank --for general --memo 家访车费",),
            article="R22",
            day="2026-03-18",
        ),
        Scene(
            "minor-shown",
            "donate 50 --source class --from 林小同学 --show real --by bank",
            ("donate 50 --source class --from 三（2）班 --show org --by bank",),
            article="R41",
            day="2026-03-18",
        ),
        Scene(
            "small-group",
            f"grant 100 {_pupil(4)} --by bank --programme hotline",
            (f"grant 100 {_pupil(4)} --by bank --programme aid",),
            article="R41",
            day="2026-03-18",
        ),
        Scene(
            "step-missing",
            "approve {third}",
            (
                "review {third} --minutes XZ-2026-3 --present 3 --yes 3 --no 0",
                "notice {third} --contact 监督小组",
                "approve {third}",
            ),
            (_asked("third", 3, "small"), "confirm {third}"),
            article="R13",
            day="2026-03-18",
        ),
        Scene(
            "closed-period",
            "interest 3 --by bank --on 2026-02-20",
            ("interest 3 --by bank",),
            ("close 2026-02",),
            article="R38",
            day="2026-03-18",
        ),
    ),
)

_APPOINT = "--officer O3 officer appoint"
OFFICERS = Play(
    "人员与职责：规则十二、R10、R11，以及特批",
    "Officers and duties: law 12, R10 and R11, and rules set aside",
    STRICT,
    (
        "open shiqiao --name 石桥爱心基金 --school 石桥小学 --treasurer 王老师 "
        "--on 2026-02-01 --practice",
        "rules adopt strict.toml",
        _GIFT.format("5,000"),
        "key3 := officer key O3",
        "officer appoint O3 --roles chair --name 周校长 --key {key3}",
        f"{_APPOINT} O2 --roles cashier --name 李老师",
    ),
    (
        Scene(
            "not-in-office",
            _GIFT.format("100"),
            (f"{_APPOINT} O1 --roles bookkeeper --name 王老师", _GIFT.format("100")),
        ),
        Scene(
            "no-checker",
            f"--officer O2 grant 300 --reserved {{first}} {_pupil(1)} --by bank",
            (
                f"{_APPOINT} O4 --roles handler --name 赵老师",
                f"--officer O2 grant 300 --reserved {{first}} {_pupil(1)} --by bank",
            ),
            ("first := --officer O3 reserve 300 --reference HY-2026-1",),
            article="R11",
        ),
        Scene(
            "unapproved",
            f"--officer O2 grant 300 {_pupil(2)} --by bank",
            (
                "decided := --officer O3 reserve 300 --reference HY-2026-2",
                f"--officer O2 grant 300 --reserved {{decided}} {_pupil(2)} --by bank",
            ),
            article="R11",
        ),
        Scene(
            "not-entitled",
            "--officer O1 reserve 300 --reference HY-2026-3",
            ("--officer O3 reserve 300 --reference HY-2026-3",),
        ),
        Scene(
            "same-person",
            "--officer O6 approve {drafted} --reference YJ-2026-1",
            ("decided := --officer O3 approve {drafted} --reference YJ-2026-1",),
            (
                "key6 := officer key O6",
                f"{_APPOINT} O6 --roles member --name 吴老师 --key {{key6}}",
                _asked("drafted", 3, "emergency", "--officer O6 "),
                "--officer O4 confirm {drafted}",
            ),
            article="R11",
        ),
        Scene(
            "no-key-in-books",
            "--officer O7 agree {decided}",
            (
                "--officer O3 officer rekey O7 --key {key7}",
                "--officer O7 agree {decided}",
            ),
            (
                "key7 := officer key O7",
                f"{_APPOINT} O7 --roles member --name 冯老师",
            ),
        ),
        Scene(
            "same-person",
            "--officer O3 pay {drafted} --by bank",
            ("--officer O2 pay {drafted} --by bank",),
            article="R11",
        ),
        Scene(
            "same-person",
            "--officer O2 pay {asked} --by bank",
            (
                f"{_APPOINT} O9 --roles cashier --name 钱老师",
                "--officer O9 pay {asked} --by bank",
            ),
            (
                _asked("asked", 4, "emergency", "--officer O2 "),
                "--officer O4 confirm {asked}",
                "second := --officer O3 approve {asked} --reference YJ-2026-2",
                "--officer O6 agree {second}",
            ),
            article="R11",
        ),
        Scene(
            "rule-emergency",
            "--officer O2 pay {alone} --by bank",
            ("--officer O6 agree {third}", "--officer O2 pay {alone} --by bank"),
            (
                _asked("alone", 6, "emergency", "--officer O4 "),
                "--officer O4 confirm {alone}",
                "third := --officer O3 approve {alone} --reference YJ-2026-3",
            ),
            article="R19",
        ),
        Scene(
            "agreed-alone",
            "--officer O3 agree {fourth}",
            ("--officer O7 agree {fourth}",),
            (
                _asked("other", 7, "emergency", "--officer O4 "),
                "--officer O4 confirm {other}",
                "fourth := --officer O3 approve {other} --reference YJ-2026-4",
            ),
        ),
        Scene(
            "recused",
            "--officer O6 approve {kin} --reference YJ-2026-5",
            ("--officer O3 approve {kin} --reference YJ-2026-5",),
            (
                _asked("kin", 5, "emergency", "--officer O4 "),
                "--officer O4 confirm {kin}",
                "--officer O6 officer recuse O6 --entry {kin}",
            ),
            article="R10",
        ),
        Scene(
            "recused-late",
            "--officer O3 officer recuse O3 --entry {kin}",
            (
                "--officer O3 withdraw {kin}",
                _asked("anew", 5, "emergency", "--officer O4 "),
                "--officer O4 confirm {anew}",
                "--officer O3 officer recuse O3 --entry {anew}",
                "--officer O6 approve {anew} --reference YJ-2026-6",
            ),
            article="R10",
        ),
        Scene(
            "offices-apart",
            f"{_APPOINT} O8 --roles cashier,bookkeeper --name 孙老师",
            (f"{_APPOINT} O8 --roles bookkeeper --name 孙老师",),
            article="R11",
        ),
        Scene(
            "in-office-already",
            f"{_APPOINT} O8 --roles handler --name 孙老师",
            (
                "--officer O3 officer end O8 --last 2026-03-02",
                f"{_APPOINT} O8 --roles handler --name 孙老师 --from 2026-03-03",
            ),
        ),
        Scene(
            "second-code",
            f"{_APPOINT} O10 --roles handler --name 赵老师",
            (f"{_APPOINT} O10 --roles handler --name 赵老师（三年级）",),
        ),
        Scene(
            "code-taken",
            f"{_APPOINT} O10 --roles member --name 何老师 --key {{key11}}",
            (f"{_APPOINT} O11 --roles member --name 何老师 --key {{key11}}",),
            (
                "key11 := officer key O11",
                "--officer O3 officer end O10 --last 2026-03-02",
            ),
            later="2026-03-03",
            day="2026-03-03",
        ),
        Scene(
            "key-taken",
            f"{_APPOINT} O12 --roles member --name 蒋老师 --key {{key6}}",
            (f"{_APPOINT} O12 --roles member --name 蒋老师 --key {{key12}}",),
            ("key12 := officer key O12",),
            day="2026-03-03",
        ),
        Scene(
            "no-successor",
            "--officer O12 officer handover O14 --cash 0 --pack pack.txt",
            ("over := --officer O12 officer handover O11 --cash 0 --pack pack.txt",),
            day="2026-03-03",
        ),
        Scene(
            "accepted-already",
            "--officer O11 officer accept --entry {over} --pack pack.txt",
            ("officer list",),
            ("--officer O11 officer accept --entry {over} --pack pack.txt",),
            day="2026-03-03",
        ),
        Scene(
            "rule-floor",
            "--officer O2 spend 2,500 --programme visits --for general --by bank",
            ("--officer O2 spend 100 --programme visits --for general --by bank",),
            article="R24",
            day="2026-03-03",
        ),
        Scene(
            "override-not-allowed",
            "--officer O3 override R22 --reason 急需 --reference HY-2026-5",
            ("special := --officer O3 override R24 --reason 暴雨后急需接送 --reference HY-2026-5",),
            day="2026-03-03",
        ),
        Scene(
            "override-not-agreed",
            "--officer O2 spend 2,500 --programme visits --for general --by bank "
            "--override {special}",
            (
                "--officer O6 agree {special}",
                "--officer O2 spend 2,500 --programme visits --for general --by bank "
                "--override {special}",
            ),
            day="2026-03-03",
        ),
        Scene(
            "override-alone",
            "--officer O3 agree {again}",
            ("--officer O6 agree {again}",),
            ("again := --officer O3 override R24 --reason 修路绕行 --reference HY-2026-6",),
            day="2026-03-03",
        ),
    ),
)
PLAYS = (MODEL, OFFICERS)
#: Articles that block, and that no command can go against: the ledger has no such door.
NO_DOOR = {
    "R15": (
        "公示单没有填写身份证号、卡号、住址的地方；期满由 `publish` 和 `notice --take-down` 撤下",
        "a notice has no place for such numbers, and ends with its term",
    ),
    "R32": ("退回只记回原项目，没有别处可选", "`return-grant` asks for no other place"),
    "R35": ("没有修改、删除的命令，只有 `correct`、`void`", "nothing changes or removes an entry"),
    "R36": ("号码由账本连续编定，不能指定", "numbers are given by the books alone"),
    "R40": ("公布过的期间不能再公布另一张", "a published period gets no second statement"),
    "R47": ("报表自带合计和指纹，不能不印", "a statement is not made without them"),
}


@dataclass
class Stage:
    """A school in which scenes are played, with the numbers and keys that were named."""

    school: School
    numbers: dict[str, str] = field(default_factory=dict)

    def open(self, play: Play) -> None:
        """Set out the files of the office, and type what comes before the scenes."""
        folder = self.school.folder
        (folder / "passphrase").write_text("a sentence that only one knows\n", "utf-8")
        (folder / "passphrase").chmod(0o600)
        (folder / "photo.jpg").write_bytes(b"a photo")
        (folder / "strict.toml").write_text(STRICT.text, "utf-8")
        for line in play.past:
            self.type(line, DAY)

    def type(self, line: str, day: str) -> tuple[str, str]:
        """Type a line that has to succeed; returns it as typed, and what was booked."""
        name = _NAMED.match(line)
        words = _NAMED.sub("", line).format(**self.numbers)
        if "officer key" in words:
            words += " --json"
        done = self.school.run(words, "en", LOVEFUND_TODAY=day, **ENV)
        assert done.code == 0, (words, done.err)
        booked = _BOOKED.search(done.out)
        if name:
            found = done.json()["public"] if "officer key" in words else booked and booked[1]
            self.numbers[name[1]] = str(found)
        return words, booked[1] if booked else ""

    def refused(self, scene: Scene, language: str) -> tuple[str, str]:
        """The refused line as typed, and the four lines that answer it."""
        words = scene.refused.format(**self.numbers)
        said = self.school.run(words, language, LOVEFUND_TODAY=scene.day, **ENV)
        asked = scene.code == FORM
        assert said.code == (2 if asked else 4), (words, said.code, said.out, said.err)
        assert f"[{scene.code}]" in said.err, (scene.code, said.err)
        assert asked or not scene.article or scene.article in said.err, (scene.article, said.err)
        return words, _KEPT.sub("", said.err).rstrip()


def played(play: Play, folder: Path) -> Iterator[tuple[Scene, str]]:
    """Each scene as the page shows it."""
    stage = Stage(School(folder))
    stage.open(play)
    for scene in play.scenes:
        for line in scene.before:
            stage.type(line, scene.day)
        words, zh = stage.refused(scene, "zh")
        _words, en = stage.refused(scene, "en")
        mended = [stage.type(line, scene.later or scene.day) for line in scene.mends]
        yield scene, "\n".join(_block(words, zh, en, mended, scene))


def _block(
    words: str, zh: str, en: str, mended: Sequence[tuple[str, str]], scene: Scene
) -> Iterator[str]:
    yield "```"
    yield f"$ lovefund {_short(words)}"
    yield _short(zh)
    yield _short(en)
    if scene.later and scene.later != scene.day:
        yield f"# {scene.later}"
    for typed, booked in mended:
        yield f"$ lovefund {_short(typed)}" + (f"        # → {booked}" if booked else "")
    yield "```"


def _short(text: str) -> str:
    """Keys differ with every run: they are not told."""
    return re.sub(r"(--key )\S+", r"\1…", text)


HEAD = """# 拒绝了什么，怎么改 · What is refused, and what mends it

本页由 `tools/refusals.py` 用真实的命令做出：每一段先是一条被拒绝的命令和程序的回答（中、英文），
再是改好后记进去的命令（`→` 后面是第几笔）。没有填的事项，表单先问（`bad-input`），问不到才由账本
拒绝。人物虚构。条款见 [rules.md](rules.md)，人员见 [officers.md](officers.md)，全部错误代码见
[errors.md](errors.md)。

This page is made by `tools/refusals.py` with the program itself: a command that is refused, with
the answer in Chinese and English, then the commands that mend it (`→` is the number of the entry).
What was left out the form asks for first (`bad-input`). People are fictional.
"""


def written() -> str:
    """The page as the program says it today."""
    parts = [HEAD]
    with tempfile.TemporaryDirectory() as name, mock.patch.object(officer_keys, "SCRYPT_N", 2):
        for number, play in enumerate(PLAYS):
            parts.append(f"\n## {play.zh} · {play.en}\n")
            for scene, block in played(play, Path(name) / str(number)):
                parts.append(f"\n### {_title(play.book, scene)}\n\n{block}\n")
    parts.append(
        "\n## 会拒绝、但没有命令能违反的条款 · Articles that no command can go against\n\n"
    )
    for article, (zh, en) in NO_DOOR.items():
        parts.append(f"- **{article}**：{zh}。{en[0].upper()}{en[1:]}.\n")
    duties = ", ".join(a.id for a in model().articles if blocks(a.id) and not decided(a.id))
    if duties:
        parts.append(
            f"- {duties}：由人把关，程序不判断。Held by people; no program decides them.\n"
        )
    return "".join(parts)


def _title(book: Rulebook, scene: Scene) -> str:
    article = book.get(scene.article)
    if article is None:
        return f"`{scene.code}`"
    return f"{article.id} · `{scene.code}`\n\n{article.sentence('zh')} {article.sentence('en')}"


def blocks(article: str) -> bool:
    """Whether an article of the model refuses what goes against it."""
    return model()[article].severity is Severity.BLOCK


def decided(article: str) -> bool:
    """Whether the program decides on an article: by its kind, or by a law of the ledger."""
    found = model()[article]
    return RULES[found.rule].judge is not None or found.rule == "law"


def main() -> int:
    text = written()
    if "--check" in sys.argv:
        fresh = PAGE.exists() and PAGE.read_text("utf-8") == text
        print("fresh" if fresh else f"{PAGE} is not what the program says: run tools/refusals.py")
        return 0 if fresh else 1
    PAGE.write_text(text, "utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
