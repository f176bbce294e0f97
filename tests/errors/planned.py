"""A school with what it has undertaken: a project with its contract, a pledge, a successor."""

from __future__ import annotations

from errors.school import School

#: Entry 14 to 16: money for the Home, its project, and a contract of two stages.
_PROJECT = (
    "donate 900 --source staff --from 张三丰 --show masked --by bank --for home --on 2026-09-12",
    "project-open 之家 --for home --budget 800 --on 2026-09-13",
    "contract 15 700 --with 建筑公司（虚构） --stages 400;250 --retention 50 "
    "--retention-from 2026-10-10 --evidence paper.txt --on 2026-09-14",
)
_OTHER = (
    "open dawan --name 大湾爱心基金 --school 大湾小学 --treasurer 李老师 --on 2026-08-01 --practice"
)


def project(school: School) -> None:
    """The project, with nothing accepted or paid yet."""
    (school.folder / "paper.txt").write_text("签字的文件（虚构）", "utf-8")
    school.live(*_PROJECT)


def paid(school: School) -> None:
    """Its first stage is accepted and paid, by entry 18."""
    project(school)
    school.live(
        "accept-stage 16 --stage 1 --evidence paper.txt --on 2026-09-15",
        "spend 400 --contract 16 --by bank --on 2026-09-16",
    )


def voided(school: School) -> None:
    """Its contract is voided."""
    project(school)
    school.live("void 16 --reason 签错了")


def ended(school: School) -> None:
    """Its contract is ended."""
    project(school)
    school.live("end-contract 16")


def successor(school: School) -> None:
    """A second fund in the same books."""
    (school.folder / "paper.txt").write_text("签字的文件（虚构）", "utf-8")
    school.live(_OTHER)


def wound_up(school: School) -> None:
    """The second fund is over: it handed itself to the first."""
    successor(school)
    school.live("--fund dawan wind-up --successor shiqiao --reference M-9 --evidence paper.txt")
