"""5,000 lists with filters of all kinds answer what plain Python answers, page by page, as a stream, and item by item."""

from random import Random

import pytest

from kernel import dynamodb, query
from kernel.clock import frozen
from tests.integration.kernel import oracle
from tests.integration.kernel.oracle import NOW, SORTS
from tests.integration.kernel.tables import in_memory
from tests.integration.kernel.things import Odd, Thing, asked, put, walk

pytestmark = pytest.mark.usefixtures("aws")
TABLES, LISTS = 40, 125


@pytest.mark.parametrize("seed", range(TABLES))
def test_a_list_answers_what_plain_python_answers(seed, monkeypatch):
    random = Random(seed)
    rows = oracle.rows(random, random.choice((1, 8, 15, 30)))
    few = seed % 5 == 0  # a page examines ten items, and what is asked is in a path's order
    if few:
        monkeypatch.setattr(query, "EXAMINE", 10)
    with in_memory(short=random.choice((2, 7, 1000))), frozen(NOW):
        kind = (Thing, Odd)[seed % 2]
        put([kind(row["id"], **{name: value for name, value in row.items() if name != "id"}) for row in rows])
        for n in range(LISTS):
            one = a_list(random, rows, few=few)
            agree(kind, rows, one, random, place=f"seed {seed}, list {n}: {one}")


def a_list(random, rows, *, few):
    filters = {}
    for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4, 6))):
        each = oracle.a_filter(random, random.choice(rows))
        filters[each.name] = each
    sort = random.choice((None, *(sign + name for name in (("created_at",) if few else SORTS) for sign in ("", "-"))))
    if few and sort is None:
        sort = "-created_at"
    return list(filters.values()), sort, random.random() < 0.3, random.choice((1, 2, 5, 50, 50, 100))


def agree(kind, rows, one, random, place):
    filters, sort, deleted, limit = one
    expected = oracle.listed(rows, filters, sort=sort, deleted=deleted)
    params = {each.name: each.text for each in filters} | {"limit": limit} | ({"sort": sort} if sort else {})
    params |= {"include_deleted": "true"} if deleted else {}
    if sum(len(name) + len(str(text)) for name, text in params.items()) > 1900:
        return
    in_order = (lambda ids: ids) if sort else sorted
    assert in_order(walk(kind=kind, **params)) == expected, place
    what = asked(kind=kind, **params)
    streamed = list(query.stream(kind, what))
    assert in_order([item["pk"]["S"] for _, item in streamed]) == expected, place
    if streamed:
        at = random.randrange(len(streamed))
        assert list(query.stream(kind, what, after=streamed[at][0])) == streamed[at + 1 :], place
    ids = [row["id"] for row in rows if query.matches(kind, dynamodb.get(kind.table(), row["id"]), what)]
    assert sorted(ids) == sorted(expected), place
