"""Invoice numbers, and the date that decides their series."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def issue_date(finalized_at: datetime, issuer_zone: str) -> date:
    """The calendar date of issue, in the issuer's zone (IANA name): its year, not UTC's, picks the series."""
    return finalized_at.astimezone(ZoneInfo(issuer_zone)).date()


def number(series_prefix: str, year: int, n: int) -> str:
    """The n-th number of a series, n from 1: "INV-2026-00001"; it grows beyond five digits when it must."""
    if n < 1:
        raise ValueError("numbers of a series count from 1")
    return f"{series_prefix}-{year}-{n:05d}"
