"""Which variant a context is served, and which flags make sense. Pure: the same flag and context always give the same answer."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.flags.models import EvaluationError, EvaluationReason, FlagKind, FlagStatus, Operator
from kernel.problems import Invalid, error

WHOLE = 1000  # all of a rollout, in thousandths
TARGETING_KEY, TENANT, PLAN = "targetingKey", "tenant_id", "plan_id"
_LARGEST = 2**53 - 1  # that every client can hold
_LONGEST = 4000  # characters of a text
_ALONE = {Operator.EXISTS, Operator.NOT_EXISTS}
_NUMERIC = {Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST}
_TEXTUAL = {Operator.STARTS_WITH, Operator.ENDS_WITH}
_ID = r"(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_SEMVER = re.compile(rf"v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-({_ID}(?:\.{_ID})*))?(?:\+[0-9a-zA-Z.-]+)?")


@dataclass(frozen=True)
class Clause:
    attribute: str
    operator: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Rule:
    """`rollout`: (variant, weight) in order, where it serves no one `variant`."""

    clauses: tuple[Clause, ...]
    variant: str | None
    rollout: tuple[tuple[str, int], ...]
    bucket_by: str | None


@dataclass(frozen=True)
class Config:
    """A flag as far as it decides anything."""

    key: str
    killed: bool
    variants: Mapping[str, Any]
    default: str
    off: str
    rules: tuple[Rule, ...]
    salt: str


@dataclass(frozen=True)
class Outcome:
    """A value with its variant and the reason, or an error."""

    value: Any = None
    variant: str | None = None
    reason: EvaluationReason | None = None
    error: EvaluationError | None = None


def config(*, key: str, status: str, variants: Sequence[Any], default_variant: str, off_variant: str, rules: Sequence[Any],
           salt: str) -> Config:
    """From a flag's fields as they are stored."""
    return Config(key, status == FlagStatus.KILLED, {each["name"]: each["value"] for each in variants}, default_variant, off_variant,
                  tuple(map(_rule, rules)), salt)


def _rule(plain: Mapping[str, Any]) -> Rule:
    clauses = tuple(Clause(each["attribute"], each["operator"], tuple(each["values"])) for each in plain["clauses"])
    return Rule(clauses, plain["variant"], tuple((each["variant"], each["weight"]) for each in plain["rollout"]), plain["bucket_by"])


# ---------- evaluation ----------


def evaluate(flag: Config, context: Mapping[str, Any]) -> Outcome:
    """What a context is served: the first rule decides that is about it. Of any context, whatever it holds, there is an answer.

    A rollout needs something by which to tell one context from another. Where `targetingKey` and tenant are both missing that is
    `TARGETING_KEY_MISSING`; where an attribute is that was chosen, the rule is not about the context.
    """
    if flag.killed:
        return _served(flag, flag.off, EvaluationReason.DISABLED)
    for rule in flag.rules:
        if not all(holds(clause, context) for clause in rule.clauses):
            continue
        if rule.variant is not None:
            return _served(flag, rule.variant, EvaluationReason.TARGETING_MATCH)
        unit = _unit(rule.bucket_by, context)
        if unit is not None:
            return _served(flag, _chosen(rule.rollout, bucket(flag.salt, unit)), EvaluationReason.SPLIT)
        if rule.bucket_by is None:
            return Outcome(error=EvaluationError.TARGETING_KEY_MISSING)
    return _served(flag, flag.default, EvaluationReason.DEFAULT if flag.rules else EvaluationReason.STATIC)


