"""The time that a schedule fired for, as EventBridge Scheduler puts it into a target's input."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.services import eventbridge

from local.workarounds import _with_context_attributes, fired_for

CREATED = datetime(2026, 1, 31, 12, 0, 7, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 2, 1), datetime(2031, 1, 1), timezones=st.just(UTC))
CRONS = [f"cron({fields})" for fields in ("* * * * ? *", "0/5 * * * ? *", "15 2 * * ? *", "0 6 ? * MON *", "30 23 L * ? *", "0 0 1 1 ? *")]


@pytest.mark.parametrize(
    ("expression", "now", "due"),
    [
        ("at(2026-03-01T08:00:00)", datetime(2026, 3, 1, 8, 0, 9, tzinfo=UTC), datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("rate(5 minutes)", datetime(2026, 1, 31, 12, 10, 12, tzinfo=UTC), datetime(2026, 1, 31, 12, 10, 7, tzinfo=UTC)),
        ("cron(0/5 * * * ? *)", datetime(2026, 1, 31, 12, 5, 9, tzinfo=UTC), datetime(2026, 1, 31, 12, 5, tzinfo=UTC)),
        ("cron(15 2 * * ? *)", datetime(2026, 2, 2, 7, 13, 0, tzinfo=UTC), datetime(2026, 2, 2, 2, 15, tzinfo=UTC)),
        ("cron(0 0 1 1 ? *)", datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_it_is_the_moment_that_was_due_and_not_when_the_emulator_looked(expression: str, now: datetime, due: datetime) -> None:
    assert fired_for(expression, CREATED, now) == due


@given(moments, st.sampled_from(CRONS))
def test_no_cron_moment_lies_between_it_and_now(now: datetime, expression: str) -> None:
    due = fired_for(expression, CREATED, now)
    following = eventbridge._cron_next_fire(eventbridge._parse_cron_fields(expression), due)
    assert due <= now < following


@given(moments, st.integers(1, 90), st.floats(0, 10))
def test_two_firings_of_a_rate_never_share_a_moment(now: datetime, minutes: int, late: float) -> None:
    expression = f"rate({minutes} minute{'s' if minutes > 1 else ''})"
    again = now + timedelta(minutes=minutes, seconds=late)  # the emulator counts from when it fired
    assert fired_for(expression, CREATED, now) < fired_for(expression, CREATED, again)


def test_the_input_is_filled_in_and_the_schedule_itself_stays_as_it_was() -> None:
    delivered = []
    invoke = _with_context_attributes(lambda target, *_: delivered.append(target["Input"]))
    target = {"Input": '{"time": "<aws.scheduler.scheduled-time>", "run": "<aws.scheduler.execution-id>"}'}
    rule = {"ScheduleExpression": "rate(1 minute)", "CreationDate": CREATED.timestamp(), "Arn": "arn"}
    event = {"Source": "aws.scheduler", "Time": (CREATED + timedelta(seconds=61)).timestamp(), "EventId": "e1"}
    invoke(target, event, rule)
    assert delivered == ['{"time": "2026-01-31T12:01:07Z", "run": "e1"}']
    assert "<aws.scheduler.scheduled-time>" in target["Input"]
