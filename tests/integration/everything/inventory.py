"""A company that has some of everything, and what is asked of it."""

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import Route

from kernel import audit
from kernel.http import Api, _Permission
from kernel.resource import Resource
from tests.features import all_resources, apis
from tests.integration.writes.asking import Write
from tests.integration.writes.company import MESSAGE, Company, everything, news
from tests.integration.writes.registry import WRITES, requests

# Writes that leave some of what is made by no POST of its own.
MORE = ("finalize an invoice below zero", "refund", "send a message again", "ask for an export", "look at a check", "resolve an exception",
        "buy what is free", "buy what costs", "change a member", "disable a member")
# What nobody makes by asking: a nightly run, and signing in.
EMPTY = {"/v1/insights/churn", "/v1/staff/sessions"}


class Declared(NamedTuple):
    api: Api
    resource: Resource

    def routes(self) -> list[Route]:
        """All below its address that is no other resource's."""
        others = [each.resource.path + "/" for each in declared() if each.resource.path.startswith(self.resource.path + "/")]
        return [route for route in [*self.api._static_routes, *self.api._dynamic_routes]
                if (at := route.path + "/").startswith(self.resource.path + "/") and not any(at.startswith(other) for other in others)]

    def route(self, method: str, tail: str = "") -> Route | None:
        return next((route for route in self.routes() if (route.method, route.path) == (method, self.resource.path + tail)), None)

    @property
    def is_stocked(self) -> bool:
        return self.resource.path not in EMPTY

    @property
    def is_exported(self) -> bool:
        return f"{self.resource.path}/exports" in {route.path for route in apis()["exports"]._static_routes}

    def made_by(self) -> Write | None:
        """The first write of the tests that makes one by a POST to its address."""
        asked = requests()
        return next((WRITES[name] for name in asked if asked[name][:2] == ("POST", self.resource.path)), None)


@cache
def declared() -> list[Declared]:
    """Every resource with its API."""
    return [Declared(apis()[feature], resource) for feature, resource in all_resources()]


def permission(route: Route) -> _Permission | None:
    return next((each for each in route.middlewares if isinstance(each, _Permission)), None)


def stock(company: Company) -> None:
    """At least two of what a POST makes, and what comes along; all of it is in the search index."""
    makers = [write for each in declared() if (write := each.made_by())]
    for write in (*makers, *makers, *(WRITES[name] for name in MORE)):
        perform(company, write)
    for name in sorted({each.resource.record.Meta.table_name for each in declared()}):
        for item in everything(name):
            if "head" in item and audit.timeline(item["pk"]["S"]):
                company.done(MESSAGE, "search", news(item["pk"]["S"]))


def perform(company: Company, write: Write) -> SimpleNamespace:
    """Asks for it."""
    made = write.prepare(company)
    return company.ask(*write.ask(company, made), at=write.at, headers=write.headers)
