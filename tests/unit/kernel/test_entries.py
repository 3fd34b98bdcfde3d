"""The audit entry: its exact form, and that no change of it goes unnoticed."""

import copy
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel import audit
from kernel.audit import GENESIS, Actor, Entry, Payload, build, canonical, difference, digest, first_bad

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC)
ACTOR = Actor(id="stf_1", acting_for="ten_2", ip_hash="abc", request_id="req-1", cause="sub_1#4", depth=2)


class Finalized(Payload, event="invoices.finalized"):
    number: str


def chain(length: int) -> list[dict[str, Any]]:
    """Entries 1…n of one record, as stored."""
    found, previous = [], GENESIS
    for version in range(1, length + 1):
        entry = build(Finalized(number=f"A-{version}"), subject="inv_1", version=version, previous=previous, recorded_at=NOW, at=AT,
                      changes={"rank": [version - 1, version]}, actor=ACTOR, tenant_id="ten_1")  # fmt: skip
        previous = entry.hash
        found.append(entry.item())
    return found


def head(items: list[dict[str, Any]]) -> str:
    return str(items[-1]["hash"]["S"])


def test_the_header_has_these_fields_and_no_other() -> None:
    entry = build(Finalized(number="A-1"), subject="inv_1", version=7, previous="f" * 64, recorded_at=NOW, at=AT, changes={"a": [None, 1]},
                  actor=ACTOR, tenant_id="ten_1", clock_id="clk_1")  # fmt: skip
    assert json.loads(entry.header) == {
        "schema": 1, "subject": "inv_1", "version": 7, "type": "invoices.finalized", "actor": "stf_1", "acting_for": "ten_2",
        "ip_hash": "abc", "request_id": "req-1", "cause": "sub_1#4", "depth": 2, "recorded_at": "2026-11-24T01:02:03.000004Z",
        "effective_at": "2026-01-31T12:00:00.000000Z", "changes_digest": digest(entry.salt + entry.changes),
        "previous": "f" * 64}  # fmt: skip
    assert entry.header == canonical(json.loads(entry.header))
    assert entry.hash == hashlib.sha256(entry.header.encode()).hexdigest()
    assert len(entry.salt) == 32
    assert entry.changes == '{"a":[null,1]}'
    assert json.loads(entry.data) == {"schema": 1, "number": "A-1"}


def test_the_stored_item_has_these_keys() -> None:
    [item] = chain(1)
    assert {name: value["S"] for name, value in item.items() if name in ("pk", "sk") or name.startswith("gsi")} == {
        "pk": "inv_1", "sk": "0000000001", "gsi1pk": "day#2026-11-24#02", "gsi2pk": "actor=stf_1@2026-11",
        "gsi3pk": "type=invoices.finalized@2026-11", "gsi4pk": "tenant_id=ten_1@2026-11",
        **{f"gsi{n}sk": "2026-11-24T01:02:03.000004Z#inv_1#0000000001" for n in (1, 2, 3, 4)}}  # fmt: skip
    assert set(item) - {name for name in item if name.startswith("gsi")} == {
        "pk", "sk", "header", "hash", "salt", "changes", "data", "tenant_id"}  # fmt: skip


def test_an_entry_is_read_as_it_was_written() -> None:
    [item] = chain(1)
    assert Entry.load(item).item() == item


def test_an_unbroken_chain_is_good() -> None:
    for length in (0, 1, 5):
        items = chain(length)
        assert first_bad(items, head(items) if items else GENESIS) is None


def test_an_entry_whose_salt_and_changes_were_both_erased_stands() -> None:
    items = chain(3)
    del items[1]["salt"], items[1]["changes"]
    assert first_bad(items, head(items)) is None


def _header(item: dict[str, Any], **change: Any) -> None:
    item["header"] = {"S": canonical(json.loads(item["header"]["S"]) | change)}


