"""Money is exact: one rounding rule, shares that sum, ISO currencies, bounded whole amounts, derivations that hold."""

import json
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kernel import money
from kernel.money import (
    MAX_AMOUNT,
    Currency,
    Money,
    allocate,
    check_amount,
    derive,
    exponent,
    parse_decimal,
    parse_unit,
    recompute,
    round_half_up,
)

amounts = st.integers(-MAX_AMOUNT, MAX_AMOUNT)
weights = st.lists(st.integers(0, 10**9) | st.fractions(0, 1000), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("1/2", 1), ("-1/2", -1), ("5/2", 3), ("-5/2", -3), ("49/100", 0), ("-49/100", 0), ("2995/2", 1498), ("7", 7), ("0", 0)],
)
def test_a_half_rounds_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Fraction(value)) == rounded


@given(st.fractions())
def test_rounding_is_within_a_half_and_symmetric(value: Fraction) -> None:
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)
    assert round_half_up(-value) == -round_half_up(value)


@given(amounts, weights)
def test_shares_sum_to_the_total_and_lie_within_one_unit_of_their_exact_value(total: int, parts: list[int | Fraction]) -> None:
    whole = sum(parts, Fraction(0))
    assume(whole > 0)
    shares = allocate(total, parts)
    assert sum(shares) == total
    assert all(abs(share - total * Fraction(weight) / whole) < 1 for share, weight in zip(shares, parts, strict=True))
    assert all(share == 0 for share, weight in zip(shares, parts, strict=True) if weight == 0)


@given(st.integers(0, 1000), st.integers(1, 20))
def test_equal_weights_favour_the_earlier(total: int, n: int) -> None:
    shares = allocate(total, [1] * n)
    assert shares == sorted(shares, reverse=True)
    assert shares[0] - shares[-1] <= 1


def test_a_negative_total_is_split_like_the_positive_one() -> None:
    assert allocate(-100, [1, 2]) == [-33, -67]


@pytest.mark.parametrize("parts", [[], [0, 0], [1, -1], [-1, 3]])
def test_weights_without_meaning_are_refused(parts: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(100, parts)


@pytest.mark.parametrize(
    ("code", "digits"), [("JPY", 0), ("KRW", 0), ("UGX", 0), ("EUR", 2), ("HUF", 2), ("ISK", 0), ("KWD", 3), ("TND", 3), ("XCG", 2)]
)
def test_exponents_are_those_of_iso_4217(code: str, digits: int) -> None:
    assert exponent(code) == digits


@pytest.mark.parametrize("code", ["XXX", "XAU", "eur", "EU", "", "HRK", "CLF", "BTC", "EURO"])
def test_what_is_no_circulating_currency_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        exponent(code)


def test_every_code_has_one_exponent() -> None:
    listed = [code for codes in money._BY_EXPONENT.values() for code in codes.split()]
    assert len(listed) == len(set(listed)) == len(money.CURRENCIES) == 155


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("4900", 4900), ("0.06", Fraction(6, 100)), ("0.000000000001", Fraction(1, 10**12)), ("12.50", Fraction(25, 2))],
)
def test_unit_prices_are_exact_decimals(text: str, value: Fraction) -> None:
    assert parse_unit(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "-1", "-0", "+1", "1e3", "1.", ".5", "01", "1,5", " 1", "1\n", "NaN", "1/3", "1_000", "٣", "0.0000000000001", "100000000000000.1"],
)
def test_what_is_no_plain_decimal_is_no_unit_price(text: str) -> None:
    with pytest.raises(ValueError):
        parse_unit(text)


@pytest.mark.parametrize("thing", [12, 1.5, None])
def test_only_text_is_parsed(thing: object) -> None:
    with pytest.raises(ValueError, match="decimal"):
        parse_decimal(thing)  # type: ignore[arg-type]


def test_signed_decimals_keep_their_sign() -> None:
    assert parse_decimal("-2.5") == Fraction(-5, 2)


@pytest.mark.parametrize("amount", [MAX_AMOUNT + 1, -MAX_AMOUNT - 1, 1.0, True, "1"])
def test_an_amount_is_a_bounded_whole_number(amount: object) -> None:
    with pytest.raises(ValueError, match="minor units"):
        check_amount(amount)  # type: ignore[arg-type]


@given(amounts, st.sampled_from(sorted(money.CURRENCIES)))
def test_money_survives_json(amount: int, currency: str) -> None:
    value = Money(amount=amount, currency=currency)
    assert json.loads(value.model_dump_json()) == {"amount": amount, "currency": currency}
    assert Money.model_validate_json(value.model_dump_json()) == value


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": "12", "currency": "EUR"}, "amount"),
        ({"amount": 1.0, "currency": "EUR"}, "amount"),
        ({"amount": True, "currency": "EUR"}, "amount"),
        ({"amount": 10**50, "currency": "EUR"}, "amount"),
        ({"amount": 1, "currency": "XXX"}, "currency"),
        ({"amount": 1, "currency": "eur"}, "currency"),
        ({"amount": 1}, "currency"),
        ({"amount": 1, "currency": "EUR", "cents": 1}, "cents"),
    ],
)
def test_bad_money_is_refused_with_the_field_named(body: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Money.model_validate(body)
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


def test_money_and_currency_describe_themselves_to_openapi() -> None:
    schema = Money.model_json_schema()
    assert schema["additionalProperties"] is False
    assert schema["properties"]["amount"]["maximum"] == MAX_AMOUNT
    assert TypeAdapter(Currency).json_schema()["pattern"] == "^[A-Z]{3}$"


FORMULAS = {"half": lambda inputs: Fraction(inputs["of"], 2)}


def test_a_derived_amount_says_how_it_came_about() -> None:
    amount, derivation = derive(FORMULAS, "half", of=5)
    assert amount == 3
    assert derivation == {"rule": "half", "inputs": {"of": 5}, "exact": "5/2", "rounding": "half_up"}
    assert recompute(FORMULAS, json.loads(json.dumps(derivation))) == 3


@pytest.mark.parametrize("lie", [{"rule": "third"}, {"exact": "3/1"}, {"inputs": {"of": 6}}, {"rounding": "half_even"}])
def test_a_derivation_that_was_altered_is_found_out(lie: dict[str, object]) -> None:
    _, derivation = derive(FORMULAS, "half", of=5)
    with pytest.raises(ValueError):
        recompute(FORMULAS, derivation | lie)


def test_an_amount_too_large_to_invoice_is_not_derived() -> None:
    with pytest.raises(ValueError, match="minor units"):
        derive(FORMULAS, "half", of=4 * MAX_AMOUNT)
