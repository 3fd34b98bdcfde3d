"""A contract and the certificate of its signature as PDF: finished texts, which Typst lays out.

Both functions are pure: the same values give the same bytes on every call, in every process.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from functions.contracts.models import Contract
from functions.contracts.shown import ContractBlock, ContractEvidence
from kernel.money import exponent

_TEMPLATES = Path(__file__).parent / "templates"
_FONTS = Path(__file__).parents[1] / "invoices" / "templates" / "fonts"  # one copy of them is in every function's bundle
# Overrides and isolates of direction could show one thing and mean another.
_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_WORDS = {
    "en": {"page": "Page", "of": "of", "version": "Version", "certificate": "Certificate of signature", "between": "Parties",
           "contract": "Contract", "id": "Contract id", "name": "Signed by", "email": "Address of the link", "at": "Signed at",
           "code": "One-time code sent by", "ip": "Network address (SHA-256, shortened)", "agent": "Browser",
           "sha256": "SHA-256 of the document", "sms": "SMS", "mail": "e-mail",
           "note": "Whoever signed had the link that was sent to the address above, and the one-time code sent on request."},
    "de": {"page": "Seite", "of": "von", "version": "Fassung", "certificate": "Signaturprotokoll", "between": "Parteien",
           "contract": "Vertrag", "id": "Vertragsnummer", "name": "Unterzeichnet von", "email": "Adresse des Links",
           "at": "Unterzeichnet am", "code": "Einmalcode gesendet per", "ip": "Netzwerkadresse (SHA-256, gekürzt)", "agent": "Browser",
           "sha256": "SHA-256 des Dokuments", "sms": "SMS", "mail": "E-Mail",
           "note": "Wer unterzeichnet hat, besaß den Link, der an die obige Adresse ging, und den auf Anforderung gesendeten Einmalcode."}}
_LONG_WORD, _PIECE = re.compile(r"\S{25,}"), re.compile(r".{1,8}")
_INTERVALS = {"de": {"day": "Tag", "week": "Woche", "month": "Monat", "quarter": "Quartal", "year": "Jahr"}}


def contract(found: Contract, blocks: Sequence[ContractBlock], parties: Sequence[str], *, at: datetime) -> bytes:
    """The contract as it is sent."""
    words = _words(found.language)
    return _pdf("contract.typ", at, {
        "language": _locale(found.language).language, "words": words, "title": _breakable(found.title),
        "parties": [_breakable(party) for party in parties],
        "foot": f"{found.id} · {words['version']} {found.edition}",
        "blocks": [{"kind": block.kind, "text": _breakable(block.text)} for block in blocks]})


def certificate(found: Contract, evidence: ContractEvidence) -> bytes:
    """Who signed what, when and from where."""
    words = _words(found.language)
    facts = [
        (words["contract"], found.title), (words["id"], found.id), (words["version"], str(evidence.version)),
        (words["sha256"], evidence.sha256), (words["name"], evidence.name), (words["email"], evidence.email),
        (words["at"], f"{moment(evidence.at, found.language, found.zone)} ({evidence.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ})"),
        (words["code"], words["sms" if evidence.code_sent_by == "sms" else "mail"]), (words["ip"], evidence.ip_hash or ""),
        (words["agent"], evidence.user_agent)]
    return _pdf("certificate.typ", evidence.at, {
        "language": _locale(found.language).language, "words": words, "title": words["certificate"], "foot": found.id,
        "facts": [[label, _breakable(value)] for label, value in facts]})


def printable(text: str | None) -> str:
    """One line of text without control characters, surrogates and overrides of direction; None is the empty text."""
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") or ord(sign) & 0xFFFE == 0xFFFE else sign for sign in text or "")
    return " ".join(_DIRECTION_CONTROLS.sub("", kept).split())


def day(at: datetime, language: str, zone: str) -> str:
    """The local day in full words."""
    return str(format_date(at.astimezone(ZoneInfo(zone)).date(), "long", locale=_locale(language)))


def moment(at: datetime, language: str, zone: str) -> str:
    return str(format_datetime(at.astimezone(ZoneInfo(zone)), "long", locale=_locale(language)))


def money(unit_amount: str, currency: str, language: str) -> str:
    """A decimal text in minor units, with all its digits."""
    major = Decimal(unit_amount).scaleb(-exponent(currency))
    return str(format_currency(major, currency, locale=_locale(language), decimal_quantization=False))


def interval(name: str, language: str) -> str:
    return _INTERVALS.get(language, {}).get(name, name)


def address(parts: Mapping[str, Any]) -> str:
    """A postal address on one line."""
    place = " ".join(filter(None, (parts.get("postal_code"), parts.get("city"))))
    return ", ".join(filter(None, (parts.get("line1"), parts.get("line2"), place, parts.get("region"), parts.get("country"))))


def _breakable(text: str) -> str:
    """Words of 25 signs and more may be broken after every eighth, so that none leaves its column."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(_PIECE.findall(word.group())), printable(text).replace("\u200b", ""))


def _pdf(template: str, at: datetime, view: dict[str, Any]) -> bytes:
    made = typst.Compiler(_TEMPLATES / template, root=_TEMPLATES, font_paths=_fonts()).compile(
        format="pdf", sys_inputs={"view": json.dumps(view)}, timestamp=at.replace(microsecond=0))
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """Those of the machine would make the bytes depend on it."""
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language, _WORDS["en"])


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")
