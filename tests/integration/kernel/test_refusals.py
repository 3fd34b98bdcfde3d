"""What cannot be asked of a list is refused by name, before anything is read."""

import pytest

from kernel.problems import BadRequest
from tests.integration.kernel.things import ask, recorded

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(
    ("params", "field", "code"),
    [
        ({"colour": "red"}, "colour", "unknown_filter"),
        ({"secret": "x"}, "secret", "unknown_filter"),
        ({"rank__eq": 1}, "rank__eq", "unknown_filter"),
        ({"rank__": 1}, "rank__", "unknown_filter"),
        ({"__gte": 1}, "__gte", "unknown_filter"),
        ({"sort": "secret"}, "sort", "unknown_sort"),
        ({"sort": ""}, "sort", "unknown_sort"),
        ({"sort": "-"}, "sort", "unknown_sort"),
        ({"sort": "--name"}, "sort", "unknown_sort"),
        ({"sort": "name,rank"}, "sort", "unknown_sort"),
        ({"limit": "0"}, "limit", "bad_limit"),
        ({"limit": "-1"}, "limit", "bad_limit"),
        ({"limit": "ten"}, "limit", "bad_limit"),
        ({"limit": "1e3"}, "limit", "bad_limit"),
        ({"limit": "٣"}, "limit", "bad_limit"),
        ({"limit": ""}, "limit", "bad_limit"),
        ({"limit": "9" * 500}, "limit", "bad_limit"),
        ({"status": "opened"}, "status", "unknown_value"),
        ({"status": "open,"}, "status", "unknown_value"),
        ({"rank": "1.5"}, "rank", "bad_value"),
        ({"rank": "1_000"}, "rank", "bad_value"),
        ({"rank__gte": "9" * 30}, "rank", "bad_value"),
        ({"flag": "yes"}, "flag", "bad_value"),
        ({"created_at__gte": "yesterday"}, "created_at", "bad_value"),
        ({"created_at__gte": "2026-01-01"}, "created_at", "bad_value"),
        ({"created_at__gte": "0001-01-01T00:00:00+10:00"}, "created_at", "bad_value"),
        ({"name": "\ud800"}, "name", "bad_value"),
        ({"name": "#" * 1900}, "name", "bad_value"),
        ({"group_id": "x" * 2000}, "group_id", "bad_value"),
        ({"id": ",".join(f"thg_{n}" for n in range(11))}, "id", "too_many_values"),
        ({"status__contains": "op"}, "status__contains", "bad_operator"),
        ({"rank__contains": "1"}, "rank__contains", "bad_operator"),
        ({"rank__startswith": "1"}, "rank__startswith", "bad_operator"),
        ({"flag__gte": "true"}, "flag__gte", "bad_operator"),
        ({"created_at__contains": "2026"}, "created_at__contains", "bad_operator"),
        ({"name__isnull": "maybe"}, "name__isnull", "bad_value"),
        ({"name__isnull": ""}, "name__isnull", "bad_value"),
        ({"name__contains": "x" * 300}, "name", "bad_value"),
        ({"name__contains": ""}, "name", "bad_value"),
        ({"name__startswith": "\u0301"}, "name", "bad_value"),
        ({"name__regex": "(a+)+$"}, "name__regex", "unknown_filter"),
        ({"name__gte__lte": "x"}, "name__gte__lte", "unknown_filter"),
        ({"name.first": "x"}, "name.first", "unknown_filter"),
        ({"extra": "x"}, "extra", "unknown_filter"),
        ({"extra__isnull": "true"}, "extra__isnull", "unknown_filter"),
        ({"secret.a": "x"}, "secret.a", "unknown_filter"),
        ({"extra.a.b.c.d.e.f": "x"}, "extra.a.b.c.d.e.f", "bad_filter"),
        ({"extra." + "a." * 500 + "a": "x"}, "extra." + "a." * 500 + "a", "bad_filter"),
        ({"extra.": "x"}, "extra.", "bad_filter"),
        ({"extra..a": "x"}, "extra..a", "bad_filter"),
        ({"extra.a": "x" * 300}, "extra.a", "bad_value"),
        ({"extra.a__in": ",".join("abcdefghijk")}, "extra.a__in", "too_many_values"),
        ({"rank__in": "1,two"}, "rank", "bad_value"),
        ({"due_at": "-30y"}, "due_at", "bad_value"),
        ({"due_at": "--3d"}, "due_at", "bad_value"),
        ({"due_at": "999999w"}, "due_at", "bad_value"),
        ({"due_at": "-999999w"}, "due_at", "bad_value"),
        ({"due_at": "-\u0663d"}, "due_at", "bad_value"),
        ({"include_deleted": "maybe"}, "include_deleted", "bad_value"),
        ({"sort": "extra"}, "sort", "unknown_sort"),
        ({"sort": "extra.tier"}, "sort", "unknown_sort"),
    ],
)
def test_what_cannot_be_asked_is_a_400_that_names_it_before_anything_is_read(params, field, code):
    with recorded() as calls, pytest.raises(BadRequest) as caught:
        ask(**params)
    assert calls == []
    assert (caught.value.status, caught.value.code, caught.value.field) == (400, code, field)
    if code in ("unknown_filter", "unknown_sort", "unknown_value", "bad_operator"):
        assert caught.value.context["allowed"]


@pytest.mark.parametrize("params", [{f"p{n}": "1" for n in range(21)}, {"name": "x" * 2045}])
def test_too_much_is_refused_before_it_is_looked_at(params):
    with pytest.raises(BadRequest) as caught:
        ask(**params)
    assert caught.value.code == "too_many_parameters"
