"""Every route of every feature, with the resource that it belongs to."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from typing import Any, get_args

from aws_lambda_powertools.event_handler.api_gateway import Route

from kernel.http import Api, _Permission
from kernel.resource import Page, Resource
from kernel.timeline import Timeline
from kernel.views import View
from local.settings import ROOT

WRITES = ("POST", "PATCH", "PUT", "DELETE")


@dataclass(frozen=True)
class Operation:
    """One route. `tail` is what follows the address of its resource: "", "/<id>", "/<id>/suspend", "/bulk"; "" without a resource."""

    feature: str
    api: Api
    route: Route
    resource: Resource | None
    tail: str

    @property
    def method(self) -> str:
        return str(self.route.method)

    @property
    def path(self) -> str:
        return str(self.route.openapi_path)

    @cached_property
    def shown(self) -> Any:
        """The type that the answer shows, or None where it is empty."""
        returned = self.route.func.__annotations__.get("return")
        return next(iter(get_args(returned)), returned)

    @property
    def shows_record(self) -> bool:
        return isinstance(self.shown, type) and issubclass(self.shown, View)

    @property
    def lists(self) -> bool:
        return self.shown is Page and self.resource is not None

    @property
    def tells(self) -> bool:
        """Whether it is a record's timeline."""
        return self.shown is Timeline and self.path.endswith("/timeline")

    @property
    def gets(self) -> bool:
        """Whether it shows one record as it is."""
        return self.method == "GET" and self.tail == "/<id>" and self.shows_record

    @property
    def shows_deleted(self) -> bool:
        return self.gets and not {"sees_deleted", "_visible"}.isdisjoint(self.route.func.__code__.co_names)

    @property
    def selects(self) -> bool:
        """Whether `fields=` counts: in what the kernel itself mounts."""
        return self.lists or (self.gets and self.route.func.__module__.startswith("kernel."))

    @property
    def public(self) -> bool:
        return any(fnmatchcase(self.route.path, public) for public in self.api._public)

    @property
    def permission(self) -> str | None:
        return next((each.name for each in self.route.middlewares if isinstance(each, _Permission) and each.name), None)

    @property
    def exports(self) -> bool:
        return self.method == "POST" and self.tail == "/exports"

    @property
    def writes(self) -> bool:
        reading = (f"{self.feature}.read", f"{self.feature}.evaluate")
        reads = self.method == "POST" and not self.repeatable and self.permission in reading
        return self.method in WRITES and not self.public and not reads

    @property
    def repeatable(self) -> bool:
        """Whether an `Idempotency-Key` counts (`kernel.http`)."""
        known = self.route.func in self.api.shows or self.shown in self.api.shows
        return self.method == "POST" and not self.public and known

    @property
    def addressed(self) -> bool:
        """Whether it changes the very record that its address names, so that `If-Match` is about that."""
        return self.writes and "{" in self.path and self.route.status_code != 201

    @property
    def match_required(self) -> bool:
        return self.addressed and self.method in ("PATCH", "DELETE") and self.resource is not None and self.resource.match_required


@cache
def apis() -> dict[str, Any]:
    """{feature: its module `api`}"""
    names = sorted(path.parent.name for path in (ROOT / "functions").glob("*/api.py"))
    return {name: importlib.import_module(f"functions.{name}.api") for name in names}


def operations() -> Iterator[Operation]:
    """All of them, by feature, in the order in which they are declared."""
    resources = {each.path: each for module in apis().values() for each in vars(module).values() if isinstance(each, Resource)}
    for feature, module in apis().items():
        for route in [*module.handler._static_routes, *module.handler._dynamic_routes]:
            path = next((p for p in sorted(resources, key=len, reverse=True) if f"{route.path}/".startswith(f"{p}/")), None)
            yield Operation(feature, module.handler, route, resources[path] if path else None, route.path.removeprefix(path or route.path))
