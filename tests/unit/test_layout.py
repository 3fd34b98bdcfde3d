"""House style and names, where a machine can tell."""

import ast
import importlib
import re
import sys
from fnmatch import fnmatchcase
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kernel import ids
from kernel.audit import Payload
from kernel.http import Api, Body, _Permission
from kernel.paths import Path as AccessPath
from kernel.records import Record, Text
from kernel.resource import Resource
from kernel.views import projection
from tests.features import apis
from tests.unit.source import FEATURES, FUNCTIONS, KERNEL, ROOT, files, module_of, shown, tree

OURS = files(FUNCTIONS, ROOT / "layers", ROOT / "local", ROOT / "tests")
MODULES = [module_of(path) for path in files(FUNCTIONS)]
MAX_LINES, MAX_FUNCTION, MAX_NESTING, MAX_KERNEL = 300, 40, 3, 4700
TEXT = {".py", ".yaml", ".yml", ".toml", ".md", ".in", ".txt", ".json", ".html", ".j2", ".typ", ""}
SKIPPED = {".git", ".venv", ".local", ".aws-sam", ".hypothesis", ".mypy_cache", ".ruff_cache", "__pycache__", "node_modules"}
# Participles that do not end in -ed, and states that a record comes into by what others did.
OTHER_EVENTS = {
    "paid", "sent", "signed_in", "signed_out", "resent", "lost", "ready", "uncollectible", "past_due", "trial_ending", "outcome_unknown",
    "stuck", "won", "overdue", "withdrawn"}


