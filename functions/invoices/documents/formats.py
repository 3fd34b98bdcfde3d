"""Numbers, money, dates and countries as a locale writes them (CLDR, by Babel), exact to the last digit."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval
from babel.numbers import NumberPattern, get_currency_symbol, parse_pattern

from functions.invoices.documents.units import local_days, major
from kernel.money import exponent

# Right-to-left locales wrap figures in these; on a page that runs left to right they would move a minus behind its number.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c]")


@dataclass(frozen=True)
class Formats:
    """How one invoice writes values: its currency (ISO 4217) and the zone in which its days lie, figures as in `locale`, and
    dates, countries and signs of currencies in `words`, the language of its labels."""

    locale: Locale
    words: Locale
    currency: str
    zone: ZoneInfo

    def money(self, amount: int) -> str:
        """Minor units with the currency's sign and as many decimals as ISO 4217 gives it."""
        text = self._write(self.locale.currency_formats["standard"], major(amount, self.currency), exponent(self.currency))
        signed = text.replace("¤", get_currency_symbol(self.currency, self.words))
        return re.sub(r"(?<=[A-Z])(?=\d)", "\N{NO-BREAK SPACE}", signed)  # CLDR's currencySpacing, which Babel leaves out

    def plain(self, amount: int | str) -> str:
        """Minor units without the currency's sign; a decimal string keeps all its digits beyond the currency's own."""
        return self._write(self.locale.decimal_formats[None], major(amount, self.currency), exponent(self.currency))

    def decimal(self, value: str) -> str:
        """A decimal string with the digits that it needs."""
        return self._write(self.locale.decimal_formats[None], Decimal(value), 0)

    def percent(self, rate: str) -> str:
        """A rate in percent ("19", "5.5")."""
        return self._write(self.locale.percent_formats[None], Decimal(rate) / 100, 0)

    def _write(self, pattern: NumberPattern, value: Decimal, decimals: int) -> str:
        """At least so many decimals, and no digit of the value lost: CLDR's own number of decimals would round."""
        exact = parse_pattern(pattern.pattern)
        exact.frac_prec = (decimals, decimals)
        text = exact.apply(value, self.locale, decimal_quantization=False)
        return _DIRECTION_MARKS.sub("", text).replace("-", "\N{MINUS SIGN}")

    def day(self, day: str) -> str:
        """An ISO date in full words; of nothing, nothing."""
        return format_date(date.fromisoformat(day), "long", locale=self.words) if day else ""

    def period(self, start: str, end: str) -> str:
        """The local days from one instant up to, not including, another; both RFC 3339, both needed."""
        if not start or not end:
            return ""
        first, last = local_days(start, end, self.zone)
        text: str = format_interval(first, last, "yMMMd", locale=self.words)
        return text

    def country(self, code: str) -> str:
        """Name of an ISO 3166 country; an unknown code stays as it is."""
        name: str = self.words.territories.get(code.upper(), code)
        return name


def formats_for(language: str, words: str, currency: str, zone: str) -> Formats:
    """The formats of a BCP 47 or POSIX tag beside labels in the language `words`; a tag that CLDR does not know is English."""
    try:
        locale = Locale.parse(language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    own_words = locale if locale.language == words else Locale(words)
    return Formats(locale=locale, words=own_words, currency=currency, zone=ZoneInfo(zone))
