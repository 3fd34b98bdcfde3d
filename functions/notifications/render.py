"""A message's texts from its template: one file per message and language, from which HTML and plain text are both made."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from functions.notifications import formats
from functions.notifications.rules import SMS_UNITS, gsm, gsm_units, ink_on, one_line, shortened
from kernel.money import Money

LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class Rendered:
    """`html` is empty for an SMS."""

    subject: str
    html: str
    text: str


@cache
def _environment(escape: bool) -> Environment:
    """User fields only ever reach a template as values, so nothing in them is a template; HTML escapes all of them."""
    made = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined,
                       autoescape=escape, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"wrap": _wrap, "money": _money, "day": _day, "moment": _moment, "count": _count, "spaced": _spaced}
    made.globals |= {"ink_on": ink_on, "postal": formats.postal, "imprint": formats.imprint}
    return made


def language_of(wanted: str) -> str:
    """A language that we have templates for: English where there are none."""
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def mail(template: str, language: str, values: Mapping[str, Any]) -> Rendered:
    """Subject, HTML and text. A value that the template needs and does not get is an error (StrictUndefined)."""
    known = {**values, "language": language}
    html, text = _page("html", template, known), _page("txt", template, known)
    return Rendered(_subject(template, known), html, re.sub(r"\n{3,}", "\n\n", text).strip() + "\n")


def sms(template: str, language: str, values: Mapping[str, Any], *, sender: str) -> Rendered:
    """At most 160 units of the GSM alphabet, so that it is one SMS: the sender's name gives way. ValueError if that is not enough."""
    text = gsm(_environment(False).get_template(f"{language}/{template}.sms").render(values, language=language))
    room = SMS_UNITS - gsm_units(f": {text}")
    if room < 0:
        raise ValueError(f"{template} in {language} is {-room} units too long for an SMS")
    name = shortened(gsm(sender), room)
    return Rendered("", "", f"{name}: {text}" if name else text)


def _page(suffix: str, template: str, values: Mapping[str, Any]) -> str:
    environment = _environment(suffix == "html")
    parts = environment.get_template(f"parts.{suffix}").make_module({**values})
    page = environment.get_template(f"{values['language']}/{template}.jinja")
    return page.render(values, parts=parts, layout=environment.get_template(f"layout.{suffix}"))


def _subject(template: str, values: Mapping[str, Any]) -> str:
    page = _environment(False).get_template(f"{values['language']}/{template}.jinja")
    return one_line("".join(page.blocks["subject"](page.new_context({**values}))))


@pass_context
def _money(context: Context, value: Money) -> str:
    return formats.money(value, context["language"])


@pass_context
def _day(context: Context, value: date | datetime) -> str:
    return formats.day(value, context["language"], context["zone"])


@pass_context
def _moment(context: Context, value: datetime) -> str:
    return formats.moment(value, context["language"], context["zone"])


@pass_context
def _count(context: Context, value: int) -> str:
    return formats.count(value, context["language"])


def _spaced(iban: str) -> str:
    """In groups of four, as people write an IBAN."""
    return " ".join(iban[n:n + 4] for n in range(0, len(iban), 4))


def _wrap(text: str) -> str:
    """A paragraph of plain text. Links and long words stay whole: they would not work otherwise."""
    return textwrap.fill(" ".join(text.split()), 72, break_long_words=False, break_on_hyphens=False)
