"""Who of an application stands where: read from the sealed dossiers of its steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from lovefund.actions.keys import require_keys
from lovefund.actions.spend import file_of
from lovefund.actions.workspace import refuse
from lovefund.core import cases as c
from lovefund.core.cases import Case
from lovefund.core.kinds import kind_name
from lovefund.core.steps import Applicant, applicants_of
from lovefund.language import _
from lovefund.store.reading import Books

#: Steps that take single pupils of an application further, or out of it.
_OF_SOME = (c.REFUSED, c.WITHDRAWN, c.APPROVED, c.PROMISED, c.PAID, c.LAPSED, c.SIGNED)


@dataclass(frozen=True, slots=True)
class Member:
    """A pupil of an application: the last step that named the case code, and its entry."""

    applicant: Applicant
    at: str
    no: int


def find(books: Books, no: int) -> Case:
    """The case that an entry belongs to; Refused where it is of none."""
    case = books.case(no)
    if case is None:
        raise refuse(
            "no-such-case",
            _("entry {no} is no application, and no step of one").format(no=no),
            _("`lovefund cases` lists the applications and their numbers"),
            _("Each step of a grant names its application (docs/grants.md)."),
        )
    return case


def roll(books: Books, case: Case) -> dict[str, Member]:
    """The pupils of an application by case code, in its order; MachineLacks without keys."""
    require_keys(books)
    everyone = applicants_of(file_of(books, case.no))
    found = {one.case: Member(one, c.APPLIED, case.no) for one in everyone}
    for step in case.taken(*_OF_SOME):
        file = file_of(books, step.no)
        for row in file.get("cases") or file.get("settles", []):
            if row[0] in found:
                found[row[0]] = replace(found[row[0]], at=step.kind, no=step.no)
    return found


def chosen(
    books: Books, case: Case, codes: Sequence[str], standing: Collection[str]
) -> list[Member]:
    """The pupils meant by their codes, or all that stand there; Refused where one does not."""
    members = roll(books, case)
    for code in codes:
        if code not in members:
            raise refuse(
                "not-in-case",
                _("case {code} is not in application {no}").format(code=code, no=case.no),
                _("`lovefund case {no} --private` lists its cases").format(no=case.no),
            )
        if members[code].at not in standing:
            raise refuse(
                "not-in-case",
                _("case {code} stands at “{step}” since entry {no}").format(
                    code=code, step=kind_name(members[code].at), no=members[code].no
                ),
                _("`lovefund case {no} --private` lists its cases").format(no=case.no),
            )
    found = [m for code, m in members.items() if (not codes or code in codes) and m.at in standing]
    if not found:
        raise refuse(
            "nobody-left",
            _("application {no} has no case that stands there").format(no=case.no),
            _("`lovefund case {no} --private` lists its cases").format(no=case.no),
        )
    return found


def of_one_entry(members: Sequence[Member], codes: Sequence[str]) -> list[Member]:
    """Those of the first entry; Refused where codes were named that are of several entries."""
    first = [m for m in members if m.no == members[0].no]
    if codes and len(first) < len(members):
        numbers = sorted({m.no for m in members})
        raise refuse(
            "several-decisions",
            _("these cases were decided by several entries: {numbers}").format(
                numbers=", ".join(map(str, numbers))
            ),
            _("do it once for the cases of each"),
        )
    return first
