"""Every sentence exists in both languages, with the same placeholders, compiled as kept."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

import lovefund
from commands import Run
from lovefund.cli.names import COMMANDS
from lovefund.cli.texts import argument_name
from lovefund.publishing.resources import texts

TOOL = Path(__file__).parent.parent.parent / "tools" / "messages.py"


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_catalogue_is_complete(messages: ModuleType) -> None:
    assert len(messages.sentences()) > 500
    assert messages.faults() == []


def test_whatever_is_typed_has_a_chinese_name(run: Run) -> None:
    """Before an error, and on help pages: no argument is called by its English name."""
    source = [path.read_text("utf-8") for path in Path(lovefund.__file__).parent.rglob("*.py")]
    fields = {f for text in source for f in re.findall(r'BadInput\(\s*"([a-z]+)"', text)}
    assert len(fields) > 10
    refused = run("--lang zh verify nowhere")
    assert refused.err.startswith("错误[bad-input] 文件夹")
    assert [f for f in sorted(fields) if argument_name(f).isascii()] == []
    for name in COMMANDS:
        usage = run(f"--lang zh {name} --help").out.splitlines()[0].replace("PDF", "")
        assert not re.search("[A-Z]{2,}", usage), usage


def test_a_missing_sentence_would_be_told(
    messages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = messages.sentences()
    monkeypatch.setattr(messages, "sentences", lambda: before | {"a new sentence"})
    assert messages.faults() == ["missing: a new sentence"]


def test_the_compiled_catalogue_is_the_kept_one(messages: ModuleType) -> None:
    assert messages.PO.with_suffix(".mo").read_bytes() == messages.compiled()


_EXAMPLES = re.compile(r"记-\S+|填写|[“”]|万")


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_pages_keep_to_their_language(run: Run, name: str) -> None:
    chinese = run(f"--lang zh {name} --help")
    english = run(f"--lang en {name} --help")
    assert chinese.code == english.code == 0
    assert not re.search(r"[\u4e00-\u9fff]", _EXAMPLES.sub("", english.out))
    words = re.findall(r"(?<![\w-])[a-z]{2,}(?: [a-z]{2,}){2,}", chinese.out)
    assert words == [], "English left over"


@pytest.mark.parametrize(
    "line",
    [
        "donate --nonsense 5", "donate --fro x", "donate 5 6", "donate --source", "doante 5",
        "publish", "show", "overview", "donor", "export", "export word", "keys", "keys lose",
        "publish soon", "receipts", "grants", "donations", "resume 9", "--lang=xx balance",
        "--fund", "donate", "void 1", "close 2026-10", "return-grant 1 5 --by bank",
        "grant 900 --case L1 --guardian 李 --by bank", "grant 9 --case L1 --guardian 李 --by cash",
        "spend 5 --programme awards --for named --by bank", "--db none.db balance",
    ],
)  # fmt: skip
def test_an_error_keeps_to_its_language(
    fund: Run, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOVEFUND_LANG", "zh")
    chinese = fund(line)
    monkeypatch.setenv("LOVEFUND_LANG", "en")
    english = fund(line)
    assert chinese.code == english.code != 0
    prose = re.sub(r"`[^`]*`|错误\[.*|--?[\w-]+|“[^”]*”", "", chinese.err)
    assert re.findall(r"[A-Za-z]{3,} [a-z]{2,}", prose) == [], chinese.err
    # Chinese laws are cited by their names, in brackets.
    sentences = re.sub(r"\([^)]*\)", "", _EXAMPLES.sub("", english.err))
    assert not re.search(r"[\u4e00-\u9fff]", sentences), english.err


#: What a Chinese sentence has in its full-width form.
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")


def test_chinese_sentences_have_chinese_punctuation(messages: ModuleType) -> None:
    wrong = [m.string for m in messages.catalogue() if _HALF_WIDTH.search(str(m.string))]
    assert wrong == []


def test_tables_say_names_and_json_says_codes(fund: Run) -> None:
    assert fund("buy-goods --goods 'books 2 @3' --by bank").code == 0
    assert fund("reserve 5").code == 0
    for command in ("stock", "open-items"):
        assert "非限定用途" in fund(f"--lang zh {command}").out
        assert fund(f"{command} --json").json()[0]["restriction"] == "general"
    assert "资助学生" in fund("--lang zh restrictions").out
    assert fund("restrictions --json").json()[2]["programmes"] == ["aid"]


def test_statement_texts_have_the_same_keys_and_placeholders() -> None:
    chinese, english = texts("zh"), texts("en")
    assert chinese.keys() == english.keys()
    for table, words in chinese.items():
        # English has a word for one, where Chinese needs none.
        singular = {f"{key}_one" for key in words}
        assert words.keys() - singular == english[table].keys() - singular, table
        for key, text in words.items():
            if isinstance(text, str):
                placeholder = re.compile(r"\{(\w+)[^}]*\}").findall
                assert set(placeholder(text)) == set(placeholder(english[table][key])), (table, key)


def test_a_fund_is_called_in_each_language_by_its_own_name(run: Run, tmp_path: Path) -> None:
    opened = run(
        "open shiqiao --name '石桥爱心基金 | Shiqiao Love Fund' "
        "--school '石桥小学 | Shiqiao School' "
        "--treasurer 王老师 --on 2026-09-01 --practice"
    )
    assert opened.code == 0, opened.err
    restricted = run(
        "restrict home --title '学生之家 | The home' --programmes home --agreement A-1"
    )
    assert restricted.code == 0, restricted.err
    assert run("donate 5 --source staff --from 甲 --show anonymous --by bank --for home").code == 0
    for language, own, other in (
        ("en", ("Shiqiao Love Fund", "Shiqiao School", "The home"), "石桥"),
        ("zh", ("石桥爱心基金", "石桥小学", "学生之家"), "Shiqiao"),
    ):
        listed = run(f"--lang {language} restrictions").out + run(f"--lang {language} funds").out
        assert own[0] in listed
        assert own[2] in listed
        assert other not in listed
        assert run(f"--lang {language} receipt 2026-000001 --out {language}.pdf").code == 0
        page = subprocess.run(
            ["pdftotext", f"{language}.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        assert all(name in page for name in own)
        assert other not in page


def test_an_entry_is_told_in_words_of_the_reader(fund: Run) -> None:
    shown = fund("--lang zh show 1").out
    assert "存放处：银行存款" in shown
    assert "channel" not in shown
    assert "捐赠收入" not in fund("--lang en show 1").out
