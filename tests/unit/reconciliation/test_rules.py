"""The rules of matching: whatever comes in, in whatever order, each item has one finding, and another look finds the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.reconciliation.models import ExceptionKind, ExceptionStatus
from functions.reconciliation.rules import LATE, Entry, Finding, Item, differs, match, reopens

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)
IDS = ["txn_1", "txn_2", "txn_3"]
times = st.integers(0, 96).map(lambda hours: UNTIL - timedelta(hours=hours))
amounts = st.sampled_from([4900, 4800])
currencies = st.sampled_from(["EUR", "USD"])
fees = st.sampled_from([None, 98, 99])
payouts = st.builds(Item, id=st.just(""), kind=st.just("payout"), entry=st.none(), amount=amounts, currency=currencies, fee=st.none(),
                    at=times, own=st.just(False), due=amounts, failed=st.booleans())
moved = st.builds(Item, id=st.just(""), kind=st.just("charge"), entry=st.sampled_from([None, "txn_9", *IDS]), amount=amounts,
                  currency=currencies, fee=fees, at=times)
disputed = st.builds(Item, id=st.just(""), kind=st.just("dispute"), entry=st.sampled_from([None, *IDS]), amount=amounts,
                     currency=currencies, fee=fees, at=times, own=st.just(False),
                     amiss=st.sampled_from([None, ExceptionKind.MISSING_HERE, ExceptionKind.STATUS]))
entry = st.builds(Entry, id=st.sampled_from(IDS), kind=st.just("charge"), amount=amounts, currency=currencies, fee=fees,
                  status=st.just("succeeded"), settled=st.booleans(), at=times)


def named(items: list[Item]) -> list[Item]:
    return [Item(**vars(item) | {"id": f"it_{n}"}) for n, item in enumerate(items)]


books = st.tuples(st.lists(st.one_of(moved, disputed, payouts), max_size=8).map(named),
                  st.lists(entry, max_size=3, unique_by=lambda each: each.id))
before = st.dictionaries(st.sampled_from(IDS), st.sampled_from(["it_0", "it_1", "it_99"]), max_size=2)


def is_pair(finding: Finding) -> bool:
    return bool(finding.item and finding.entry and finding.subject == finding.entry.id)


@given(books, before)
def test_each_item_is_in_one_finding_and_each_entry_in_one_of_its_own(both, pairs):
    items, entries = both
    found = match(items, entries, pairs=pairs, until=UNTIL)
    assert sorted(each.item.id for each in found if each.item) == sorted(item.id for item in items)
    own = [each.entry.id for each in found if each.entry and each.subject == each.entry.id]
    assert sorted(own) == sorted(each.id for each in entries)


@given(books, before, st.randoms(use_true_random=False))
def test_the_order_in_which_things_come_is_no_matter(both, pairs, random):
    items, entries = both
    found = match(items, entries, pairs=pairs, until=UNTIL)
    random.shuffle(items)
    random.shuffle(entries)
    assert match(items, entries, pairs=pairs, until=UNTIL) == found


@given(books, before)
def test_another_look_that_knows_the_pairs_finds_the_same(both, pairs):
    found = match(*both, pairs=pairs, until=UNTIL)
    known = pairs | {each.entry.id: each.item.id for each in found if is_pair(each)}
    assert match(*both, pairs=known, until=UNTIL) == found


@given(books, before)
def test_what_comes_later_takes_no_pair_away(both, pairs):
    """Of the first items a pair is made; the rest come with the next run, which has forgotten the first."""
    items, entries = both
    first, rest = items[: len(items) // 2], items[len(items) // 2 :]
    found = match(first, entries, pairs=pairs, until=UNTIL)
    known = pairs | {each.entry.id: each.item.id for each in found if is_pair(each)}
    for each in match(rest, entries, pairs=known, until=UNTIL):
        assert not (is_pair(each) and known.get(each.entry.id, each.item.id) != each.item.id)
        assert each.kind != ExceptionKind.MISSING_THERE or each.entry.id not in known


def test_subjects_are_of_one_finding_each():
    twice = [Item(id=id, kind="charge", entry="txn_1", amount=1, currency="EUR", fee=None, at=UNTIL) for id in ("it_1", "it_2")]
    ours = Entry(id="txn_1", kind="charge", amount=1, currency="EUR", fee=None, status="succeeded", settled=True, at=UNTIL)
    found = match(twice, [ours], pairs={}, until=UNTIL)
    assert [(each.subject, each.kind) for each in found] == [("txn_1", None), ("it_2", ExceptionKind.DUPLICATE)]
    assert match(twice[::-1], [ours], pairs={}, until=UNTIL) == found


@pytest.mark.parametrize(("there", "here", "kind"), [
    ({}, {}, None), ({"fee": None}, {}, None), ({"fee": 98}, {}, "fee"), ({"fee": 98}, {"settled": False}, "status"),
    ({"amount": 1, "fee": 98}, {"settled": False}, "amount"), ({"amount": 1, "currency": "USD"}, {}, "currency")])
def test_the_gravest_difference_of_a_pair_counts(there, here, kind):
    item = {"id": "it_1", "kind": "charge", "entry": "txn_1", "amount": 4900, "currency": "EUR", "fee": 99, "at": UNTIL}
    ours = {"id": "txn_1", "kind": "charge", "amount": 4900, "currency": "EUR", "fee": 99, "status": "x", "settled": True, "at": UNTIL}
    assert differs(Item(**item | there), Entry(**ours | here)) == kind


@pytest.mark.parametrize(("age", "kind"), [(LATE - timedelta(seconds=1), "late"), (LATE, "missing_there")])
def test_what_is_not_there_is_late_before_it_is_missing(age, kind):
    ours = Entry(id="txn_1", kind="charge", amount=1, currency="EUR", fee=None, status="succeeded", settled=True, at=UNTIL - age)
    assert [each.kind for each in match([], [ours], pairs={}, until=UNTIL)] == [kind]


def test_what_staff_resolved_stays_so_while_it_is_the_same():
    assert not reopens(ExceptionStatus.RESOLVED, "fee", "fee")
    assert reopens(ExceptionStatus.RESOLVED, "fee", "amount") and reopens(ExceptionStatus.CLEARED, "fee", "fee")
