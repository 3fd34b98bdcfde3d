"""The import rules, checked on the source. CONTRIBUTING.md says why."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from tests.unit.source import FUNCTIONS, KERNEL, ROOT, file_of, files, imports, shown, tree

ENTRY_POINTS = {"api", "worker", "sockets"}
# Who may import what of another feature; everyone else (models, rules, events, contract's own helpers) may take its `contract` only.
OF_OTHERS = {"api": set(), "sockets": set(), "worker": {"events"}, "models": set(), "events": set()}
USE_CASES = {"contract", "events"}
# What rules may use: nothing that does I/O, tells the time or throws dice.
PURE_KERNEL = {"kernel.money", "kernel.calendar", "kernel.problems"}
IMPURE_STDLIB = {"random", "secrets", "os", "time", "socket", "subprocess", "uuid", "urllib", "http", "threading", "tempfile", "logging"}


# The one exception: an export writes any resource to a file, so one module knows what every feature declares.
EVERY_RESOURCE = FUNCTIONS / "exports" / "resources.py"


def between_features() -> list[tuple[Path, str, str]]:
    """(importing file, imported feature, its module) of every import from one feature into another."""
    found = []
    for path in files(FUNCTIONS):
        own = path.relative_to(FUNCTIONS).parts[0]
        for name in imports(path):
            match name.split("."):
                case ["functions", _, "models"] if path == EVERY_RESOURCE:
                    continue
                case ["functions", feature, *module] if feature != own:
                    found.append((path, feature, ".".join(module)))
    return found


def test_the_kernel_imports_no_feature_and_nothing_local() -> None:
    bad = [(shown(path), name) for path in files(KERNEL) for name in imports(path) if name.split(".")[0] in ("functions", "local", "tests")]
    assert bad == []


def test_functions_import_neither_the_local_cloud_nor_tests() -> None:
    assert [(shown(path), name) for path in files(FUNCTIONS) for name in imports(path) if name.split(".")[0] in ("local", "tests")] == []


def test_a_feature_takes_from_another_only_its_contract_and_events() -> None:
    assert [(shown(path), feature, module) for path, feature, module in between_features() if module not in USE_CASES] == []


def test_entry_points_models_and_events_take_even_less_of_others() -> None:
    bad = []
    for path, feature, module in between_features():
        allowed = OF_OTHERS.get(path.stem if path.parent.parent == FUNCTIONS else "", USE_CASES)
        if module not in allowed:
            bad.append((shown(path), feature, module))
    assert bad == []


def test_only_exports_import_what_knows_every_resource() -> None:
    users = {path.parent.name for path in files(FUNCTIONS) if "functions.exports.resources" in imports(path)}
    assert users == {"exports"}


def test_nobody_imports_an_entry_point() -> None:
    bad = [(shown(path), name) for path in files(FUNCTIONS, KERNEL) for name in imports(path)
           if name.startswith("functions.") and name.split(".")[2:3] and name.split(".")[2] in ENTRY_POINTS]
    assert bad == []


def test_events_import_nothing_of_their_feature() -> None:
    bad = [(shown(path), name) for path in FUNCTIONS.glob("*/events.py") for name in imports(path) if name.startswith("functions.")]
    assert bad == []


def reached(feature: str) -> set[str]:
    """Other features that a feature's contract leads to, through the feature's own modules."""
    seen: set[str] = set()
    found: set[str] = set()
    waiting = [f"functions.{feature}.contract"]
    while waiting:
        module = waiting.pop()
        path = file_of(module)
        if module in seen or path is None:
            continue
        seen.add(module)
        inner = [name for name in imports(path) if name.startswith("functions.")]
        waiting += [name for name in inner if name.split(".")[1] == feature]
        found |= {name.split(".")[1] for name in inner if name.split(".")[2:] == ["contract"]} - {feature}
    return found


def test_contracts_form_no_circle() -> None:
    try:
        TopologicalSorter({path.parent.name: reached(path.parent.name) for path in FUNCTIONS.glob("*/contract.py")}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def rules() -> list[Path]:
    return sorted([*FUNCTIONS.glob("*/rules.py"), *FUNCTIONS.glob("*/rules/*.py")])


@pytest.mark.parametrize("path", rules(), ids=shown)
def test_rules_are_pure(path: Path) -> None:
    feature = path.relative_to(FUNCTIONS).parts[0]
    own = (f"functions.{feature}.rules", f"functions.{feature}.models")
    bad = []
    for name in imports(path):
        top = name.split(".")[0]
        pure = (top in sys.stdlib_module_names and top not in IMPURE_STDLIB) or name in PURE_KERNEL or name.startswith(own)
        if not pure:
            bad.append(name)
    assert bad == []


@pytest.mark.parametrize("path", [*rules(), KERNEL / "money.py", KERNEL / "calendar.py"], ids=shown)
def test_rules_read_no_clock(path: Path) -> None:
    source = path.read_text()
    assert not any(call in source for call in (".now(", ".utcnow(", ".today(", "wall("))


def test_only_the_clock_reads_the_clock() -> None:
    calls = (".now(", ".utcnow(", "time.time(", "date.today(")
    bad = [shown(path) for path in files(FUNCTIONS, KERNEL) if path != KERNEL / "clock.py" and any(call in path.read_text() for call in calls)]
    assert bad == []


def test_the_local_cloud_is_imported_by_tests_alone() -> None:
    outside = [path for path in files(ROOT / "scripts", ROOT / "infra") if path.exists()]
    assert [(shown(path), name) for path in outside for name in imports(path) if name.split(".")[0] == "local"] == []


def test_what_no_test_runs_finds_what_it_takes_from_us() -> None:
    """The figures and the pictures."""
    for path in [*files(ROOT / "tests" / "bench"), ROOT / "tests" / "pictures.py"]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module and file_of(node.module):
                there = import_module(node.module)
                missing = [each.name for each in node.names if not hasattr(there, each.name) and not file_of(f"{node.module}.{each.name}")]
                assert missing == [], f"{shown(path)}: from {node.module}"
