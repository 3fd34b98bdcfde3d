"""A company that has some of everything, and what is asked of it."""

import importlib
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import Route

from kernel import audit
from kernel.http import Api, _Permission
from kernel.resource import Resource
from tests.integration.writes.asking import Write
from tests.integration.writes.company import MESSAGE, Company, everything, news
from tests.integration.writes.registry import WRITES
from tests.unit.source import FEATURES, FUNCTIONS

# Writes that leave some of what is made by no POST of its own.
MORE = ("finalize an invoice below zero", "refund", "send a message again", "ask for an export", "look at a check", "resolve an exception",
        "buy what is free", "buy what costs", "change a member", "disable a member")


class Declared(NamedTuple):
    api: Api
    resource: Resource

    def routes(self) -> list[Route]:
        """All below its address that is no other resource's."""
        others = [each.resource.path for each in declared() if each.resource.path.startswith(self.resource.path + "/")]
        return [route for route in [*self.api._static_routes, *self.api._dynamic_routes]
                if (route.path + "/").startswith(self.resource.path + "/") and not any((route.path + "/").startswith(other + "/") for other in others)]

    def has(self, method: str, tail: str = "") -> bool:
        return any(route.method == method and route.path == self.resource.path + tail for route in self.routes())

    def body(self, method: str, tail: str) -> set[str]:
        """The fields that such a route takes."""
        route = next(route for route in self.routes() if route.method == method and route.path == self.resource.path + tail)
        return set(route.func.__annotations__["body"].model_fields)


@cache
def declared() -> list[Declared]:
    """Every resource with its API."""
    modules = {feature: importlib.import_module(f"functions.{feature}.models") for feature in FEATURES if (FUNCTIONS / feature / "models.py").exists()}
    apis = {feature: importlib.import_module(f"functions.{feature}.api").handler for feature in modules if (FUNCTIONS / feature / "api.py").exists()}
    return sorted((Declared(apis[feature], each) for feature, module in modules.items() for each in vars(module).values()
                   if isinstance(each, Resource)), key=lambda each: each.resource.path)  # fmt: skip


def writes_to(resource: Resource) -> list[tuple[str, Write]]:
    """The writes of the tests that make one by a POST to its address."""
    return [(name, write) for name, write in WRITES.items()
            if write.ask.__name__ != "bring" and asked_for(write)[:2] == ("POST", resource.path)]


def asked_for(write: Write) -> tuple[str, str, Any]:
    class Anyone:
        def __getattr__(self, name: str) -> str:
            return "x"

    return write.ask(Anyone(), ("x", "x"))  # type: ignore[arg-type]


def permission(route: Route) -> _Permission | None:
    return next((each for each in route.middlewares if isinstance(each, _Permission)), None)


def stock(company: Company) -> None:
    """At least two of what a POST makes, and what comes along; all of it is in the search index."""
    for each in declared():
        for _, write in writes_to(each.resource) * 2:
            perform(company, write)
    for name in MORE:
        perform(company, WRITES[name])
    for each in declared():
        for item in everything(each.resource.record.Meta.table_name):
            if "head" in item and audit.timeline(item["pk"]["S"]):
                company.done(MESSAGE, "search", news(item["pk"]["S"]))


def perform(company: Company, write: Write) -> SimpleNamespace:
    made = write.prepare(company)
    return company.ask(*write.ask(company, made), at=write.at, headers=write.headers)
