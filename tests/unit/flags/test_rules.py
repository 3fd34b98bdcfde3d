"""Which variant is served: the hash as it was published, shares that only grow, operators, and flags that make no sense."""

import math
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.flags.models import EvaluationError, EvaluationReason, Operator
from functions.flags.rules import Clause, Config, Outcome, Rule, bucket, check, evaluate, holds, precedence, settled
from kernel.problems import Invalid
from tests.unit.source import KERNEL, ROOT

VARIANTS = {"on": True, "off": False, "beta": True}
ANY_JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6)
NAMES = st.sampled_from(("targetingKey", "tenant_id", "plan_id", "version", "n"))
CONTEXTS = st.dictionaries(NAMES, ANY_JSON)
CLAUSES = st.builds(Clause, NAMES, st.sampled_from(Operator), st.lists(st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
                                                                       max_size=3).map(tuple))
SPLITS = st.integers(0, 1000).map(lambda weight: (("on", weight), ("off", 1000 - weight)))
RULES = st.builds(Rule, st.lists(CLAUSES, max_size=2).map(tuple), st.just("on"), st.just(()), st.none()) | st.builds(
    Rule, st.lists(CLAUSES, max_size=2).map(tuple), st.none(), SPLITS, st.none() | NAMES)


def flag(*rules: Rule, killed: bool = False, salt: str = "f") -> Config:
    return Config("f", killed, VARIANTS, "beta", "off", rules, salt)


def split(weight: int, by: str | None = None) -> Rule:
    return Rule((), None, (("on", weight), ("off", 1000 - weight)), by)


def served(flag: Config, user: Any) -> str | None:
    return evaluate(flag, {"targetingKey": user}).variant


# Published: they never change, or everybody would move.
@pytest.mark.parametrize(("salt", "unit", "place"), [
    ("new-checkout", "user-1", 901),
    ("new-checkout", "user-2", 956),
    ("search", "user-1", 682),
    ("f", "", 533),
    ("f", "ten_01KGA0000000000000000000T0", 230),
    ("f", "日本", 256),
    ("f", "42", 695)])
def test_the_hash_is_as_it_was_published(salt, unit, place):
    assert bucket(salt, unit) == place


@given(st.builds(lambda rules, killed: flag(*rules, killed=killed), st.lists(RULES, max_size=3), st.booleans()), CONTEXTS)
def test_of_any_flag_and_context_there_is_one_answer_and_it_stays(one, context):
    found = evaluate(one, context)
    assert found == evaluate(one, dict(reversed(list(context.items()))))
    if found.error is None:
        assert (found.variant in VARIANTS, found.value) == (True, VARIANTS[str(found.variant)])
        assert found.reason is not None
    else:
        assert found == Outcome(error=EvaluationError.TARGETING_KEY_MISSING)


@given(st.text(min_size=1), st.integers(0, 1000), st.integers(0, 1000), st.text("abc", min_size=1))
def test_who_is_in_at_a_share_is_in_at_every_larger_one(user, one, other, salt):
    small, large = sorted((one, other))
    if served(flag(split(small), salt=salt), user) == "on":
        assert served(flag(split(large), salt=salt), user) == "on"


@pytest.mark.parametrize("weight", [0, 1, 10, 100, 250, 500, 990, 1000])
def test_a_share_is_what_it_says_of_a_hundred_thousand_within_three_sigma(weight):
    share, many = weight / 1000, 100_000
    found = sum(served(flag(split(weight)), f"user-{n}") == "on" for n in range(many))
    assert abs(found - many * share) <= 3 * math.sqrt(many * share * (1 - share))


def test_two_flags_choose_independently_and_one_salt_chooses_the_same():
    many, share = 100_000, 0.1
    one, other = ({n for n in range(many) if served(flag(split(100), salt=salt), f"user-{n}") == "on"} for salt in ("one", "other"))
    assert abs(len(one & other) - many * share**2) <= 3 * math.sqrt(many * share**2 * (1 - share**2))
    assert one == {n for n in range(many) if bucket("one", f"user-{n}") < 100}