def bucket(salt: str, unit: str) -> int:
    """0 to 999: the first 64 bits of SHA-256(salt, a zero byte, unit), scaled. Never to change: everybody would move."""
    found = hashlib.sha256(f"{salt}\0{unit}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(found[:8], "big") * WHOLE >> 64


def holds(clause: Clause, context: Mapping[str, Any]) -> bool:
    """Whether a clause is true of a context. What cannot be compared is not so; what is missing is neither in nor `not_in`."""
    value = context.get(clause.attribute)
    if clause.operator in _ALONE:
        return (value is not None) == (clause.operator == Operator.EXISTS)
    if value is None:
        return False
    if clause.operator == Operator.NOT_IN:
        return not any(_same(value, each) for each in clause.values)
    test = _TESTS[clause.operator]
    return any(test(value, each) for each in clause.values)


def _served(flag: Config, variant: str, reason: EvaluationReason) -> Outcome:
    return Outcome(flag.variants[variant], variant, reason)


def _chosen(rollout: Sequence[tuple[str, int]], place: int) -> str:
    """The variant whose part of the thousand the bucket lies in. Parts lie in order from 0: the first only grows or shrinks at its end."""
    end = 0
    for variant, weight in rollout:
        end += weight
        if place < end:
            return variant
    return rollout[-1][0]


def _unit(attribute: str | None, context: Mapping[str, Any]) -> str | None:
    value = context.get(attribute) if attribute is not None else context.get(TARGETING_KEY) or context.get(TENANT)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # 3.0 and 3 are one number in JSON
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def _same(one: Any, other: Any) -> bool:
    """1 and 1.0 are the same, 1 and true or "1" are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return any(_same(each, wanted) for each in value)
    return isinstance(value, str) and isinstance(wanted, str) and wanted in value


def _texts(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, wanted: isinstance(value, str) and isinstance(wanted, str) and test(value, wanted)


def _numbers(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, wanted: _is_number(value) and _is_number(wanted) and test(value, wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _versions(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(value: Any, wanted: Any) -> bool:
        one, other = precedence(value), precedence(wanted)
        return one is not None and other is not None and test(one, other)

    return compare


def precedence(text: Any) -> tuple[Any, ...] | None:
    """What sorts as a version does by semver.org 2.0.0 §11, a leading `v` being allowed; None for what is none."""
    found = _SEMVER.fullmatch(text) if isinstance(text, str) and len(text) <= 256 else None
    if found is None:
        return None
    parts = found[4].split(".") if found[4] else []
    ids = tuple((0, int(each), "") if each.isdigit() else (1, 0, each) for each in parts)
    return int(found[1]), int(found[2]), int(found[3]), not ids, ids


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda one, other: one == other, "lt": lambda one, other: one < other, "lte": lambda one, other: one <= other,
    "gt": lambda one, other: one > other, "gte": lambda one, other: one >= other}
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    Operator.EQUALS: _same, Operator.IN: _same, Operator.CONTAINS: _contains, Operator.STARTS_WITH: _texts(str.startswith),
    Operator.ENDS_WITH: _texts(str.endswith), **{name: _numbers(_ORDER[name]) for name in _NUMERIC},
    **{f"semver_{name}": _versions(test) for name, test in _ORDER.items()}}


# ---------- what makes sense ----------


def settled(kind: str, variants: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The variants as they are stored: of a `number` flag with a decimal point, so that no client takes one for an integer."""
    whole = kind == FlagKind.NUMBER
    return [{**each, "value": float(each["value"]) if whole and _is_number(each["value"]) and abs(each["value"]) <= _LARGEST
             else each["value"]} for each in variants]


def check(*, kind: str, variants: Sequence[Mapping[str, Any]], default_variant: str, off_variant: str,
          rules: Sequence[Mapping[str, Any]]) -> None:
    """`Invalid`, naming every field, where a flag could not be evaluated or says something that can never be."""
    names = [each["name"] for each in variants]
    bad = [*_bad_variants(kind, variants, names)]
    bad += [(field, f"there is no variant {name}") for field, name in (("default_variant", default_variant), ("off_variant", off_variant))
            if name not in names]
    for n, rule in enumerate(rules):
        bad += [(f"rules.{n}{place}", said) for place, said in _bad_rule(rule, set(names))]
    if bad:
        raise Invalid("the flag contradicts itself: see errors", errors=[error(field, "bad_value", said) for field, said in bad])


def _bad_variants(kind: str, variants: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for n, each in enumerate(variants):
        if each["name"] in names[:n]:
            yield f"variants.{n}.name", "two variants have this name"
        if not _FITS[kind](each["value"]):
            yield f"variants.{n}.value", f"not a value of a {kind} flag"


_FITS: dict[str, Callable[[Any], bool]] = {
    FlagKind.BOOLEAN: lambda value: isinstance(value, bool),
    FlagKind.STRING: lambda value: isinstance(value, str) and len(value) <= _LONGEST,
    FlagKind.INTEGER: lambda value: type(value) is int and abs(value) <= _LARGEST,
    FlagKind.NUMBER: lambda value: _is_number(value) and abs(value) <= _LARGEST,
    FlagKind.JSON: lambda value: isinstance(value, dict | list)}


def _bad_rule(rule: Mapping[str, Any], names: set[str]) -> Iterator[tuple[str, str]]:
    if (rule["variant"] is None) == (not rule["rollout"]):
        yield "", "a rule serves one variant or a rollout"
    if rule["variant"] is not None and rule["variant"] not in names:
        yield ".variant", f"there is no variant {rule['variant']}"
    if rule["bucket_by"] is not None and not rule["rollout"]:
        yield ".bucket_by", "there is no rollout to choose for"
    shares = [each["variant"] for each in rule["rollout"]]
    if unknown := set(shares) - names:
        yield ".rollout", f"there is no variant {min(unknown)}"
    if len(set(shares)) < len(shares):
        yield ".rollout", "a variant has one share"
    if shares and sum(each["weight"] for each in rule["rollout"]) != WHOLE:
        yield ".rollout", f"the weights add up to {WHOLE} thousandths"
    for n, clause in enumerate(rule["clauses"]):
        if said := _bad_values(clause["operator"], clause["values"]):
            yield f".clauses.{n}.values", said


def _bad_values(operator: str, values: Sequence[Any]) -> str | None:
    if operator in _ALONE:
        return "takes no values" if values else None
    if not values:
        return "at least one value is needed"
    if operator in _NUMERIC and not all(map(_is_number, values)):
        return "numbers are needed"
    if operator in _TEXTUAL and not all(isinstance(each, str) for each in values):
        return "texts are needed"
    if operator.startswith("semver_") and any(precedence(each) is None for each in values):
        return "versions such as 1.2.3 are needed"
    return None
