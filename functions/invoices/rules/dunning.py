"""When a failed charge is tried again."""

from datetime import datetime

from kernel.calendar import add_days

DEFAULT_POLICY = (2, 7, 14, 21)
"""Days after the first failure."""


def next_attempt(
    policy: tuple[int, ...], attempts_made: int, first_failed_at: datetime, zone: str, *, hard_decline: bool = False
) -> datetime | None:
    """The next automatic attempt in UTC, or None once the policy is exhausted or the decline is hard (lost card, closed account).

    `attempts_made` counts the attempts after the first failure. All are counted in local days from that failure, so a late run
    does not push the later ones back. A new payment method is tried at once, by its own command.
    """
    if attempts_made < 0:
        raise ValueError("attempts are counted from 0")
    if hard_decline or attempts_made >= len(policy):
        return None
    return add_days(first_failed_at, policy[attempts_made], zone)


def upcoming_attempt(
    policy: tuple[int, ...], first_failed_at: datetime, at: datetime, zone: str, *, hard_decline: bool = False
) -> datetime | None:
    """The policy's first attempt behind an instant, whatever else was tried before it (`next_attempt` says what None means)."""
    attempts = (next_attempt(policy, n, first_failed_at, zone, hard_decline=hard_decline) for n in range(len(policy)))
    return next((attempt for attempt in attempts if attempt is None or attempt > at), None)


def given_up_at(policy: tuple[int, ...], first_failed_at: datetime, zone: str) -> datetime:
    """The policy's last day: until then a new payment method is waited for, even where the old one is not tried again."""
    return next_attempt(policy, len(policy) - 1, first_failed_at, zone) or first_failed_at if policy else first_failed_at