def test_three_parts_are_each_what_they_say():
    rule = Rule((), None, (("on", 200), ("beta", 300), ("off", 500)), None)
    found = [served(flag(rule), f"user-{n}") for n in range(30_000)]
    for variant, share in (("on", 0.2), ("beta", 0.3), ("off", 0.5)):
        assert abs(found.count(variant) / 30_000 - share) < 0.01


def test_another_process_serves_the_same():
    """Whatever seed Python hashes texts with."""
    script = ("import hashlib; from functions.flags.rules import bucket\n"
              "print(hashlib.sha256(str([bucket('f', str(n)) for n in range(10000)]).encode()).hexdigest())")
    env = [{"PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}:{KERNEL.parent}"} for seed in ("0", "1", "2")]
    found = {subprocess.run([sys.executable, "-c", script], env=each, capture_output=True, text=True, check=True).stdout for each in env}
    assert len(found) == 1


def test_the_reason_says_how_it_was_decided():
    rule = Rule((Clause("plan_id", Operator.EQUALS, ("pro",)),), "on", (), None)
    for one, context, expected in [
            (flag(), {}, ("beta", EvaluationReason.STATIC)), (flag(rule), {}, ("beta", EvaluationReason.DEFAULT)),
            (flag(rule), {"plan_id": "pro"}, ("on", EvaluationReason.TARGETING_MATCH)),
            (flag(split(1000)), {"targetingKey": "u"}, ("on", EvaluationReason.SPLIT)),
            (flag(rule, killed=True), {"plan_id": "pro"}, ("off", EvaluationReason.DISABLED))]:
        found = evaluate(one, context)
        assert (found.variant, found.reason) == expected


def test_without_anything_to_tell_by_a_rollout_is_an_error_or_passed_over():
    assert evaluate(flag(split(500)), {}).error == EvaluationError.TARGETING_KEY_MISSING
    assert evaluate(flag(split(500)), {"tenant_id": "ten_1"}).reason == EvaluationReason.SPLIT
    passed = evaluate(flag(split(1000, by="device")), {"targetingKey": "u"})
    assert (passed.variant, passed.reason) == ("beta", EvaluationReason.DEFAULT)
    assert evaluate(flag(split(1000, by="device")), {"device": 7}).reason == EvaluationReason.SPLIT


def test_the_targeting_key_goes_before_the_tenant():
    context = {"targetingKey": "u", "tenant_id": "t"}
    assert all((bucket("f", "u") < weight) == (evaluate(flag(split(weight)), context).variant == "on") for weight in range(0, 1001, 7))


@pytest.mark.parametrize(("operator", "values", "value", "expected"), [
    ("equals", ["a"], "a", True), ("equals", ["a"], "A", False), ("equals", [1], 1.0, True), ("equals", [1], True, False),
    ("equals", [1], "1", False), ("equals", [True], True, True), ("in", ["a", "b"], "b", True), ("in", ["a"], ["a"], False),
    ("not_in", ["a", "b"], "c", True), ("not_in", ["a"], "a", False), ("not_in", ["a"], None, False), ("contains", ["b"], "abc", True),
    ("contains", ["x", "c"], "abc", True), ("contains", ["b"], ["a", "b"], True), ("contains", [1], "1", False),
    ("starts_with", ["ab"], "abc", True), ("starts_with", ["b"], "abc", False), ("ends_with", ["@a.test"], "u@a.test", True),
    ("ends_with", ["a"], 7, False), ("lt", [5], 4.5, True), ("lt", [5], 5, False), ("lte", [5], 5, True), ("gt", [5], 10**400, True),
    ("gte", [5], "6", False), ("gte", [1], True, False), ("semver_gte", ["1.2.0"], "1.10.0", True), ("semver_lt", ["1.0.0"], "1.0.0-rc.1", True),
    ("semver_equals", ["1.0.0"], "v1.0.0+build", True), ("semver_gt", ["1.0.0"], "garbage", False), ("semver_lte", ["2.0.0"], "2.0", False),
    ("exists", [], 0, True), ("exists", [], None, False), ("not_exists", [], None, True), ("not_exists", [], "", False)])
