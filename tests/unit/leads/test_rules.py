"""The life of a lead, what addresses have in common, and its score."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.leads.rules import (
    COMMANDS,
    FREE_MAIL,
    STATES,
    Known,
    company_domain,
    normalized,
    per_mille,
    scored,
    transition,
)

SOURCES = ("website", "referral", "partner", "event", "outbound", "other")
names = st.text("abcdefgh.", min_size=1, max_size=12).filter(lambda text: text.strip("."))
domains = st.sampled_from(("acme.test", "gmail.com", "googlemail.com", "web.de"))


@given(st.lists(st.sampled_from(COMMANDS)))
def test_whatever_is_done_a_lead_is_somewhere_and_who_is_won_stays_so(commands):
    state, won = "new", False
    for command in commands:
        state = transition(state, command) or state
        assert state in STATES
        won = won or state == "won"
        assert (state == "won") == won


@pytest.mark.parametrize("state", STATES)
def test_a_trial_begins_only_before_anything_is_decided(state):
    assert (transition(state, "convert") == "trial") == (state in ("new", "contacted", "qualified"))


def test_what_becomes_of_a_trial_is_not_for_people_to_say():
    assert transition("trial", "lose") is None
    assert (transition("trial", "win"), transition("trial", "abandon")) == ("won", "lost")


@given(names, domains, st.sampled_from(("", "+news", "+a+b")))
def test_one_person_is_one_address_however_it_is_written(name, domain, tag):
    plain = normalized(f"{name}@{domain}")
    assert normalized(f"{name}{tag}@{domain}".upper()) == plain
    assert normalized(plain) == plain


def test_dots_mean_nothing_at_google_and_something_elsewhere():
    assert normalized("a.da@googlemail.com") == normalized("ada@gmail.com")
    assert normalized("a.da@acme.test") != normalized("ada@acme.test")


@pytest.mark.parametrize("domain", sorted(FREE_MAIL))
def test_what_anybody_can_have_is_no_companys(domain):
    assert company_domain(f"ada@{domain.upper()}") is None


def test_a_companys_domain_is_the_part_behind_the_sign():
    assert company_domain("Ada@ACME.test") == "acme.test"


@given(names, domains, st.sampled_from(SOURCES), st.none() | st.just("Acme"), st.none() | st.just("+4930"),
       st.none() | st.integers(1, 10**7), st.none() | st.just("pln_1"))
def test_a_score_is_the_sum_of_what_its_rules_give_and_at_most_100(name, domain, source, company, phone, employees, plan_id):
    found = scored(Known(f"{name}@{domain}", source, company, phone, employees, plan_id))
    assert 0 <= sum(found.values()) <= 100
    assert all(points > 0 for points in found.values())
    assert ("company_address" in found) == (domain == "acme.test")


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_a_larger_company_never_has_fewer_points(one, other):
    few, many = sorted((one, other))
    assert scored(Known("a@acme.test", "other", employees=few))["size"] <= scored(Known("a@acme.test", "other", employees=many))["size"]


def test_the_best_lead_has_100_points():
    assert sum(scored(Known("a@acme.test", "partner", "Acme", "+4930", 250, "pln_1")).values()) == 100


def test_a_share_of_nothing_is_none():
    assert per_mille(0, 0) is None
    assert per_mille(1, 3) == 333
    assert per_mille(2, 3) == 667
