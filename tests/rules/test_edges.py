"""Every article that judges, at the edge of its parameter; and the same with its kind taken out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lovefund.core.rule_kinds import RULES
from lovefund.core.rulebook import Adopted, Article, Rulebook, Severity
from lovefund.core.rules import judge_by_rules, model, rulebook_of
from lovefund.language import language
from rules.edges import CHART, DAY, EDGES, NOTICE, Fund, Pair, draft, grant, known, outlay


def articles_that_judge() -> list[Article]:
    return [a for a in model().articles if RULES[a.rule].judge is not None]


def said(pair: Pair, article: str, which: str) -> list[str]:
    """What one article says of a draft, with the article in force."""
    judge = RULES[model()[article].rule].judge
    assert judge is not None
    tried = known(pair.fund(), pair.at)
    return [r.what for r in judge(getattr(pair, which), tried, model()[article])]


def test_every_article_that_judges_has_its_edge() -> None:
    assert sorted(EDGES) == sorted(a.id for a in articles_that_judge())


@pytest.mark.parametrize("article", EDGES)
def test_the_edge(article: str) -> None:
    assert said(EDGES[article], article, "passes") == []
    assert said(EDGES[article], article, "fails") != []


@pytest.mark.parametrize("article", EDGES)
def test_a_refusal_names_article_source_and_remedy(article: str) -> None:
    judge = RULES[model()[article].rule].judge
    assert judge is not None
    pair = EDGES[article]
    (refusal, *_more) = judge(pair.fails, known(pair.fund(), pair.at), model()[article])
    assert refusal.rule.startswith(article)
    assert model()[article].source(language()) in refusal.rule
    assert refusal.what
    assert refusal.mend
    assert refusal.code == f"rule-{model()[article].rule}"


@pytest.mark.parametrize("article", [a for a in EDGES if model()[a].severity is Severity.BLOCK])
def test_what_blocks_is_refused_and_what_warns_is_not(article: str) -> None:
    pair = EDGES[article]
    verdict = judge_by_rules(pair.fails, known(pair.fund(), pair.at), [Adopted(1, model())])
    assert article in {ruled.article for ruled in verdict.blocked}
    assert article not in {ruled.article for ruled in verdict.warned}


def changed(article: str, **keys: object) -> Rulebook:
    """The model with lines of one article changed in its text, as a school would."""
    text = model().text
    start = text.index(f'id = "{article}"')
    end = text.find("[[article]]", start)
    block = text[start:end]
    for key, value in keys.items():
        line = next(x for x in block.splitlines() if x.startswith(f"{key} = "))
        block = block.replace(line, f"{key} = {value}")
    return rulebook_of(text[:start] + block + text[end:])


def test_an_article_that_is_off_says_nothing() -> None:
    pair = EDGES["R24"]
    verdict = judge_by_rules(pair.fails, known(pair.fund(), DAY), [Adopted(1, model())])
    assert "R24" not in {ruled.article for ruled in (*verdict.blocked, *verdict.warned)}
    on = changed("R24", severity='"block"')
    verdict = judge_by_rules(pair.fails, known(pair.fund(), DAY), [Adopted(1, on)])
    assert "R24" in {ruled.article for ruled in verdict.blocked}


def test_the_stricter_of_two_books_decides() -> None:
    """A draft between two limits is refused by the lower one, whichever book came first."""
    strict = changed("R27", limit_yuan=500, severity='"block"')
    paid = outlay(60_000, "cash")
    for books in ([model(), strict], [strict, model()]):
        adopted = [Adopted(no, book) for no, book in enumerate(books)]
        verdict = judge_by_rules(paid, known(Fund(), DAY), adopted)
        assert [r.article for r in verdict.blocked] == ["R27"]
        assert "500.00" in verdict.blocked[0].refusal.what
    # Blocked by one and warned of by the other: it is told once, as blocked.
    paid = outlay(100_001, "cash")
    adopted = [Adopted(1, model()), Adopted(2, strict)]
    verdict = judge_by_rules(paid, known(Fund(), DAY), adopted)
    assert [r.article for r in verdict.blocked] == ["R27"]
    assert "R27" not in {ruled.article for ruled in verdict.warned}


def test_a_correction_is_judged_by_what_is_right_from_now_on() -> None:
    """A small payment that is corrected to a large one does not get round the limit."""
    small = outlay(100, "cash").postings[0]
    now = [[small.debit, small.credit, small.restriction, 100_001]]
    mended = replace(
        draft("correction", "programme:visits", "cash", 99_901), facts={"of": 5, "now": now}
    )
    verdict = judge_by_rules(mended, known(Fund(), DAY), [Adopted(1, model())])
    assert "R27" in {ruled.article for ruled in verdict.warned}


def test_what_a_batch_gave_a_pupil_counts_for_its_next_drafts() -> None:
    tried = known(Fund(), DAY)
    books = [Adopted(1, model())]
    for expected in (False, True):
        verdict = judge_by_rules(grant(60_000), tried, books)
        tried.note(grant(60_000), 1)
        assert ("R16" in {ruled.article for ruled in verdict.warned}) is expected


def test_balances_of_the_batch_count_too() -> None:
    tried = known(Fund(holds={CHART.code("cash"): 0}), DAY)
    books = [Adopted(1, model())]
    takings = EDGES["R26"].passes
    for number in range(1, 8):
        verdict = judge_by_rules(takings, tried, books)
        assert ("R26" in {r.article for r in verdict.warned}) is (number > 5)
        tried.effects.add(number, takings.kind, DAY, takings.postings, takings.facts)


def test_five_calendar_days_are_not_five_working_days() -> None:
    judge = RULES["notice"].judge
    assert judge is not None
    calendar = replace(NOTICE, facts={**NOTICE.facts, "counted": "calendar", "days": 5})
    assert list(judge(calendar, known(Fund(), DAY), model()["R14"]))
