"""When failed charges are tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.invoices import rules

instants = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


class TestDunning:
    @given(instants, zones, st.lists(st.integers(0, 60), max_size=6).map(lambda days: tuple(sorted(days))))
    def test_attempts_follow_the_policy_and_then_stop(self, failed: datetime, zone: str, policy: tuple[int, ...]) -> None:
        attempts = [rules.next_attempt(policy, made, failed, zone) for made in range(len(policy) + 2)]
        assert attempts[len(policy) :] == [None, None]
        planned = [when for when in attempts if when is not None]
        assert len(planned) == len(policy) and planned == sorted(planned)
        assert all(when >= failed for when in planned)

    def test_attempts_keep_the_local_hour_when_clocks_change(self) -> None:
        assert rules.next_attempt((2,), 0, at("2026-03-28T08:00:00Z"), "Europe/Berlin") == at("2026-03-30T07:00:00Z")

    def test_a_negative_count_is_refused(self) -> None:
        with pytest.raises(ValueError, match="counted"):
            rules.next_attempt((2,), -1, at("2026-03-28T08:00:00Z"), "UTC")


class TestK:
    """Dunning."""

    def test_k1_four_attempts_after_the_first_failure(self) -> None:
        failed = datetime(2025, 6, 1, 9, tzinfo=UTC)
        attempts = [rules.next_attempt(rules.DEFAULT_POLICY, made, failed, "UTC") for made in range(5)]
        assert attempts == [*(failed + timedelta(days=days) for days in (2, 7, 14, 21)), None]

    def test_k1_a_hard_decline_is_not_tried_again(self) -> None:
        assert rules.next_attempt(rules.DEFAULT_POLICY, 0, at("2025-06-01T00:00:00Z"), "UTC", hard_decline=True) is None
