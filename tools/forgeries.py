"""Tries every forgery on all three verifiers and writes what each said into docs/forgeries.md.

    PYTHONPATH=src:tests:. python tools/forgeries.py [--check]

It needs Chromium. With ``--check`` nothing is written; it fails where the page is not as it was.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from browser import Browser, browser
from lovefund import verify
from lovefund.cli.main import run
from lovefund.errors import Exit
from proofs.forge import BUNDLES, FUND, FUND_KEY, written
from proofs.forgeries import TOPICS, Forgery, forgeries, slips
from proofs.phone import Case, Phone, said
from proofs.test_verify import HOLDER, RECEIPT, harmless

PAGE = Path(__file__).parents[1] / "docs" / "forgeries.md"
VERIFIERS = ("verify.py", "lovefund verify", "phone page")
#: Of the bytes of a file, and of the slips in a code, every so manieth is tried here.
STEP = 9

HEAD = """\
# 伪造与识破 · Forgeries, tried and caught

下面每一种伪造都由 `tools/forgeries.py` 真的做出来，再交给三个核对程序：
文件夹里的 `verify.py`、命令 `lovefund verify`、手机核对页。
除另有说明，伪造的账都由基金自己的钥匙重新签了名，一切能配平的都配平了。
“1”是说“不对”，“2”是说“无法核对”；没有一种是“0”（通过）。
三个程序说的是同一句话，不同的另写。什么也发现不了的，见 [trust.md](trust.md)。

Each of these forgeries is made by `tools/forgeries.py` and shown to three verifiers: the
`verify.py` of the folder, the command `lovefund verify`, and the phone page. Unless it says
otherwise the fund's own key signed the forged books, and all that can be made to fit fits.
"1" means wrong, "2" cannot be checked; none is "0" (passes). The three say the same sentence;
where one differs, it stands beside. What nothing catches is in [trust.md](trust.md).

People and schools in the forged books are fictional. This page is made by a command; a test
holds it to what the verifiers say.
"""

Answer = tuple[int, str]


def by_verify_py(forgery: Forgery, folder: Path, language: str = "en") -> Answer:
    """What the bundle's own verifier says."""
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        answer = verify.main([str(folder), "--lang", language, *_asked(forgery)])
    return answer, _reason(heard.getvalue())


def by_lovefund(forgery: Forgery, folder: Path) -> Answer:
    """What the installed program says."""
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        code = run(["verify", str(folder), *_asked(forgery)])
    return {Exit.DONE: 0, Exit.UNSOUND: 1, Exit.INPUT: 2}[Exit(code)], _reason(heard.getvalue())


def by_page(forgery: Forgery, phone: Phone) -> Answer:
    """What the phone page says."""
    verdict = phone.ask(
        Case(
            forgery.files, forgery.fund, forgery.keys, forgery.receipt, forgery.holder,
            forgery.phrase, forgery.held,
        )
    )  # fmt: skip
    return int(verdict["answer"]), said(verdict) if verdict["answer"] in (1, 2) else ""


def _asked(forgery: Forgery) -> list[str]:
    words = ["--fund", forgery.fund]
    for key in forgery.keys:
        words += ["--key", key]
    for option, text in (
        ("receipt", forgery.receipt),
        ("name", forgery.holder),
        ("phrase", forgery.phrase),
        ("fingerprint", forgery.held),
    ):
        words += [f"--{option}", text] if text else []
    return words


def _reason(heard: str) -> str:
    """The sentence of the refusal, without its head."""
    lines = [line for line in heard.splitlines() if line]
    return lines[-1].split(": ", 1)[-1].split("：", 1)[-1] if lines else ""


# -- the page -----------------------------------------------------------------------------------


def answers(phone: Phone, folder: Path) -> Iterator[tuple[Forgery, list[Answer], str]]:
    """Each forgery with what the three said, in English, and verify.py's sentence in Chinese."""
    for index, forgery in enumerate(forgeries()):
        place = written(folder / str(index), forgery.files)
        three = [
            by_verify_py(forgery, place), by_lovefund(forgery, place), by_page(forgery, phone)
        ]  # fmt: skip
        yield forgery, three, by_verify_py(forgery, place, "zh")[1]


def table(rows: Sequence[tuple[Forgery, list[Answer], str]]) -> Iterator[str]:
    for topic, chinese in TOPICS.items():
        yield from ("", f"## {chinese} · {topic.capitalize()}", "")
        yield f"| forgery | {' | '.join(VERIFIERS)} | 说什么 · what they say |"
        yield "|---|:-:|:-:|:-:|---|"
        for forgery, three, zh in rows:
            if forgery.topic == topic:
                marks = " | ".join(str(answer) for answer, _sentence in three)
                yield f"| {forgery.name} | {marks} | {_sentences(three, zh)} |"


