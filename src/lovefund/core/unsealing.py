"""Opening sealed texts for who looks the books over: logged, and only where it is their office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lovefund.core.entries import Draft, Fact
from lovefund.core.kinds import kind_name
from lovefund.core.officers import Role, Term
from lovefund.errors import Refusal
from lovefund.language import _

UNSEALED = "unsealed"
#: What can be opened: the texts of one entry, or the pupils' register.
ENTRY, REGISTER = "entry", "register"
#: Whose office it is to open what, from the first officer with a key on.
RIGHTS: dict[str, frozenset[str]] = {
    ENTRY: frozenset({Role.CHAIR, Role.SUPERVISOR, Role.CHECKER, Role.AUDITOR, Role.ARCHIVIST}),
    REGISTER: frozenset(
        {
            # Not the class teacher: the line, with the code of who read, would tell a class.
            Role.CHAIR, Role.MEMBER, Role.HANDLER, Role.SUPERVISOR, Role.CHECKER, Role.AUDITOR,
            Role.ARCHIVIST,
        }
    ),
}  # fmt: skip


def unsealed(on: date, of: int, reason: str, scope: str = ENTRY, **facts: Fact) -> Draft:
    """The log of an opening: which entry is public, why is sealed under the key for pupils."""
    return Draft(UNSEALED, on, (), {"of": of, "scope": scope, **facts}, file={"reason": reason})


def judge_unsealing(scope: object, term: Term) -> Iterator[Refusal]:
    """Why an officer may not open this."""
    allowed = RIGHTS.get(str(scope), frozenset())
    if term.roles.isdisjoint(allowed):
        yield Refusal(
            "may-not-unseal",
            _(
                "{officer} may not record “{kind}”: no office of {officer} opens sealed texts"
            ).format(officer=term.officer, kind=kind_name(UNSEALED)),
            _("Who reads private texts needs it for the office, and is logged (PIPL art. 6, 51)."),
            _("ask the chair or an auditor, who opens it with `lovefund unseal`"),
        )
