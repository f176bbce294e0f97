"""Keeps the Chinese catalogue complete: finds every sentence, merges, compiles, checks.

``python tools/messages.py`` updates the .po file and compiles the .mo beside it;
``--check`` only tells what is missing, unused or has other placeholders, and exits 1.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "lovefund"
PO = SOURCE / "locale" / "zh" / "LC_MESSAGES" / "lovefund.po"
_MARKS = ("_", "N_")

#: Sentences of click that a user of this program can meet.
CLICK = (
    "Usage:", "Options", "Commands", "Error", "Show this message and exit.",
    "Missing command.", "Missing argument", "Missing option", "Missing parameter",
    "No such option: {name}", "No such option {name!r}.", "Did you mean {possibility}?",
    "(Possible options: {possibilities})", "(Did you mean one of: {possibilities}?)",
    "No such command {name!r}.",
    "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})",
    "Option {name!r} requires an argument.", "Option {name!r} does not take a value.",
    "Invalid value: {message}", "Invalid value for {param_hint}: {message}",
    "{value!r} is not one of {choices}.", "{value!r} is not {choice}.",
    "Could not open file {filename!r}: {message}", "Aborted!", "required", "env var: {var}",
    "default: {default}", "Usage: {usage}", "[OPTIONS]",
)  # fmt: skip


def sentences() -> set[str]:
    """Every message id: marked sentences, help of options, headings, and click's own."""
    found = set(CLICK)
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found.update(_of_call(node))
    return found - {""}


def _of_call(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _MARKS and node.args:
        yield from _constant(node.args[0])
    if name in ("Option", "option"):
        for keyword in node.keywords:
            if keyword.arg == "help":
                yield from _constant(keyword.value)


def _constant(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def catalogue() -> Catalog:
    """The Chinese catalogue as it is kept."""
    if not PO.exists():
        return Catalog(locale="zh", project="lovefund")
    with PO.open("rb") as file:
        return read_po(file, locale="zh")


def placeholders(text: str) -> set[str]:
    """The names in braces of a sentence."""
    return set(re.findall(r"\{(\w+)(?:![rs])?\}", text))


def faults() -> list[str]:
    """What is wrong with the catalogue, one line each; empty when it is complete."""
    kept = {str(m.id): str(m.string or "") for m in catalogue() if m.id}
    wanted = sentences()
    found = [f"missing: {text}" for text in sorted(wanted) if not kept.get(text)]
    found += [f"unused: {text}" for text in sorted(kept.keys() - wanted)]
    found += [
        f"placeholders differ: {text}"
        for text, chinese in sorted(kept.items())
        if chinese and placeholders(text) != placeholders(chinese)
    ]
    return found


def compiled() -> bytes:
    """The .mo file of the catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue())
    return buffer.getvalue()


def update() -> None:
    """Merge the sentences into the .po file, and compile it."""
    kept = {str(m.id): str(m.string or "") for m in catalogue() if m.id}
    fresh = Catalog(locale="zh", project="lovefund", version="0.1")
    for text in sorted(sentences()):
        fresh.add(text, kept.get(text, ""))
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, fresh, width=100, omit_header=False)
    PO.with_suffix(".mo").write_bytes(compiled())


def main() -> int:
    if "--check" not in sys.argv:
        update()
    found = faults()
    print("\n".join(found) or "complete")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
