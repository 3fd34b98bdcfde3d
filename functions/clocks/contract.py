"""What other features may use of test clocks."""

from functions.clocks.models import Clock


def clock(id: str) -> Clock:
    """`NotFound` for one that does not exist."""
    return Clock.fetch(id)
