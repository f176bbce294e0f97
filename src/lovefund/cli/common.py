"""Questions that many verbs share, and what their answers become."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lovefund.cli import fields as f
from lovefund.cli.fields import Field
from lovefund.core.entries import NAMED
from lovefund.language import N_

if TYPE_CHECKING:
    from lovefund.actions.workspace import Workspace
    from lovefund.core.donations import Donor
    from lovefund.core.papers import Papers

ON = Field("on", "--on", N_("On which day did it happen?"), f.day, default=N_("today"))
PERIOD = Field(
    "period",
    "",
    N_("Which period? As 2026-09, 2026-Q3, 2026-autumn, 2025-2026, 2026 or from..to"),
    f.period,
)
AMOUNT = Field("amount", "", N_("How much, in yuan?"), f.amount)
PLACE_IN = Field("place", "--by", N_("How did the money come?"), f.choice("places"), "places")
PLACE_OUT = Field("place", "--by", N_("From where is it paid?"), f.choice("places"), "places")
SOURCE = Field("source", "--source", N_("What kind of donor?"), f.choice("sources"), "sources")
RESTRICTION = Field(
    "restriction",
    "--for",
    N_("For which purpose?"),
    f.choice("restrictions"),
    "restrictions",
    "general",
)
PROGRAMME = Field(
    "programme",
    "--programme",
    N_("For which programme?"),
    f.choice("programmes"),
    "programmes",
    "aid",
)
NO = Field("no", "", N_("Which entry? Its number, voucher or receipt"), f.entry_number)
REASON = Field("reason", "--reason", N_("Why? (the public will read it; name no pupil)"), f.reason)
WITNESSES = Field(
    "witnesses",
    "--witness",
    N_("Who counted, and who looked on? Two names (kept sealed)"),
    f.names,
    many=True,
    lines=True,
)
PAPERS = (
    Field("memo", "--memo", N_("A note for the school's own file"), f.memo, default=""),
    Field(
        "evidence",
        "--evidence",
        N_("A photo, invoice or minutes to keep with it"),
        f.paths,
        default="",
        many=True,
        asked=False,
    ),
    Field(
        "reference",
        "--reference",
        N_("A public number of minutes or agreement"),
        f.optional_code,
        default="",
        asked=False,
    ),
    Field(
        "override",
        "--override",
        N_("The entry that sets an article aside for this one"),
        f.optional_entry_number,
        default="",
        asked=False,
        shown=False,
    ),
)
PLEDGE = Field(
    "pledge",
    "--pledge",
    N_("Which pledge does it fulfil? The number of its entry (kept sealed)"),
    f.optional_entry_number,
    default="",
    asked=False,
    shown=False,
)


#: The drive that brought a gift, and the tie that the donor is asked about.
CAMPAIGN = Field(
    "campaign",
    "--campaign",
    N_("Which drive brought it? The entry that opened it (empty: none)"),
    f.optional_entry_number,
    default="",
    asked=False,
)
KIN = Field(
    "kin",
    "--kin",
    N_("Is the pupil the donor's own child or kin? (y/n)"),
    f.yes,
    default="n",
    flag=True,
    when=lambda a: bool(a.get("pupil")) or a.get("restriction") == NAMED,
)


def _named(a: Mapping[str, Any]) -> bool:
    return bool(a.get("donor")) and a.get("source") != "class"


DONOR = (
    Field(
        "donor", "--from", N_("Who gave? (empty: unknown; for a class its name)"), f.optional_name
    ),
    Field(
        "mode",
        "--show",
        N_("How shall the donor be shown? Ask for each gift."),
        f.choice("modes"),
        "modes",
        when=_named,
    ),
    Field(
        "alias",
        "--alias",
        N_("Under which alias?"),
        f.name,
        when=lambda a: a.get("mode") == "alias",
    ),
    Field(
        "contact",
        "--contact",
        N_("How can the donor be reached? (kept sealed)"),
        f.private_text,
        default="",
        asked=False,
    ),
    Field(
        "phrase",
        "--phrase",
        N_("A word of the donor's own, which then belongs to the receipt"),
        f.optional_name,
        default="",
        asked=False,
    ),
)


#: Of a gift for a pupil whom the donor names; asked after its purpose.
NAMED_PUPIL = (
    Field(
        "pupil",
        "--pupil",
        N_("For which pupil? (kept sealed, never published)"),
        f.name,
        when=lambda a: a.get("restriction") == "named",
    ),
    Field(
        "answers",
        "--three",
        N_(
            "Three questions, as yyn: must it be passed on at once? are we only the go-between, "
            "who cannot choose another? did the donor name the pupil?"
        ),
        f.three,
        default="",
        when=lambda a: a.get("restriction", "named") == "named",
        shown=False,
    ),
)


def donor_of(a: Mapping[str, Any]) -> Donor:
    """The donor of the answers; a class is shown by its name, an unknown donor is anonymous."""
    from lovefund.core.donations import Donor
    from lovefund.core.names import PublicName

    if not a["donor"]:
        public = PublicName.ANONYMOUS
    elif a.get("source") == "class":
        public = PublicName.ORG
    else:
        public = PublicName(a["mode"])
    return Donor(
        a["donor"],
        public,
        a["alias"] or "",
        a["phrase"] or "",
        a["contact"] or "",
        a.get("pupil") or "",
        a.get("answers") or "",
    )


def papers(ws: Workspace, a: Mapping[str, Any]) -> Papers:
    """The papers of the answers; their files are copied beside the books."""
    from lovefund.actions.evidence import keep_evidence
    from lovefund.core.papers import Papers

    paths = tuple(Path(p) for p in a.get("evidence") or ())
    return Papers(
        a.get("memo") or "",
        keep_evidence(ws, paths) if paths else (),
        a.get("reference") or "",
        a.get("override"),
        a.get("campaign"),
        {"kin": 1} if a.get("kin") else {},
        a.get("pledge"),
    )
