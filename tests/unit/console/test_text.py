"""The console speaks German: every problem that the API can answer, and everything that can happen to a record, has its words there."""

import ast
import re
from collections.abc import Iterator
from typing import get_args

from pydantic_core.core_schema import ErrorType

from functions.api_keys.models import KeyStatus
from tests.unit.source import FUNCTIONS, KERNEL, ROOT, files, shown, tree

TEXT = ROOT / "console" / "src" / "text"
OURS = files(FUNCTIONS, KERNEL)
# Codes that are put together as the program runs, by the expression, each with all that it can be.
COMPUTED = {
    "why[0]": {"password_too_short", "password_too_long", "password_too_simple", "password_too_common", "password_is_personal"},
    "f\"key_{said['status']}\"": {f"key_{status}" for status in KeyStatus if status != KeyStatus.ACTIVE},
    "_decline_code(_error(error))": set(),  # the bank's, which the console shows as the bank says it
    "outcome": set(),  # a `Refusal`, which is read where it is declared
}


def words(name: str) -> set[str]:
    return set(re.findall(r"^  (\w+):", (TEXT / name).read_text(), re.MULTILINE))


def problems() -> set[str]:
    """The names of all classes of problems."""
    classes = [node for path in OURS for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    found, before = {"Problem"}, 0
    while len(found) > before:
        before = len(found)
        found |= {each.name for each in classes if any(isinstance(base, ast.Name) and base.id in found for base in each.bases)}
    return found


def declared(node: ast.ClassDef) -> Iterator[ast.expr]:
    """`code = "…"` and `status, code = 409, "…"` of a class."""
    for each in node.body:
        if isinstance(each, ast.Assign):
            target, value = each.targets[0], each.value
            pairs = zip(target.elts, value.elts, strict=True) if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) else [(target, value)]
            yield from (what for name, what in pairs if isinstance(name, ast.Name) and name.id == "code")


def refusals(node: ast.ClassDef) -> Iterator[ast.expr]:
    return (each.value for each in node.body if node.name == "Refusal" and isinstance(each, ast.Assign))


def raised(node: ast.Call) -> Iterator[ast.expr]:
    """What a call that makes a problem gives as its code; `Refused` takes it first."""
    yield from (each.value for each in node.keywords if each.arg == "code")
    if isinstance(node.func, ast.Name) and node.func.id == "Refused":
        yield node.args[0]


def expressions() -> Iterator[tuple[str, ast.expr]]:
    names = problems()
    for path in OURS:
        for node in ast.walk(tree(path)):
            found: Iterator[ast.expr] = iter(())
            if isinstance(node, ast.ClassDef):
                found = iter([*(declared(node) if node.name in names else ()), *refusals(node)])
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                found = raised(node)
            yield from ((f"{shown(path)}:{node.lineno}", each) for each in found)


def codes() -> set[str]:
    """All codes that can be answered. An expression that this cannot read has to be named in `COMPUTED`."""
    found: set[str] = set()
    for place, each in expressions():
        if isinstance(each, ast.Constant):
            found.add(each.value)
        elif not (isinstance(each, ast.Attribute) and ast.unparse(each).startswith("Refusal.")):
            said = ast.unparse(each)
            assert said in COMPUTED, f"{place}: which codes can {said} be?"
            found |= COMPUTED[said]
    return found


def test_every_problem_has_german_words():
    found = codes()
    assert {"conflict", "last_owner", "invoice_paid", "key_revoked", "too_many_attempts", "unknown_reference"} <= found
    assert sorted(found - words("de_problems.ts")) == []


def test_no_german_words_are_kept_for_problems_that_nobody_has():
    of_fields = set(get_args(ErrorType))
    assert sorted(words("de_problems.ts") - codes() - of_fields) == []


def test_everything_that_can_happen_has_german_words():
    events = {each.value.value.split(".")[-1] for path in OURS for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)
              for each in node.keywords if each.arg == "event" and isinstance(each.value, ast.Constant)}
    assert {"activated", "signed_in", "voided"} <= events
    assert sorted((events | {"purged", "reverted"}) ^ words("de_events.ts")) == []
