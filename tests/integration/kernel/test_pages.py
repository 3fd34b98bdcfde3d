"""Pages of 1,000 things that were all created in the same instant: whatever the order and the size, each is shown once."""

from datetime import timedelta

import pytest

from kernel import dynamodb
from tests.integration.kernel.tables import in_memory
from tests.integration.kernel.things import AT, FILTERS, Odd, Thing, ask, first_page, put, walk

SORTS = sorted({*FILTERS, "updated_at"} - {"extra", "settings"})
SIZES = (1, 2, 7, 50, 99, 100)


def made(count, kind=Thing, prefix="thg"):
    return [
        kind(
            f"{prefix}_{n:04d}",
            rank=n % 7,
            name=f"Thing {n % 5}" if n % 6 else "",
            status=("open", "paid", "void")[n % 3],
            group_id=f"grp_{n % 4}" if n % 5 else None,
            color=("red", "blue", None)[n % 3],
            flag=n % 2 == 0,
            due_at=AT + timedelta(days=n % 80) if n % 4 else None,
            deleted_at=AT if n % 10 == 9 else None,
        )
        for n in range(count)
    ]


@pytest.fixture
def tied(aws):
    with in_memory():
        yield [one.id for one in put(made(1000)) if one.deleted_at is None]


def on_a_path(sort):
    return sort in {path.sort for path in Thing.paths if not path.by}


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("sort", SORTS)
def test_every_page_size_shows_each_thing_once(tied, sort, sign):
    whole = walk(sort=sign + sort, limit=100)
    assert sorted(whole) == tied
    for size in SIZES if on_a_path(sort) else (50, 99):
        assert walk(sort=sign + sort, limit=size) == whole
    for size in SIZES:
        assert walk(sort=sign + sort, limit=size, group_id="grp_1", status="open") == [
            id for id in whole if int(id[4:]) % 12 == 9 and int(id[4:]) % 5
        ]


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "-name"])
def test_all_sizes_from_1_to_100_show_the_same(tied, sort):
    whole = walk(sort=sort, limit=100)
    for size in range(1, 101):
        assert walk(sort=sort, limit=size, rank="0,1", status="open,void") == [
            id for id in whole if int(id[4:]) % 7 < 2 and int(id[4:]) % 3 != 1
        ]


@pytest.mark.parametrize("limit", [1, 7, 50])
@pytest.mark.parametrize("sort", ["due_at", "-due_at"])
@pytest.mark.parametrize("color", ["red", "red,blue"])
def test_what_is_null_is_in_monthly_buckets_too(aws, sort, limit, color):
    with in_memory(short=3):
        things = [one for one in put(made(120, Odd)) if one.color in color.split(",") and one.deleted_at is None]
        things.sort(key=lambda one: (one.due_at is not None, one.due_at, one.id) if one.due_at else (False, one.id), reverse=sort[0] == "-")
        assert walk(kind=Odd, sort=sort, limit=limit, color=color) == [one.id for one in things]
        assert first_page(kind=Odd, sort=sort, color=color).plan == "gsi6 color"
        with_date = [one.id for one in things if one.due_at]
        assert walk(kind=Odd, sort=sort, limit=limit, color=color, due_at__isnull="false") == with_date
        assert walk(kind=Odd, sort=sort, limit=limit, color=color, due_at__lte="2100-01-01T00:00:00Z") == with_date


@pytest.mark.parametrize("sort", ["created_at", "-name", "group_id", "-due_at", "id"])
def test_what_comes_and_goes_during_a_walk_neither_hides_nor_doubles_what_stays(aws, sort):
    with in_memory():
        stay, go = put(made(60, prefix="thg_b")), put(made(60, prefix="thg_a"))
        shown, cursor, turn = [], None, 0
        while turn == 0 or cursor:
            ids, cursor = ask(sort=sort, limit=7, **({"cursor": cursor} if cursor else {}))
            shown += ids
            put([thing for n, thing in enumerate(made(200, prefix=f"thg_{'ac'[turn % 2]}{turn}")) if n % 20 == turn])
            # The thing on which the cursor stands goes too, where it is not one of those that stay.
            gone = {one.id for one in go if one.id == ids[-1]} | {one.id for one in go[turn * 3 : turn * 3 + 3]}
            if deletes := [{"DeleteRequest": {"Key": dynamodb.key(id)}} for id in gone]:
                dynamodb.client().batch_write_item(RequestItems={Thing.table(): deletes})
            turn += 1
        assert len(shown) == len(set(shown))
        assert {one.id for one in stay if one.deleted_at is None} <= set(shown)


@pytest.mark.usefixtures("aws")
def test_in_dynamodb_itself_too():
    """The tests above have its answers from memory: these come from moto."""
    ids = sorted(one.id for one in put(made(150)) if one.deleted_at is None)
    for sort, limit in (("created_at", 50), ("-name", 40), ("due_at", 100), ("-group_id", 100)):
        assert sorted(walk(sort=sort, limit=limit)) == ids
    assert sorted(walk(limit=30, status="open,void", sort="-created_at")) == [id for id in ids if int(id[4:]) % 3 != 1]


@pytest.mark.usefixtures("aws")
def test_a_limit_above_100_gives_100():
    put(made(130))
    assert len(ask(limit=5000)[0]) == 100
