"""What is left of a period, as the worked examples and the laws of the calendar say it: one exact fraction."""

from datetime import datetime
from fractions import Fraction

from kernel import calendar


def share_left(start: datetime, end: datetime, at: datetime, zone: str) -> Fraction:
    remaining, whole = calendar.remaining_days(start, end, at, zone)
    return remaining / whole
