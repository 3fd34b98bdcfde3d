"""What both documents show of a snapshot's amounts and instants: exact major units, and local days."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from kernel.money import exponent


def major(amount: int | str, currency: str) -> Decimal:
    """Minor units (an integer or a decimal string) in major units, never rounded. ValueError if the code is unknown."""
    sign, digits, power = Decimal(amount).as_tuple()
    return Decimal((sign, digits, int(power) - exponent(currency)))


def local_days(start: str, end: str, zone: ZoneInfo) -> tuple[date, date]:
    """First and last local day of the half-open span between two RFC 3339 instants."""
    opens, closes = (datetime.fromisoformat(text).astimezone(zone) for text in (start, end))
    return opens.date(), max(opens, closes - timedelta(microseconds=1)).date()
