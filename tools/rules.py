"""Writes docs/rules.md from the kinds of rule, the model rulebook and its tests.

``PYTHONPATH=src:tests python tools/rules.py`` writes the page; ``--check`` only tells whether it
is what the program says today, and exits 1 where it is not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rules.md"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from lovefund.core.parameters import PARAMETERS  # noqa: E402
from lovefund.core.rule_kinds import RULES  # noqa: E402
from lovefund.core.rules import model  # noqa: E402
from lovefund.publishing.regulation import how_held  # noqa: E402
from rules.edges import EDGES  # noqa: E402

HEAD = """# The fund's own rules · 管理办法

This page is made by `tools/rules.py` from the code and from the model rulebook
(`src/lovefund/data/rules/model-2026.toml`). A school copies the model with `lovefund rules new`,
changes numbers and sentences, looks at it with `lovefund rules check` and `diff`, tries it on what
was booked with `what-if`, and puts it in force with `adopt`; `print` makes the paper for the wall
from the same file, so that what hangs there is what the machine enforces.

Adopting a book is an entry with the hash of the file. From then on the line of every entry names,
in the fact `rules`, the books that judged it: the one in force on the day it takes effect and the
one in force on the day it is recorded, so that a back-dated entry meets the stricter of both. A
book after the first may not reach back. `check` recomputes that fact and compares every kept book
with the line that adopted it. What an article that warns remarks on stands in the entry's sealed
dossier, since a public line must not point at a child.

An article that blocks can be set aside for one entry where the book says `override = true`: the
chair or a member makes an `override` with the articles, the number of the minutes and a reason for
the public, a second officer agrees, and the entry names it. Both sign, the statement lists it.

## A district's floors and ceilings · 区县底线

A district writes its own file, as `examples/district.toml`: for each article that it cares for a
`[[bound]]` with the article's id, its kind of rule, how severe it is at least, and for its numbers
`{ min = …, max = … }`. Lists (kinds of entry, words, facts) may be longer in a school's book, never
shorter; what narrows an article (`places`, `over_yuan`) a school may not add unless the bound names
it; an article that the district wants to block may be opened for overrides only where the bound
says `override = true`. A bound has to say whom its article is about, so that nobody hollows it.

```
lovefund rules check rules.toml district.toml   # hold a book to it, without any books
lovefund rules adopt district.toml              # binds this fund from now on
lovefund rules show                             # tells at each article what the district asks
```

Adopting it is an entry that everybody can read, with the SHA-256 of the file, by which the district
makes its book known: it compares that number, nothing else tells a real book from a made-up one.
From then on a rulebook that leaves a bound is refused with the article, both numbers and the
remedy, and the line of each rulebook names the district's book that it was held to. A district's
book is not adopted over a rulebook that is outside it: adopt one within it first. Where a new
district's book contradicts the old one in the same number, the district first issues one that
allows both. `check` holds every adopted book to its district again.

## What is left to people · 由人把关

| Article | Why no program decides it | What helps |
|---|---|---|
| R30, R39 | that it was not done is known only afterwards | `lovefund today` tells it before |
| R33 | a family may come late for a good reason | `lovefund today` tells what may lapse |
| R37 | the bank's paper is outside the books | a person signs the reconciliation |
| R42 | a donor asks by telephone or letter | `lovefund donor` and `trace` answer |
| R43, R44 | what is read or burnt on paper, no ledger sees | keys for pupils' files, backups |
| R45 | whether a purpose is similar is judged by people | the donors' consent is asked for |
| R46 | a pledge is no entry of the books | |

What is decided is decided by what is typed. R02 sees a quota in a memo, a title or the column 指标
of a list, and gifts of classes that are nearly all equal in one drive or on one day; of single
pupils it knows nothing, since a class is one gift. R03 blocks a drive that is declared public
without partner and filing number, and remarks on strangers' gifts in a drive of the school; an
appeal that nobody opened as a drive it cannot see. R09 asks the donor. R19 holds the amount, both
officers (one of them the chair, where one is appointed) and the terms of the emergency before.

## Kinds of rule

An article is a kind of rule with parameters; a new article of a kind that stands here needs no
code. Amounts are in yuan.

| Kind | 类别 | What it is | Parameters |
|---|---|---|---|
"""


def pages() -> Iterator[str]:
    yield HEAD
    for rule in RULES.values():
        parameters = ", ".join(
            f"`{key}`" + (" (optional)" if PARAMETERS[key].optional else "")
            for key in sorted(rule.parameters)
        )
        yield f"| `{rule.slug}` | {rule.zh} | {rule.en} | {parameters} |\n"
    yield "\n## The model's articles\n\n"
    yield "| Article | Says | Effect | Kind | Basis | Source | Tests |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for article in model().articles:
        tests = []
        if article.id in EDGES:
            tests.append(f"`test_the_edge[{article.id}]`")
        if article.severity.value != "off":
            tests += [
                f"`test_the_example_that_{name}[{article.id}]`"
                for name, example in (("passes", article.passes), ("does_not", article.fails))
                if example
            ]
        yield (
            f"| {article.id} | {article.sentence('zh')} {article.sentence('en')} "
            f"| {how_held(article)} | `{article.rule}` | {article.basis.value} "
            f"| {article.source_zh} · {article.source_en} | {', '.join(tests) or '–'} |\n"
        )
    yield "\nThe tests are in `tests/rules/`.\n"


def main() -> int:
    text = "".join(pages())
    if "--check" in sys.argv:
        fresh = PAGE.exists() and PAGE.read_text("utf-8") == text
        print("fresh" if fresh else f"{PAGE} is not what the program says: run tools/rules.py")
        return 0 if fresh else 1
    PAGE.write_text(text, "utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
