"""Fills templates: escaped by default, money and days written as each language writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lovefund.language import said
from lovefund.money import capital, yuan
from lovefund.publishing.resources import own_look, resource, texts


def _template(name: str) -> tuple[str, str, Callable[[], bool]]:
    """The text of a template, where it stands, and whether it is still the one to take."""
    place = name if "/" in name else f"templates/{name}"
    path = resource(place)
    return path.read_text("utf-8"), str(path), lambda: resource(place) == path


@cache
def _environment() -> Environment:
    # A template that a school was given may lay out what it gets, and do nothing else.
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["yuan"] = lambda fen: yuan(fen, minus="\u2212")
    environment.filters["capital"] = capital
    return environment


def long_day(day: date, language: str) -> str:
    """A day in full: 2026年9月30日, or 30 September 2026."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day.strftime('%B %Y')}"


def short_day(day: date, language: str) -> str:
    """A day as tables show it: 2026-09-30, or 30 Sep 2026."""
    return day.isoformat() if language == "zh" else f"{day.day} {day.strftime('%b %Y')}"


def fill(template: str, language: str, **values: Any) -> str:
    """The HTML of a template in a language."""
    with own_look():
        return _fill(template, language, values)


def fill_web(template: str, language: str, **values: Any) -> str:
    """The HTML of a template in the folder ``web``, which brings its own style and words."""
    with own_look():
        filled = _environment().get_template(f"web/{template}")
        return filled.render(lang=language, said=lambda text: said(text, language), **values) + "\n"


def _fill(template: str, language: str, values: dict[str, Any]) -> str:
    css = resource("css/common.css").read_text("utf-8")
    css += resource(f"css/{template.removesuffix('.html')}.css").read_text("utf-8")
    return (
        _environment()
        .get_template(template)
        .render(
            t=texts(language),
            lang=language,
            css=css,
            day=lambda d: long_day(d, language),
            short_day=lambda d: short_day(d, language),
            said=lambda text: said(text, language),
            **values,
        )
    )
