"""The plot of the seed: the same people and the same fates every time, whatever day it is."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.eu import vat

from kernel.calendar import Interval
from local.seed import CUSTOMERS
from local.seed.deeds import sign_up, subscribe
from local.seed.people import MOST, people
from local.seed.plot import LIVE, SPAN, STORIES, plot
from local.seed.shop import PLANS_SOLD, RATES

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))


@cache
def cast():
    return people(Random(7), CUSTOMERS)


def told(now):
    return [(deed.at, deed.account.person, deed.do.__qualname__) for deed in plot(now, cast())]


def test_it_is_the_same_every_time():
    assert cast() == cast()
    assert told(NOW) == told(NOW)


def test_about_sixty_companies_of_many_countries_some_with_a_vat_id_of_their_own_country():
    company = cast()
    assert len({person.name for person in company}) == len({person.email for person in company}) == CUSTOMERS
    assert len({person.country for person in company}) > 9
    with_id = [person for person in company if person.vat_id]
    assert all(vat.is_valid(person.vat_id) and person.vat_id.startswith(person.country) for person in with_id)
    assert 15 < len(with_id) < 45
    assert {person.currency for person in company} == {"EUR", "USD"}
    assert {person.interval for person in company} == {Interval.MONTH, Interval.YEAR}
    assert {person.plan for person in company} == set(MOST) == set(PLANS_SOLD)


def test_every_member_state_of_the_union_has_its_rate():
    from functions.invoices.rules import EU_COUNTRIES

    assert set(RATES) == EU_COUNTRIES


@settings(max_examples=60, deadline=None)
@given(now=MOMENTS)
def test_whatever_day_it_is_nobody_acts_before_signing_up_or_out_of_time(now):
    deeds = plot(now, cast())
    begun = {}
    for deed in deeds:
        if deed.do is sign_up:
            begun[deed.account.person.name] = deed.at
        assert deed.account.person.name in begun
        assert now - SPAN - timedelta(days=1) <= deed.at <= now
        assert deed.at <= now - LIVE or now - deed.at < timedelta(days=1)
    assert len(begun) == CUSTOMERS
    assert sum(deed.do.__qualname__ == subscribe().__qualname__ for deed in deeds) == CUSTOMERS


def test_the_company_grows():
    signed_up = [at for at, _, name in told(NOW) if name == "sign_up"]
    half = NOW - LIVE - (SPAN - LIVE) / 2
    assert sum(at < half for at in signed_up) < 0.4 * len(signed_up)
    assert Counter(at > NOW - LIVE for at in signed_up)[True] == 3


@pytest.mark.parametrize("story", STORIES)
def test_a_story_leaves_time_for_its_own_steps(story):
    latest = max((day for day, _ in story.steps if day > 0), default=0)
    assert story.age[0] >= latest or story.renews is not None