TAMPERINGS: dict[str, Callable[[dict[str, Any]], object]] = {
    "the header": lambda item: _header(item, actor="stf_2"),
    "its time": lambda item: _header(item, effective_at="2025-01-01T00:00:00.000000Z"),
    "its type": lambda item: _header(item, type="invoices.voided"),
    "one space in it": lambda item: item.update(header={"S": item["header"]["S"].replace(":", ": ", 1)}),
    "the hash": lambda item: item.update(hash={"S": "0" * 64}),
    "the changes": lambda item: item.update(changes={"S": '{"rank":[0,9]}'}),
    "the salt": lambda item: item.update(salt={"S": "00" * 16}),
    "only the salt erased, the changes forged": lambda item: (item.pop("salt"), item.update(changes={"S": '{"rank":[0,9]}'})),
    "only the changes erased": lambda item: item.pop("changes"),
    "the day by which it is found": lambda item: item.update(gsi1pk={"S": "day#2020-01-01#00"}),
    "the actor by whom it is found": lambda item: item.update(gsi2pk={"S": "actor=stf_2@2026-11"}),
    "the type by which it is found": lambda item: item.update(gsi3sk={"S": "x"}),
    "the tenant by whom it is found": lambda item: item.update(gsi4pk={"S": "tenant_id=ten_9@2026-11"}),
    "an index that it left": lambda item: item.pop("gsi3pk"),
    "an index that it has nothing to do with": lambda item: item.update(gsi5pk={"S": "x"}, gsi5sk={"S": "x"}),
    "its version": lambda item: item.update(sk={"S": "0000000009"}),
    "its version, unreadable": lambda item: item.update(sk={"S": "nine"}),
    "its record": lambda item: item.update(pk={"S": "inv_2"}),
    "no header at all": lambda item: item.pop("header"),
    "no hash at all": lambda item: item.pop("hash"),
    "a header that is no JSON, with its right hash": lambda item: item.update(header={"S": "{"}, hash={"S": digest("{")}),
    "a header that is no object": lambda item: item.update(header={"S": "[]"}, hash={"S": digest("[]")}),
    "an empty header": lambda item: item.update(header={"S": "{}"}, hash={"S": digest("{}")}),
}


@pytest.mark.parametrize("what", TAMPERINGS)
@pytest.mark.parametrize("version", [1, 3, 5])
def test_what_is_tampered_with_is_named_at_its_version(what: str, version: int) -> None:
    items = chain(5)
    kept = head(items)
    TAMPERINGS[what](items[version - 1])
    assert first_bad(items, kept) == version


def test_a_header_forged_with_its_hash_breaks_the_link_that_follows() -> None:
    items = chain(5)
    _header(items[2], request_id="req-2")
    items[2]["hash"] = {"S": digest(items[2]["header"]["S"])}
    assert first_bad(items, head(items)) == 4
    last = chain(3)
    kept = head(last)
    _header(last[2], request_id="req-2")
    last[2]["hash"] = {"S": digest(last[2]["header"]["S"])}
    assert first_bad(last, kept) == 4  # the record's head is the link after the last


@pytest.mark.parametrize("version", [1, 2, 5])
def test_a_deleted_entry_is_named(version: int) -> None:
    items = chain(5)
    kept = head(items)
    assert first_bad(items[: version - 1] + items[version:], kept) == version


def test_swapped_truncated_repeated_and_emptied_chains_are_named() -> None:
    items = chain(5)
    kept = head(items)
    assert first_bad([items[0], items[2], items[1], *items[3:]], kept) == 2
    assert first_bad(items[:3], kept) == 4
    assert first_bad([*items[:3], items[2], *items[3:]], kept) == 4
    assert first_bad([], kept) == 1
    exchanged = copy.deepcopy(items)
    for name in set(items[1]) - {"pk", "sk"}:
        exchanged[1][name], exchanged[2][name] = items[2][name], items[1][name]
    assert first_bad(exchanged, kept) == 2


def test_a_record_put_back_to_an_older_state_is_named_by_the_first_entry_it_denies() -> None:
    items = chain(5)
    assert first_bad(items, items[2]["hash"]["S"]) == 4
    assert first_bad(items, GENESIS) == 1
    assert first_bad(items, "f" * 64) == 6


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3), max_leaves=6)  # fmt: skip


@given(JSON, JSON)
@example(1, True)
@example([0], [False])
def test_whatever_differs_as_json_is_a_change(before: Any, after: Any) -> None:
    found = difference({"field": before}, {"field": after})
    assert (found == {}) == (canonical(before) == canonical(after))


def test_long_texts_are_logged_as_length_and_digest() -> None:
    long = "x" * 5000
    assert difference({"a": "short", "b": 1}, {"a": long, "b": 1}) == {"a": ["short", {"length": 5000, "sha256": digest(long)}]}
    assert difference({"a": {"deep": long}}, {})["a"][0]["length"] > 5000
    assert difference({}, {"a": "x" * audit.MAX_TEXT})["a"][1] == "x" * audit.MAX_TEXT


def test_canonical_text_has_sorted_keys_no_spaces_and_no_numbers_that_are_none() -> None:
    assert canonical({"b": [1, True, None], "a": "ä"}) == '{"a":"ä","b":[1,true,null]}'
    with pytest.raises(ValueError):
        canonical(float("nan"))


def test_who_acts_because_of_an_event_names_it() -> None:
    caused = Actor(id="system:x", expects=3).caused_by("inv_1#2", 4, "req-2")
    assert (caused.id, caused.cause, caused.depth, caused.request_id) == ("system:x", "inv_1#2", 5, "req-2")
