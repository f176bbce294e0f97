"""Every sentence exists in both languages, with the same placeholders, compiled as kept."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from commands import Run
from lovefund.cli.names import COMMANDS
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


def test_statement_texts_have_the_same_keys_and_placeholders() -> None:
    chinese, english = texts("zh"), texts("en")
    assert chinese.keys() == english.keys()
    for table, words in chinese.items():
        assert words.keys() == english[table].keys(), table
        for key, text in words.items():
            if isinstance(text, str):
                fields = set(re.findall(r"\{\w+\}", text))
                assert fields == set(re.findall(r"\{\w+\}", english[table][key])), (table, key)
