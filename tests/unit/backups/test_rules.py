"""Which backups are kept, and what the same content is."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.backups import tables
from functions.backups.rules import Kept, canonical, differing, expired, reverted, sum_of

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
SCHEDULES = st.lists(st.tuples(MOMENTS, st.booleans()), max_size=60)


def backups(schedule):
    return [Kept(f"bak_{n}", at, verified) for n, (at, verified) in enumerate(schedule)]


@settings(max_examples=400)
@given(SCHEDULES, st.integers(0, 9), st.integers(0, 6), st.integers(0, 14))
def test_neither_the_newest_nor_the_newest_verified_ever_expires(schedule, daily, weekly, monthly):
    there = backups(schedule)
    kept = [each for each in there if each.id not in expired(there, daily=daily, weekly=weekly, monthly=monthly)]
    if there:
        assert max(each.at for each in kept) == max(each.at for each in there)
    if verified := [each.at for each in there if each.verified]:
        assert max(each.at for each in kept if each.verified) == max(verified)
    fresh = [each.id for each in there if max(one.at for one in there) - each.at < timedelta(days=1)]
    assert {*fresh} <= {each.id for each in kept}
    assert len(kept) <= daily + weekly + monthly + len(fresh) + 1


@given(SCHEDULES)
def test_what_expires_is_decided_once(schedule):
    there = backups(schedule)
    gone = expired(there)
    assert expired([each for each in there if each.id not in gone]) == set()
    assert expired(reversed(there)) == gone


@settings(max_examples=5)
@given(st.lists(st.booleans(), min_size=500, max_size=500))
def test_many_nights_leave_seven_days_four_weeks_and_twelve_months(proved):
    """One by one, as they are made, across years, leap days and changes of the clock in any zone."""
    there = []
    for night, verified in enumerate(proved):
        there.append(Kept(f"bak_{night:04d}", datetime(2026, 1, 1, 2, 30, tzinfo=UTC) + timedelta(days=night), verified))
        gone = expired(there)
        there = [each for each in there if each.id not in gone]
    days = [each.at.date() for each in there]
    newest = days[-1]
    assert {newest - timedelta(days=n) for n in range(7)} <= set(days)
    assert len({each.isocalendar()[:2] for each in days}) >= 4
    assert len({(each.year, each.month) for each in days}) >= 12
    assert len(there) <= 7 + 4 + 12 + 1


@given(st.lists(st.text(max_size=20), max_size=20), st.randoms())
def test_a_hash_is_the_same_in_any_order_and_another_for_anything_else(lines, chance):
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert sum_of(shuffled) == sum_of(lines) == sum_of(shuffled[3:], sum_of(shuffled[:3]))
    assert sum_of([*lines, "x"]) != sum_of(lines)
    assert sum_of([*lines, "x", "x"]) != sum_of(lines), "twice the same is not nothing"


def test_a_set_is_the_same_in_whatever_order_it_is_given():
    assert canonical({"pk": {"S": "a"}, "ids": {"SS": ["b", "a"]}}) == canonical({"ids": {"SS": ["a", "b"]}, "pk": {"S": "a"}})
    assert json.loads(canonical({"n": {"N": "1"}, "t": {"S": "ü\n\u2028"}})) == {"n": {"N": "1"}, "t": {"S": "ü\n\u2028"}}
    assert "\n" not in canonical({"t": {"S": "a\nb"}})


def test_every_table_is_backed_up_or_has_a_reason_not_to_be():
    lines = (Path(__file__).parents[3] / "template.yaml").read_text().splitlines()
    named = {line.split("_TABLE:")[0].strip().lower() for line in lines if line.strip().startswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
             and "_TABLE: !Ref" in line}
    assert named == {*tables.TABLES, *tables.NOT_BACKED_UP}
    assert tables.TABLES[-1] == "audit"


# ---------- one record ----------

LIVE = {"pk": {"S": "ten_1"}, "name": {"S": "New"}, "version": {"N": "5"}, "head": {"S": "h5"}, "gsi1pk": {"S": "all"},
        "next_action_at": {"S": "2026-03-01"}, "gsi8pk": {"S": "due#01"}, "gsi8sk": {"S": "2026-03-01#ten_1"}}
KEPT = {**LIVE, "name": {"S": "Old"}, "version": {"N": "2"}, "next_action_at": {"S": "2026-01-01"}, "gsi8sk": {"S": "2026-01-01#ten_1"}}


def test_what_a_record_waits_for_comes_back_with_the_state_that_waits_for_it():
    assert differing(LIVE, KEPT) == ["name"]
    new = reverted(LIVE, KEPT, stuck="why")
    assert (new["name"], new["next_action_at"]) == ({"S": "Old"}, {"S": "2026-01-01"})
    assert not {"version", "stuck", "gsi8pk", "gsi8sk"} & {*new}, "its place among what is due follows from what it is by then"
    idle = {name: value for name, value in KEPT.items() if name != "next_action_at"}
    assert "next_action_at" not in reverted(LIVE, idle, stuck="why")


def test_the_test_clock_that_holds_a_record_is_the_one_that_holds_it_now():
    bound = {"clock_id": {"S": "clk_1"}}
    assert "clock_id" not in reverted(LIVE, KEPT | bound, stuck="why"), "it was deleted meanwhile"
    assert reverted(LIVE | bound, KEPT, stuck="why")["clock_id"] == {"S": "clk_1"}


def test_time_does_not_go_on_by_itself_with_what_was_gone():
    new = reverted(None, KEPT, stuck="why")
    assert (new["stuck"], new["next_action_at"]) == ({"S": "why"}, KEPT["next_action_at"])