def test_a_clause_is_true_of_what_it_says(operator, values, value, expected):
    assert holds(Clause("a", operator, tuple(values)), {} if value is None else {"a": value}) is expected


def test_versions_are_ordered_as_semver_org_has_it():
    ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0",
               "2.1.0", "2.1.1"]  # §11
    found = [precedence(each) for each in ordered]
    assert found == sorted(found, key=lambda each: each or ())
    assert len(set(found)) == len(ordered)
    assert [each for each in ("1.0", "01.0.0", "1.0.0-01", "1.0.0-", "", "1.0.0-a..b", 1, "1" * 300) if precedence(each) is not None] == []


@pytest.mark.parametrize("operator", Operator)
def test_what_is_meant_to_be_slow_is_not(operator):
    context = {"a": "a" * 50_000 + "!", "b": "1.0.0-" + "0" * 50_000}
    begun = time.thread_time()
    for name in context:
        holds(Clause(name, operator, ("(a+)+$", "1.0.0", 1)), context)
    assert time.thread_time() - begun < 0.5


# ---------- what makes sense ----------


RULE = {"clauses": [], "variant": None, "rollout": [], "bucket_by": None}
ON_OFF = [{"name": "on", "value": True}, {"name": "off", "value": False}]


def refused(**change: Any) -> list[str]:
    asked = {"kind": "boolean", "variants": ON_OFF, "default_variant": "on", "off_variant": "off", "rules": []} | change
    try:
        check(**asked)
    except Invalid as failure:
        return [each["field"] for each in failure.context["errors"]]
    return []


@pytest.mark.parametrize(("change", "fields"), [
    ({}, []), ({"default_variant": "x", "off_variant": "y"}, ["default_variant", "off_variant"]),
    ({"variants": [*ON_OFF, ON_OFF[0]]}, ["variants.2.name"]), ({"kind": "string"}, ["variants.0.value", "variants.1.value"]),
    ({"kind": "integer", "variants": [{"name": "on", "value": 1}, {"name": "off", "value": True}]}, ["variants.1.value"]),
    ({"kind": "integer", "variants": [{"name": "on", "value": 1.0}, {"name": "off", "value": 2**53}]}, ["variants.0.value", "variants.1.value"]),
    ({"kind": "json", "variants": [{"name": "on", "value": {"a": None}}, {"name": "off", "value": "x"}]}, ["variants.1.value"]),
    ({"rules": [RULE]}, ["rules.0"]), ({"rules": [RULE | {"variant": "x"}]}, ["rules.0.variant"]),
    ({"rules": [RULE | {"rollout": [{"variant": "on", "weight": 999}]}]}, ["rules.0.rollout"]),
    ({"rules": [RULE | {"rollout": [{"variant": "x", "weight": 1000}]}]}, ["rules.0.rollout"]),
    ({"rules": [RULE | {"rollout": [{"variant": "on", "weight": 500}] * 2}]}, ["rules.0.rollout"]),
    ({"rules": [RULE | {"rollout": [{"variant": "on", "weight": 1000}], "variant": "on"}]}, ["rules.0"]),
    ({"rules": [RULE | {"variant": "on", "bucket_by": "x"}]}, ["rules.0.bucket_by"])])
def test_a_flag_that_contradicts_itself_is_refused_and_every_field_named(change, fields):
    assert refused(**change) == fields


@pytest.mark.parametrize(("operator", "values"), [
    ("equals", []), ("exists", [1]), ("lt", ["5"]), ("gte", [True]), ("starts_with", [5]), ("semver_gt", ["1.0"]), ("semver_lt", [1])])
def test_a_clause_that_could_never_be_true_is_refused(operator, values):
    rule = RULE | {"variant": "on", "clauses": [{"attribute": "a", "operator": operator, "values": values}]}
    assert refused(rules=[rule]) == ["rules.0.clauses.0.values"]


def test_a_number_has_a_decimal_point_and_an_integer_has_none():
    assert repr(settled("number", [{"name": "on", "value": 3}])[0]["value"]) == "3.0"
    assert repr(settled("integer", [{"name": "on", "value": 3}])[0]["value"]) == "3"