def _sentences(three: list[Answer], zh: str) -> str:
    first = three[0][1]
    unlike = [
        f"{name}: {sentence}"
        for name, (_answer, sentence) in zip(VERIFIERS, three, strict=True)
        if sentence != first
    ]
    return "<br>".join([zh, first, *unlike]).replace("|", "\\|")


def byte_rows(phone: Phone, folder: Path) -> Iterator[str]:
    """Single bytes: how many of those tried each verifier refused."""
    yield from ("", "## 任何一个字节 · Any single byte", "")
    yield f"| file of statement 2 | bytes tried | {' | '.join(VERIFIERS)} |"
    yield "|---|--:|--:|--:|--:|"
    for name in ("entries.jsonl", "frontier.json", "checkpoint.txt", "previous.txt",
                 "statement.json"):  # fmt: skip
        spoilt = [f for f in _spoilt(name) if not harmless(name, *f)]
        counts: Counter[str] = Counter()
        for index, (_honest, broken) in enumerate(spoilt):
            files: dict[str, Any] = {**BUNDLES[1], name: broken}
            forgery = Forgery("", name, files)
            place = written(folder / f"{name}-{index}", files)
            counts[VERIFIERS[0]] += by_verify_py(forgery, place)[0] in (1, 2)
            counts[VERIFIERS[1]] += by_lovefund(forgery, place)[0] in (1, 2)
            counts[VERIFIERS[2]] += by_page(forgery, phone)[0] in (1, 2)
        cells = " | ".join(str(counts[verifier]) for verifier in VERIFIERS)
        yield f"| `{name}` | {len(spoilt)} | {cells} |"
    yield ""
    yield f"每隔 {STEP} 个字节试一个；`tests/proofs` 里的测试每个字节都试。"
    yield f"Every {STEP}th byte is tried here, and every one in `tests/proofs`."


def _spoilt(name: str) -> Iterator[tuple[bytes, bytes]]:
    data = BUNDLES[1][name].encode()
    for place in range(0, len(data), STEP):
        broken = bytearray(data)
        broken[place] ^= 1 << place % 7
        yield data, bytes(broken)


def slip_rows(phone: Phone, folder: Path) -> Iterator[str]:
    """Mistyped receipt codes."""
    wrong = slips()
    tried = wrong[::STEP]
    place = written(folder / "slips", BUNDLES[0])
    _name, holder, _phrase, phrase = HOLDER
    asked = [
        Forgery("", slip, BUNDLES[0], keys=(), receipt=slip, holder=holder, phrase=phrase)
        for slip in (*tried, str(RECEIPT["code"]))
    ]
    three = [
        [(by_verify_py(f, place), by_lovefund(f, place), by_page(f, phone))[n][0] for f in asked]
        for n in range(3)
    ]
    cells = " | ".join(str(told[:-1].count(1)) for told in three)
    right = [told[-1] == 0 for told in three[::2]]  # `lovefund verify` misses the manifest here
    yield from ("", "## 抄错的收据码 · A mistyped receipt code", "")
    yield f"| codes | tried of {len(wrong)} | {' | '.join(VERIFIERS)} |"
    yield "|---|--:|--:|--:|--:|"
    yield f"| single substitutions and swaps of neighbours | {len(tried)} | {cells} |"
    if not all(right):
        raise SystemExit("the right code was not found")


def document(chrome: Browser) -> str:
    """The whole page; fails where a forgery passes."""
    phone = Phone(chrome.page())
    with tempfile.TemporaryDirectory() as name:
        rows = list(answers(phone, Path(name)))
        passed = [
            (forgery.name, three) for forgery, three, _zh in rows
            if not all(answer in (1, 2) for answer, _sentence in three)
        ]  # fmt: skip
        if passed:
            raise SystemExit(f"these pass: {passed}")
        parts = [*table(rows), *byte_rows(phone, Path(name)), *slip_rows(phone, Path(name))]
    return HEAD + "\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as home, browser() as chrome:
        os.environ |= {"LOVEFUND_HOME": home, "LOVEFUND_LANG": "en"}
        made = document(chrome)
    if "--check" not in arguments:
        PAGE.write_text(made, encoding="utf-8")
        print(f"{PAGE.name}: {len(forgeries())} forgeries of {FUND}, {FUND_KEY[:30]}…")
        return 0
    if PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/forgeries.md is not what the verifiers say; run tools/forgeries.py")
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
