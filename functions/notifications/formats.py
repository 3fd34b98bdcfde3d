"""Amounts and dates as a language writes them (CLDR, by Babel), without losing a digit; and who sends, in a few words."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, parse_pattern

from functions.settings.contract import Issuer
from kernel.money import Money, exponent

_VAT_ID = {"en": "VAT ID", "de": "USt-IdNr."}


def money(value: Money, language: str) -> str:
    """With the currency's sign and as many decimals as ISO 4217 gives it; CLDR's own number of decimals would round some."""
    locale, digits = Locale(language), exponent(value.currency)
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (digits, digits)
    return str(pattern.apply(Decimal(value.amount).scaleb(-digits), locale, currency=value.currency, currency_digits=False))


def count(value: int, language: str) -> str:
    """A whole number with its thousands parted."""
    return str(format_decimal(value, locale=Locale(language)))


def day(value: date | datetime, language: str, zone: str = "UTC") -> str:
    """A date in full words, day and month not parted by a line's end; of a moment, the local date in `zone`."""
    local = value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value
    return str(format_date(local, "long", locale=Locale(language))).replace(" ", "\N{NO-BREAK SPACE}", 1)


def moment(value: datetime, language: str, zone: str = "UTC") -> str:
    """A date with its time, as the zone has it, which it names."""
    return str(format_datetime(value, "long", tzinfo=ZoneInfo(zone), locale=Locale(language)))


def postal(address: dict[str, Any]) -> list[str]:
    """The parts of an address that are known: street, postal code with city, region, ISO 3166 country."""
    town = f"{address.get('postal_code', '')} {address.get('city', '')}".strip()
    parts = (address.get("line1"), address.get("line2"), town, address.get("region"), address.get("country"))
    return [part for part in parts if part]


def imprint(issuer: Issuer, language: str) -> list[str]:
    """What the law wants a business letter to say, where the issuer has told."""
    vat_id = f"{_VAT_ID[language]} {issuer.vat_id}" if issuer.vat_id else ""
    return [part for part in (issuer.register_note, vat_id) if part]
