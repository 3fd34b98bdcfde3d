"""Lists: complete whatever the page size, cheap whatever the table, and a 400 for what is not declared."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kernel import dynamodb, query
from kernel.clock import frozen, stamp, wall
from kernel.problems import BadRequest
from tests.integration.kernel.things import AT, Thing, ask, asked, first_page, recorded, save, stored, walk

pytestmark = pytest.mark.usefixtures("aws")


def test_a_walk_never_scans_and_reads_one_item_more_than_it_shows():
    stored(120, status=lambda n: ("open", "paid")[n % 2])
    for params in ({"limit": 20}, {"limit": 50, "status": "open"}, {"limit": 1}):
        with recorded() as calls:
            found, _ = ask(**params)
        assert {name for name, _ in calls} == {"Query"}
        assert len(found) == params["limit"]
        assert sum(answer["ScannedCount"] for _, answer in calls) <= params["limit"] + 1


def test_ten_values_cost_at_most_two_and_a_half_times_what_they_show():
    stored(110, group_id=lambda n: f"grp_{n % 10}", status=lambda n: "open")
    for limit in (10, 20, 50, 100):  # a page of 50 costs at most 125
        with recorded() as calls:
            found, _ = ask(limit=limit, group_id=",".join(f"grp_{n}" for n in range(10)), status="open")
        assert len(found) == limit
        assert sum(answer["ScannedCount"] for _, answer in calls) <= 2.5 * limit


def test_a_filter_without_a_path_examines_so_many_items_and_hands_on_a_cursor(monkeypatch):
    monkeypatch.setattr(query, "EXAMINE", 50)  # moto is slow with the 1,000 that it is
    rare = stored(120, every=timedelta(seconds=1), flag=lambda n: n in (3, 110))
    with recorded() as calls:
        found, cursor = ask(flag="true", limit=2, sort="created_at")
    assert sum(answer["ScannedCount"] for _, answer in calls) <= 50 + 3
    assert found == [rare[3].id]
    assert cursor is not None
    assert walk(flag="true", limit=2, sort="created_at") == [rare[3].id, rare[110].id]


def test_months_and_many_values_are_within_that_bound_too(monkeypatch):
    monkeypatch.setattr(query, "EXAMINE", 20)
    things = stored(60, every=timedelta(days=2), color=lambda n: ("red", "blue")[n % 2], flag=lambda n: n == 59)
    for color in ("red", "red,blue"):
        assert first_page(sort="created_at", limit=7, flag="true", color=color).examined <= 21 + 2 * color.count(",")  # a merge holds one more a partition
        assert walk(sort="created_at", limit=15, flag="true", color=color) == ([things[59].id] if "blue" in color else [])


def test_the_bound_of_what_is_examined_is_1000():
    assert query.EXAMINE == 1000


NAMES = st.text(alphabet="ab AB#%&$é~!\x01\U0010ffff\U0001f600", min_size=1, max_size=4)
ROWS = st.lists(st.tuples(NAMES, st.integers(-3, 3), st.sampled_from(["open", "paid", "void"])), max_size=12)
RANGE = st.sampled_from(["gte", "gt", "lte", "lt"])


def folded(text):
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c) and c != "\U0010ffff")


COMPARE = {"gte": lambda a, b: a >= b, "gt": lambda a, b: a > b, "lte": lambda a, b: a <= b, "lt": lambda a, b: a < b}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    rows=ROWS,
    bound=NAMES,
    rank=st.integers(-4, 4),
    on_name=RANGE,
    on_rank=RANGE,
    statuses=st.sets(st.sampled_from(["open", "paid"])),
    sort=st.sampled_from(["name", "-name", "rank", "-rank", "created_at"]),
    limit=st.integers(1, 5),
)
@example(
    rows=[("acme", 0, "open"), ("acme corp", 0, "open"), ("acme#1", 0, "open")],
    bound="acme",
    rank=0,
    on_name="gt",
    on_rank="gte",
    statuses=set(),
    sort="name",
    limit=1,
)
def test_filters_ranges_and_order_are_what_plain_python_says(rows, bound, rank, on_name, on_rank, statuses, sort, limit):
    for item in dynamodb.client().scan(TableName=Thing.table())["Items"]:
        dynamodb.client().delete_item(TableName=Thing.table(), Key={"pk": item["pk"], "sk": item["sk"]})
    things = [stored(1, name=name, rank=number, status=status)[0] for name, number, status in rows]
    params = {f"name__{on_name}": bound, f"rank__{on_rank}": rank, "sort": sort, "limit": limit}
    if statuses and sort == "created_at":
        params["status"] = ",".join(sorted(statuses))
    expected = [
        one
        for one in things
        if COMPARE[on_name](folded(one.name), folded(bound))
        and COMPARE[on_rank](one.rank, rank)
        and ("status" not in params or one.status in statuses)
    ]
    keys = {
        "name": lambda one: (folded(one.name), one.id),
        "rank": lambda one: (one.rank, one.id),
        "created_at": lambda one: (one.created_at, one.id),
    }
    expected.sort(key=keys[sort.lstrip("-")], reverse=sort.startswith("-"))
    assert walk(**params) == [one.id for one in expected]


def test_a_range_whose_ends_have_changed_places_holds_nothing_and_is_not_asked_for():
    stored(2)
    with recorded() as calls:  # DynamoDB would refuse it
        assert ask(created_at__gte="2026-02-01T00:00:00Z", created_at__lte="2026-01-01T00:00:00Z") == ([], None)
        assert ask(sort="rank", rank__gt=5, rank__lt=5) == ([], None)
        assert ask(sort="name", name__lt="\U0010ffff") == ([], None)  # folds to nothing, and nothing sorts before that
    assert calls == []


@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
@pytest.mark.parametrize("limit", [1, 4, 50])
def test_a_path_in_monthly_buckets_reads_as_one(sort, limit):
    things = stored(26, every=timedelta(days=20), color=lambda n: ("red", "blue")[n % 2])  # 17 months: more than one walk takes
    expected = [one.id for one in sorted(things, key=lambda one: one.created_at, reverse=sort == "-created_at")]
    assert walk(sort=sort, limit=limit, color="red,blue") == expected
    assert walk(sort=sort, limit=limit, color="red") == [id for id in expected if Thing.fetch(id).color == "red"]
    low, high = stamp(AT + timedelta(days=100)), stamp(AT + timedelta(days=200))
    inside = [one.id for one in things if low <= stamp(one.created_at) < high]
    assert sorted(walk(sort=sort, limit=limit, color="red,blue", created_at__gte=low, created_at__lt=high)) == sorted(inside)


def test_a_walk_through_months_asks_at_most_ten_of_them():
    stored(30, every=timedelta(days=31), color="red")
    with recorded() as calls:
        found, cursor = ask(color="red", limit=50)
    assert len([name for name, _ in calls if name == "Query"]) == 10
    assert len(found) < 30
    assert cursor is not None
    with recorded() as calls:
        ask(color="red", limit=3)
    assert sum(answer.get("ScannedCount", 0) for _, answer in calls) <= 4


def test_deleted_things_are_in_no_list_unless_asked_for():
    things = stored(6, color="red")
    for one in things[:2]:
        one.deleted_at = wall()
        save(one)
    kept, gone = [one.id for one in things[2:]], [one.id for one in things[:2]]
    for more in ({}, {"color": "red"}, {"status": "open"}, {"sort": "name"}):
        assert sorted(walk(limit=2, **more)) == sorted(kept)
        assert sorted(walk(limit=2, include_deleted="true", **more)) == sorted(kept + gone)


def test_a_sparse_path_serves_only_those_it_holds():
    things = stored(4, status=lambda n: ("open", "paid")[n % 2], due_at=lambda n: AT + timedelta(days=n))
    assert ask(status="open", sort="due_at")[0] == [things[0].id, things[2].id]
    assert ask(status="paid", sort="due_at")[0] == [things[1].id, things[3].id]
    assert first_page(status="open", sort="due_at").plan == "gsi7 status"
    assert first_page(status="paid", sort="due_at").plan == "gsi2 status then by due_at"


def test_a_comma_separates_ids_and_states_and_is_a_comma_in_text():
    [one, other] = stored(1, name="Acme, Inc.") + stored(1, name="Acme")
    assert ask(name="Acme, Inc.")[0] == [one.id]
    assert len(ask(id=",".join(walk()))[0]) == 2
    assert ask(name__in="Acme, Inc.,Beta")[0] == [other.id]


def test_more_than_ten_combinations_are_filtered_not_fanned_out():
    stored(12, group_id=lambda n: f"grp_{n}", status="open")
    with recorded() as calls:
        found, _ = ask(group_id=",".join(f"grp_{n}" for n in range(6)), status="open,paid")
    assert len(found) == 6
    assert len(calls) <= 10


def test_what_is_asked_for_may_hold_any_sign():
    names = ["a#b", "a&b=c", "a%23b", "~a", "ÄÖ", "", "x\ny", "@2026-01"]
    things = [stored(1, name=name, group_id=name, status="open")[0] for name in names]
    for one in things:
        assert ask(name=one.name)[0] == [one.id]
        assert ask(group_id=one.group_id, status="open")[0] == [one.id]


def test_an_instant_of_the_year_1_has_its_place():
    with frozen(datetime(1, 1, 1, tzinfo=UTC)):
        [one] = stored(1, start=datetime(1, 1, 1, tzinfo=UTC))
    stored(1)
    assert ask(sort="created_at")[0][0] == one.id


def test_ids_are_fetched_by_their_keys():
    things = stored(6, status=lambda n: ("open", "paid")[n % 2], rank=lambda n: -n)
    asked_for = ",".join([*(one.id for one in things[:3]), "thg_none", "ten_1", ""])
    with recorded() as calls:
        page = first_page(id=asked_for, sort="rank")
    assert [item["pk"]["S"] for item in page.items] == [things[2].id, things[1].id, things[0].id]
    assert [name for name, _ in calls] == ["GetItem"] * 4
    assert (page.plan, page.examined) == ("ids then by rank", 3)
    assert walk(id=asked_for, sort="-rank", limit=1) == [one.id for one in things[:3]]
    assert ask(id=asked_for, status="paid")[0] == [things[1].id]
    assert ask(id=asked_for, id__ne=things[0].id, status="open")[0] == [things[2].id]


def test_values_within_json_are_compared_as_what_they_are():
    things = stored(1, extra={"tier": "gold", "seats": 7, "vip": True, "a": {"b": {"c": "deep"}}}) + stored(1, extra={"tier": "Gold", "seats": "7"})
    both, first = sorted(one.id for one in things), [things[0].id]
    assert ask(**{"extra.tier": "gold"})[0] == first
    assert sorted(walk(**{"extra.tier__startswith": "g"})) == sorted(walk(**{"extra.seats": "7"})) == both
    assert ask(**{"extra.seats__gt": "6.5", "extra.vip": "true"})[0] == first
    assert ask(**{"extra.a.b.c": "deep", "extra.tier__in": "gold,silver"})[0] == first
    assert ask(**{"extra.vip__isnull": "true"})[0] == [things[1].id]
    assert ask(**{"extra.tier.x": "gold", "extra.a": "deep"})[0] == []


def test_conditions_that_contradict_each_other_hold_nothing_and_nothing_is_read():
    stored(2)
    with recorded() as calls:
        assert ask(status="open", status__in="paid,void") == ([], None)
        assert ask(only={"group_id": ()}) == ([], None)
    assert calls == []


def test_an_order_without_a_path_is_made_of_at_most_a_thousand(monkeypatch):
    monkeypatch.setattr(query, "EXAMINE", 20)
    stored(20, flag=lambda n: n % 2 == 0)
    assert first_page(sort="flag", limit=5).examined == 20
    stored(1, status="paid")
    with recorded() as calls, pytest.raises(BadRequest) as caught:
        ask(sort="flag")
    assert (caught.value.code, caught.value.field) == ("sort_needs_narrower_filter", "sort")
    assert sum(answer["ScannedCount"] for _, answer in calls) <= 21
    assert len(walk(sort="flag", status="open", limit=7)) == 20


@pytest.mark.parametrize("kind", ["open", "open,paid", "rare"])
def test_a_job_reads_on_where_a_page_would_end(monkeypatch, kind):
    monkeypatch.setattr(query, "EXAMINE", 5)
    things = stored(18, every=timedelta(seconds=1), status=lambda n: ("open", "paid")[n % 2], flag=lambda n: n in (3, 17))
    params = {"flag": "true"} if kind == "rare" else {"status": kind}
    what = asked(sort="created_at", **params)
    found = list(query.stream(Thing, what))
    expected = [one.id for one in things if (one.flag if kind == "rare" else one.status in kind)]
    assert [item["pk"]["S"] for _, item in found] == expected
    for n, (position, _) in enumerate(found):
        assert list(query.stream(Thing, what, after=position)) == found[n + 1 :]


def test_a_job_sorts_in_memory_what_no_path_has_in_order_up_to_a_bound(monkeypatch):
    things = stored(12, flag=lambda n: n % 2 == 0)
    found = [item["pk"]["S"] for _, item in query.stream(Thing, asked(sort="flag"))]
    assert found == [one.id for one in sorted(things, key=lambda one: (one.flag, one.id))]
    monkeypatch.setattr(query, "SORTED_STREAM", 10)
    with pytest.raises(BadRequest):
        list(query.stream(Thing, asked(sort="flag")))
