"""The server that items are counted by answers a Query as DynamoDB defines it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.table_server import Refused, Tables

SORTS = st.lists(st.text("abc", min_size=1, max_size=3), max_size=12, unique=True)


def stored(sorts: list[str]) -> Tables:
    tables = Tables()
    tables.load("t", [{"pk": {"S": f"id{n}"}, "sk": {"S": "#"}, "gsi1pk": {"S": "p"}, "gsi1sk": {"S": sort}} for n, sort in enumerate(sorts)])
    return tables


def query(tables: Tables, condition: str, **more: object) -> dict[str, object]:
    values = {":p": {"S": "p"}, ":l": {"S": "ab"}, ":h": {"S": "bb"}}
    found: dict[str, object] = json.loads(tables.answer("Query", {
        "TableName": "t", "IndexName": "gsi1", "KeyConditionExpression": condition, "ExpressionAttributeValues": values, **more}))
    return found


def sorts_of(page: dict[str, object]) -> list[str]:
    return [item["gsi1sk"]["S"] for item in page["Items"]]  # type: ignore[attr-defined]


@given(SORTS, st.integers(1, 5), st.booleans())
def test_pages_follow_each_other_in_order_and_count_what_they_read(sorts: list[str], limit: int, forward: bool) -> None:
    tables, found, start = stored(sorts), [], {}
    for _ in range(20):
        page = query(tables, "gsi1pk = :p AND gsi1sk BETWEEN :l AND :h", Limit=limit, ScanIndexForward=forward, **start)
        assert page["Count"] == page["ScannedCount"] == len(sorts_of(page)) <= limit
        found += sorts_of(page)
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert found == sorted((sort for sort in sorts if "ab" <= sort <= "bb"), reverse=not forward)
    assert tables.examined["Query"] == len(found)


@pytest.mark.parametrize(("condition", "wanted"), [
    ("gsi1pk = :p", ["aa", "ab", "abc", "bb", "c"]), ("gsi1pk = :p AND begins_with(gsi1sk, :l)", ["ab", "abc"]),
    ("gsi1pk = :p AND gsi1sk >= :h", ["bb", "c"]), ("gsi1pk = :p AND gsi1sk <= :l", ["aa", "ab"]), ("gsi1pk = :p AND gsi1sk = :h", ["bb"])])
def test_conditions_on_the_sort_key(condition: str, wanted: list[str]) -> None:
    assert sorts_of(query(stored(["c", "bb", "abc", "ab", "aa"]), condition)) == wanted


@pytest.mark.parametrize("asked", [{"FilterExpression": "a = :p"}, {"KeyConditionExpression": "gsi1pk = :p AND gsi1sk < :h"},
                                   {"KeyConditionExpression": "gsi2pk = :p"}])
def test_what_it_does_not_understand_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Refused):
        query(stored(["a"]), **{"condition": "gsi1pk = :p"} | {{"KeyConditionExpression": "condition"}.get(k, k): v for k, v in asked.items()})
