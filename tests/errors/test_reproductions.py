"""Every code in the source has a reproduction, and docs/errors.md is made from them."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from errors.reproductions import ALL, Reproduction, led_up, opened
from errors.school import School
from errors.test_bad_input import blocks

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "lovefund"
#: Codes of classes that only others are made of; the boundary never tells them.
NEVER_TOLD = {"error", "refused"}
#: What is called with a code first.
_TELLING = ("Refusal", "refuse", "four_lines", "not_witnessed", "against")


def codes_of(source: str) -> set[str]:
    """Every code that a module can answer with: of refusals, classes and the boundary."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            first = node.args[0]
            if name in _TELLING and isinstance(first, ast.Constant):
                found.add(str(first.value))
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                names = line.targets if isinstance(line, ast.Assign) else []
                names = [line.target] if isinstance(line, ast.AnnAssign) else names
                value = line.value if isinstance(line, ast.Assign | ast.AnnAssign) else None
                named = any(isinstance(n, ast.Name) and n.id == "code" for n in names)
                if named and isinstance(value, ast.Constant):
                    found.add(str(value.value))
    return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> School:
    return opened(tmp_path_factory.mktemp("reproductions") / "school")


def test_every_code_of_the_source_is_reproduced_and_no_other() -> None:
    written = {code for path in SOURCE.rglob("*.py") for code in codes_of(path.read_text("utf-8"))}
    assert {r.code for r in ALL} == written - NEVER_TOLD
    assert len(ALL) == len({r.code for r in ALL})


def test_a_new_code_would_be_noticed() -> None:
    source = (
        'class New(LovefundError):\n    code: ClassVar[str] = "new"\n'
        'class Newer(Refused):\n    code = "newer"\n'
        'def f():\n    raise refuse("newest", "", "")\n    yield Refusal("latest", "", "", "")\n'
    )
    assert codes_of(source) == {"new", "newer", "newest", "latest"}


@pytest.mark.parametrize("reproduction", ALL, ids=lambda r: r.code)
def test_it_is_caused_and_told_in_both_languages(
    template: School, tmp_path: Path, reproduction: Reproduction
) -> None:
    for language, head in (("en", "error"), ("zh", "错误")):
        school = led_up(template, tmp_path / language, reproduction)
        entries = school.size()
        answer = reproduction.answer(school, language)
        assert answer.code == reproduction.exit, answer.err
        told = blocks(answer.err, head)
        assert told[0][0].startswith(f"{head}[{reproduction.code}]"), answer.err
        booked = reproduction.code in ("not-shown", "files-missing")
        assert school.size() == entries + booked
        assert school.run("check").code == 0


@pytest.fixture(scope="module")
def page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("errors_page", ROOT / "tools" / "errors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_program_answers(page: ModuleType) -> None:
    assert page.PAGE.read_text("utf-8") == page.written(), "run tools/errors.py"