def functions_of(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Levels of blocks in a function. An `elif` is on the level of its `if`, a nested function begins anew."""
    deepest = depth
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
                continue
            chained = name == "orelse" and isinstance(node, ast.If) and isinstance(child, ast.If)
            block = isinstance(child, ast.If | ast.For | ast.While | ast.With | ast.Try | ast.Match) and not chained
            deepest = max(deepest, nesting(child, depth + block))
    return deepest


@pytest.mark.parametrize("path", OURS, ids=shown)
def test_a_module_says_what_it_is_for_and_fits_on_a_few_pages(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MAX_LINES
    if path.name != "__init__.py" or text.strip():
        assert ast.get_docstring(tree(path)), "no docstring"
    long = {each.name: length for each in functions_of(path) if (length := (each.end_lineno or 0) - each.lineno + 1) > MAX_FUNCTION}
    assert long == {}
    deep = {each.name: depth for each in functions_of(path) if (depth := nesting(each)) > MAX_NESTING}
    assert deep == {}


def test_the_kernel_stays_small() -> None:
    assert sum(len(path.read_text().splitlines()) for path in files(KERNEL)) <= MAX_KERNEL


@pytest.mark.parametrize("path", [*files(FUNCTIONS / "content", FUNCTIONS / "invoices", FUNCTIONS / "subscriptions", FUNCTIONS / "payments", FUNCTIONS / "plans",
                                         FUNCTIONS / "settings"), KERNEL / "money.py", KERNEL / "calendar.py"], ids=shown)
def test_money_is_never_rounded_by_the_interpreter_nor_a_float(path: Path) -> None:
    nodes = list(ast.walk(tree(path)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    waits = {id(inner) for call in calls if ast.unparse(call.func) in ("time.sleep", "random.uniform") for inner in ast.walk(call)}
    bad = [f"{call.func.id}() in line {call.lineno}" for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("round", "float")]
    bad += [f"{node.value} in line {node.lineno}" for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, float) and id(node) not in waits]
    assert bad == []


@pytest.mark.parametrize("name", [*FEATURES, "functions", "kernel", "local"])
def test_no_name_hides_the_standard_library(name: str) -> None:
    assert name not in sys.stdlib_module_names


def test_there_is_no_place_for_things_without_a_home() -> None:
    homeless = {"src", "common", "shared", "utils", "helpers", "lib", "misc", "core", "base"}
    places = {part for path in OURS for part in path.relative_to(ROOT).with_suffix("").parts}
    assert places & homeless == set()
    classes = [node.name for path in files(FUNCTIONS, KERNEL) for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    assert [name for name in classes if re.search("(Manager|Helper|Utils|Util|Base|Impl)$", name)] == []


def test_nothing_of_one_machine_is_in_the_repository() -> None:
    """No home or work folder, no package index but the public default."""
    machine = re.compile(r"(?<![\w.$])/(?:work|root|home|Users)/[\w.]")
    index = re.compile(r"(?<!emit-)(?:extra-)?index-url|trusted-host|find-links")
    bad = []
    for path in ROOT.rglob("*"):
        if not path.is_file() or path.suffix not in TEXT or SKIPPED & set(path.relative_to(ROOT).parts) or path == Path(__file__):
            continue
        text = path.read_text(errors="ignore")
        bad += [f"{shown(path)}: {found[0]}" for pattern in (machine, index) if (found := pattern.search(text))]
    assert bad == []


# ---------- names ----------


def loaded() -> list[Any]:
    """Everything that the features' modules define."""
    return [value for name in MODULES for value in vars(importlib.import_module(name)).values()]


def records() -> list[type[Record]]:
    return sorted({each for each in loaded() if isinstance(each, type) and issubclass(each, Record) and each is not Record},
                  key=lambda kind: kind.prefix)


def feature_of(thing: Any) -> str:
    return str(thing.__module__.split(".")[1])


def test_id_prefixes_are_three_letters_and_unique() -> None:
    prefixes = [kind.prefix for kind in records()]
    assert len(prefixes) == len(set(prefixes)), prefixes
    assert [prefix for prefix in prefixes if not re.fullmatch(ids.PATTERN, ids.new(prefix))] == []


@pytest.mark.parametrize("kind", records(), ids=lambda kind: kind.__name__)
def test_a_record_lives_in_its_features_table_and_its_paths_can_be(kind: type[Record]) -> None:
    assert kind.Meta.table_name == feature_of(kind)
    assert {path.index for path in kind.paths} <= {f"gsi{n}" for n in range(1, 8)}, "gsi8 is time's"
    for one, other in combinations(kind.paths, 2):
        apart = any(not set(values) & set(other.where.get(name, values)) for name, values in one.where.items())
        assert one.index != other.index or apart, f"a record may have two places in {one.index}"
    fields = set(kind.get_attributes())
    for path in kind.paths:
        assert isinstance(path, AccessPath)
        assert {*path.by, path.sort, *path.where} <= fields
    assert kind.unaudited <= fields
    assert set(kind.searched) <= fields - kind.unaudited
    assert [name for name in kind.searched if not isinstance(kind.get_attributes()[name], Text)] == []


def test_events_are_a_feature_and_a_past_participle() -> None:
    bad = []
    for each in {each for each in loaded() if isinstance(each, type) and issubclass(each, Payload) and "event" in vars(each)}:
        feature, _, what = each.event.partition(".")
        told = what.endswith("ed") or what in OTHER_EVENTS or what.split("_")[-1] in OTHER_EVENTS
        if feature != feature_of(each) or not re.fullmatch("[a-z]+(_[a-z]+)*", what) or not told:
            bad.append(each.event)
    assert bad == []


def test_every_event_has_one_type() -> None:
    types = {each for each in loaded() if isinstance(each, type) and issubclass(each, Payload) and "event" in vars(each)}
    names = [each.event for each in types]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("resource", {r.path: r for r in loaded() if isinstance(r, Resource)}.values(), ids=lambda r: r.path)
def test_what_a_resource_shows_and_filters_by_is_in_its_record(resource: Resource) -> None:
    assert projection(resource.record, resource.view)
    fields = {"id", *resource.record.get_attributes()}
    assert set(resource.filters) <= fields
    assert resource.path == f"/v1/{(resource.segment or resource.name).replace('_', '-')}"


UPDATES: set[type[Body]] = {each for each in loaded() if isinstance(each, type) and issubclass(each, Body) and each.__name__.endswith("Update")}


@pytest.mark.parametrize("body", sorted(UPDATES, key=str), ids=lambda body: body.__name__)
def test_null_in_a_patch_is_refused_where_the_record_needs_a_value(body: type[Body]) -> None:
    kind = next(each for each in records() if each.__name__ == body.__name__.removesuffix("Update"))
    for name in body.model_fields:
        attribute = kind.get_attributes().get(name)
        try:
            body.model_validate({name: None})
        except ValidationError:
            continue
        assert attribute is None or attribute.null, f"{body.__name__}.{name} takes null"


APIS = [*apis().items()]


# Routes that answer from several features and ask for each one's own permission in the use case; a test of the feature shows it.
OF_SEVERAL_FEATURES = {"/v1/me", "/v1/realtime/events", "/v1/realtime/ticket", "/v1/search"}
# Routes about whoever is signed in: their sessions, password and authenticator. Others' sessions ask for `staff.sessions` in the use case.
OF_ONESELF = ("/v1/auth/*", "/v1/staff/sessions", "/v1/staff/sessions/*")
# Of these everyone sees some: a file of all would show too much. Of erasures, what was erased is not to be passed on either.
NOT_EXPORTED = {"/v1/audit/erasures", "/v1/exports", "/v1/staff/views"}
# What is exported is read: the permission is that of the resource's own feature, whoever serves the route.
EXPORTED = {f"{each.path}/exports": each for each in loaded() if isinstance(each, Resource) and each.path not in NOT_EXPORTED}


def test_every_resource_that_is_the_same_for_all_can_be_exported() -> None:
    exported = importlib.import_module("functions.exports.resources").RESOURCES
    assert {f"{each.path}/exports": each for each in exported.values()} == EXPORTED


def test_the_permission_to_export_is_the_permission_to_read() -> None:
    api = dict(APIS)["exports"]
    routes = {route.path: [each.name for each in route.middlewares if isinstance(each, _Permission) and each.name] for route in api._static_routes}
    assert {path: asked for path, asked in routes.items() if path != "/v1/exports"} == {
        path: [resource.may_read] for path, resource in EXPORTED.items()}


@pytest.mark.parametrize(("feature", "api"), APIS, ids=[feature for feature, _ in APIS])
def test_every_route_asks_for_a_permission_of_its_feature_or_is_declared_public(feature: str, api: Api) -> None:
    for route in [*api._static_routes, *api._dynamic_routes]:
        asked = [each.name for each in route.middlewares if isinstance(each, _Permission) and each.name]
        free = (*api._public, *(OF_ONESELF if feature == "staff" else ()), *OF_SEVERAL_FEATURES)
        if any(fnmatchcase(route.path, each) for each in free):
            assert asked == []
        else:
            owner = EXPORTED[route.path].name if route.path in EXPORTED else feature
            assert [name for name in asked if re.fullmatch(rf"{owner}\.[a-z_]+", name)], f"{route.method} {route.path}"


def test_handlers_take_plain_routes_only() -> None:
    """A route's path has ids in it as `<id>`, and lower case with hyphens else. Public protocols have addresses of their own."""
    for _, api in APIS:
        for route in [*api._static_routes, *api._dynamic_routes]:
            assert re.fullmatch(r"(/ofrep)?/v1(/([a-z]+(-[a-z]+)*(\.json)?|<[a-z_]+>))+", route.path), route.path


@pytest.mark.parametrize("resource", [each for each in {r.path: r for r in loaded() if isinstance(r, Resource)}.values() if not each.permission],
                         ids=lambda each: each.path)
def test_every_resource_has_what_all_of_them_have(resource: Resource) -> None:
    """Lists, one, its timeline; in bulk whatever can be done to one."""
    routes = {(route.method, route.path) for _, api in APIS for route in [*api._static_routes, *api._dynamic_routes]}
    own = {(method, path.removeprefix(resource.path)) for method, path in routes if path.startswith(resource.path)}
    assert {("GET", ""), ("GET", "/<id>"), ("GET", "/<id>/timeline")} <= own
    changes = [path for method, path in own if method in ("PATCH", "DELETE", "POST") and path.startswith("/<id>")]
    assert not changes or ("POST", "/bulk") in own or resource.name == "exports"
    assert {"id", "created_at", "updated_at", "deleted_at"} <= set(resource.filters)
