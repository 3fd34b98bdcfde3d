"""A cursor fits one list of one caller for a day, says nothing, and holds still the instant that relative dates count from."""

import base64
from datetime import timedelta

import pytest

from kernel.clock import frozen, stamp, wall
from kernel.problems import BadRequest
from tests.integration.kernel.things import AT, ask, recorded, stored

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def cursor():
    stored(5)
    return ask(limit=2)[1]

def test_it_says_nothing_of_our_keys(cursor):
    assert b"thg" not in base64.urlsafe_b64decode(cursor + "==")

@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c[:-5] + ("AAAAA" if not c.endswith("AAAAA") else "BBBBB"),
        lambda c: c[:8],
        lambda c: "",
        lambda c: "é",
        lambda c: "=" * 9,
        lambda c: "A" * 1500,
        lambda c: c[1:] + c[0],
    ],
)
def test_one_that_was_altered_is_refused(cursor, spoil):
    bad = spoil(cursor)
    if not bad:
        return  # an empty one is none
    with pytest.raises(BadRequest) as caught:
        ask(limit=2, cursor=bad)
    assert (caught.value.code, caught.value.field) == ("invalid_cursor", "cursor")

@pytest.mark.parametrize("other", [{"sort": "name"}, {"status": "open"}, {"include_deleted": "true"}, {"principal": "stf_2"}])
def test_it_fits_no_other_list_and_no_other_caller(cursor, other):
    with pytest.raises(BadRequest) as caught:
        ask(limit=2, cursor=cursor, **other)
    assert caught.value.code == "invalid_cursor"

def test_the_page_size_may_change_on_the_way(cursor):
    assert len(ask(limit=3, cursor=cursor)[0]) == 3

def test_it_expires(cursor):
    with frozen(wall() + timedelta(hours=25)), pytest.raises(BadRequest) as caught:
        ask(limit=2, cursor=cursor)
    assert caught.value.code == "invalid_cursor"


@pytest.mark.parametrize("more", [{}, {"only": {"group_id": ("grp_2",)}}, {"only": {"group_id": ("grp_1", "grp_2")}}, {"only": {"name": ("grp_1",)}}])
def test_it_fits_no_other_scope(more):
    stored(4, group_id="grp_1", name="grp_1")
    scope = {"group_id": ("grp_1",)}
    cursor = ask(limit=2, only=scope)[1]
    assert len(ask(limit=2, cursor=cursor, only=scope)[0]) == 2
    with pytest.raises(BadRequest) as caught:
        ask(limit=2, cursor=cursor, **more)
    assert caught.value.code == "invalid_cursor"


def test_one_that_is_bad_is_refused_before_anything_is_read(cursor):
    with recorded() as calls, pytest.raises(BadRequest):
        ask(limit=2, cursor=cursor + "A")
    assert calls == []


def test_the_next_page_counts_from_the_same_instant():
    """Ten things, made an hour apart; the walk begins when the last is made, shows one a page and takes three hours for each."""
    things = stored(10, every=timedelta(hours=1))
    now, shown, cursor = AT + timedelta(hours=9), [], None
    for turn in range(7):
        with frozen(now + turn * timedelta(hours=3)):
            ids, cursor = ask(sort="created_at", created_at__gte="-5h", limit=1, **({"cursor": cursor} if cursor else {}))
        shown += ids
        if cursor is None:
            break
    assert shown == [one.id for one in things[4:]]


def test_dates_are_relative_to_now_both_ways_and_in_four_units():
    things = stored(4, due_at=lambda n: AT + timedelta(days=(-8, -1, 1, 8)[n]))
    with frozen(AT):
        assert sorted(ask(due_at__gte="-1w")[0]) == sorted(one.id for one in things[1:])
        assert sorted(ask(due_at__lte="+7d")[0]) == sorted(ask(due_at__lt=" 7d")[0]) == sorted(one.id for one in things[:3])
        assert sorted(ask(due_at__gt="0d")[0]) == sorted(one.id for one in things[2:])
        assert ask(due_at="24h")[0] == ask(due_at__in="-2d,1440m")[0] == [things[2].id]
        assert ask(due_at__lt=stamp(AT), due_at__gt="-48h")[0] == [things[1].id]
