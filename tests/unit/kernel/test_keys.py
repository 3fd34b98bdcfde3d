"""Key formats: partitions cannot be confused, sort keys sort as values do, and never tie."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel import ids
from kernel.clock import frozen, parse, stamp
from kernel.paths import LAST, SHARDS, Path, due_keys, encode, escape, fold

INTEGERS = st.integers(-(10**19), 9 * 10**19 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES)
IDS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26).map(lambda text: "ten_" + text)


def bytewise(text: str) -> bytes:
    """As DynamoDB compares."""
    return text.encode()


@given(INTEGERS, INTEGERS)
@example(-1, 1)
@example(9, 10)
def test_integers_sort_as_numbers(a: int, b: int) -> None:
    assert (bytewise(encode(a)) < bytewise(encode(b))) == (a < b)
    assert re.fullmatch("[0-9]{20}", encode(a))


@pytest.mark.parametrize("number", [-(10**19) - 1, 9 * 10**19])
def test_an_integer_out_of_range_has_no_key(number: int) -> None:
    with pytest.raises(ValueError):
        encode(number)


@given(TIMES, TIMES)
def test_times_sort_as_instants_whatever_their_zone(a: datetime, b: datetime) -> None:
    assert (bytewise(encode(a)) < bytewise(encode(b))) == (a < b)
    assert len(encode(a)) == 27
    assert parse(encode(a)) == a


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01T00:00:00", "soon", "", "0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00"])
def test_a_time_without_an_offset_or_out_of_range_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)
    with pytest.raises(ValueError):
        stamp(datetime(2026, 1, 1))


@given(TEXTS, TEXTS)
@example("acme", "acme corp")
@example("a#b", "a$b")
@example("a%", "a&")
@example("a\x00", "a")
def test_texts_sort_as_their_folded_forms(a: str, b: str) -> None:
    assert (bytewise(encode(a)) < bytewise(encode(b))) == (bytewise(fold(a)) < bytewise(fold(b)))


@given(TEXTS, TEXTS, IDS, IDS)
@example("acme", "acme corp", "ten_" + "Z" * 26, "ten_" + "0" * 26)
@example("acme", "acme\x01", "ten_" + "Z" * 26, "ten_" + "0" * 26)
def test_a_sort_key_compares_values_first_and_then_ids_and_never_ties(a: str, b: str, one: str, other: str) -> None:
    key, second = f"{encode(a)}#{one}", f"{encode(b)}#{other}"
    if fold(a) != fold(b):
        assert (bytewise(key) < bytewise(second)) == (bytewise(fold(a)) < bytewise(fold(b)))
    elif one != other:
        assert (key < second) == (one < other)
    assert bytewise(key) < bytewise(LAST)


def test_what_a_person_calls_alphabetical() -> None:
    names = ["Zoo", "acme corp", "Ärzte", "Acme", "acme-2", "École", "Acme Corp 2"]
    assert sorted(names, key=encode) == ["Acme", "acme corp", "Acme Corp 2", "acme-2", "Ärzte", "École", "Zoo"]
    assert len(fold("x" * 100)) == 64
    assert fold("ŻÓĆ") == "zoc"


@given(TEXTS, TEXTS)
@example("%23", "#")
def test_escaping_is_injective_and_leaves_no_sign(a: str, b: str) -> None:
    assert (escape(a) == escape(b)) == (a == b)
    assert not set(escape(a).replace("%", "")) & set("#&=@~")


@given(st.tuples(TEXTS, TEXTS), st.tuples(TEXTS, TEXTS))
@example(("a&status=b", "c"), ("a", "b"))
@example(("a@2026-01", ""), ("a", "@2026-01"))
def test_partitions_of_different_values_differ(a: tuple[str, str], b: tuple[str, str]) -> None:
    path = Path("gsi3", by=("tenant_id", "status"))
    keys = [path.partition("inv", dict(zip(path.by, values, strict=True))) for values in (a, b)]
    assert (keys[0] == keys[1]) == (a == b)


AT = datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC)
VALUES = {"status": "open", "tenant_id": "ten_1", "created_at": AT, "name": "Acme Corp", "amount": -5, "deleted_at": None}


@pytest.mark.parametrize(
    ("path", "partition", "sort"),
    [
        (Path("gsi1"), "inv#all", "2026-11-24T01:02:03.000004Z#inv_1"),
        (Path("gsi2", by=("status",)), "inv#status=open", "2026-11-24T01:02:03.000004Z#inv_1"),
        (Path("gsi3", by=("tenant_id", "status"), sort="amount"), "inv#tenant_id=ten_1&status=open", "09999999999999999995#inv_1"),
        (Path("gsi4", sort="name"), "inv#all", "acme%20corp#inv_1"),
        (Path("gsi1", bucket=True), "inv#all@2026-11", "2026-11-24T01:02:03.000004Z#inv_1"),
        (Path("gsi4", by=("status",), where={"status": ("open", "paid")}), "inv#status=open", "2026-11-24T01:02:03.000004Z#inv_1"),
    ],
)
def test_the_keys_of_a_path_are_exactly_these(path: Path, partition: str, sort: str) -> None:
    assert path.keys("inv", "inv_1", VALUES) == (partition, sort)
    assert path.keys("inv", "inv_1", VALUES | {"deleted_at": AT}) == ("~" + partition, sort)


@pytest.mark.parametrize("missing", [{"status": None}, {"status": "draft"}])
def test_a_record_without_the_values_of_a_path_has_no_place_on_it(missing: dict[str, object]) -> None:
    assert Path("gsi2", by=("status",), where={"status": ("open",)}).keys("inv", "inv_1", VALUES | missing) is None


def test_what_has_no_sort_value_comes_first_and_in_a_month_of_its_own() -> None:
    assert Path("gsi1", sort="due_at").keys("inv", "inv_1", VALUES) == ("inv#all", "#inv_1")
    assert Path("gsi1", sort="due_at", bucket=True).keys("inv", "inv_1", VALUES) == ("inv#all@#", "#inv_1")
    assert "#inv_1" < encode(-(10**19)) < encode(AT)


def test_time_has_16_shards_one_partition_a_clock_and_one_for_the_stuck() -> None:
    assert due_keys("sub_1", AT, clock_id=None, stuck=False) == ("due#03", "2026-11-24T01:02:03.000004Z#sub_1")
    assert due_keys("sub_1", AT, clock_id="clk_1", stuck=False)[0] == "clock#clk_1"
    assert due_keys("sub_1", AT, clock_id="clk_1", stuck=True)[0] == "stuck#"
    shards = {due_keys(f"sub_{n}", AT, clock_id=None, stuck=False)[0] for n in range(500)}
    assert shards == {f"due#{n:02d}" for n in range(SHARDS)}


def test_ids_are_prefixed_and_ordered_by_time() -> None:
    with frozen(AT):
        first = ids.new("ten")
    with frozen(AT + timedelta(milliseconds=1)):
        second = ids.new("ten")
    assert first < second
    assert all(re.fullmatch(ids.PATTERN, each) for each in (first, second))
    assert len({ids.new("ten") for _ in range(1000)}) == 1000
    assert ids.prefix_of(first) == "ten"
