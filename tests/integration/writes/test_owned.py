"""Mass assignment: of every write of every feature, whatever the server owns is refused by name, and nothing that is stored changes."""

from typing import Any

import pytest

from kernel.bulk import actions
from kernel.dynamodb import chunks
from kernel.records import Record
from kernel.resource import Resource
from tests.callers import ask
from tests.features import all_resources, apis, modules
from tests.integration.writes.company import MESSAGE, TABLES, Company, everything, owner_of
from tests.integration.writes.registry import WRITES
from tests.integration.writes.test_bodies import OWNED

TOLD = 40  # mistakes at once, of which an answer tells no more than 50


def records_of(module: Any) -> set[type[Record]]:
    """The records that the routes of a feature are about, and those stored beside them."""
    kinds = {value.record for value in vars(module).values() if isinstance(value, Resource)}
    return {kind for each in kinds for kind in {each, *(other for other in Record.__subclasses__() if other.table() == each.table())}}


def owned(method: str, path: str) -> set[str]:
    """What a write could hope to set and may not: all that is stored of the feature's records and is no field of its body."""
    api = owner_of(method, path)
    module = next(module for module in modules("api").values() if module.handler is api)
    route = next(route for route in [*api._static_routes, *api._dynamic_routes] if route.method == method and route.rule.match(path))
    stored = {name for kind in records_of(module) for name in kind.get_attributes()}
    return (OWNED | stored) - set(getattr(route.func.__annotations__.get("body"), "model_fields", ()))


def state() -> dict[str, list[Any]]:
    return {name: everything(name) for name in TABLES}


def named(answer: Any) -> set[str]:
    """The fields that a 422 names."""
    return {each["field"] for each in answer.get("errors", [])} if answer else set()


def refused(company: Company, name: str, asked: tuple[str, str, Any]) -> list[str]:
    """The fields that were not refused as they should be, for one write."""
    method, path, body = asked
    wrong = []
    for fields in chunks(sorted(owned(method, path)), TOLD):
        answer = company.ask(method, path, {**body, **dict.fromkeys(fields, "x")}, at=WRITES[name].at, headers=WRITES[name].headers)
        wrong += [f"{name}: {field} got {answer.status}" for field in fields if answer.status != 422 or field not in named(answer.body)]
    return wrong


def test_no_write_sets_what_the_server_owns(company: Company) -> None:
    wrong: list[str] = []
    asked = {name: write.ask(company, write.prepare(company)) for name, write in WRITES.items()}
    bodies = {name: each for name, each in asked.items() if each[0] != MESSAGE and isinstance(each[2], dict)}
    before = state()
    for name, each in bodies.items():
        wrong += refused(company, name, each)
    assert len(bodies) > 20
    assert wrong == []
    assert state() == before


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("feature", "resource"), all_resources(), ids=[resource.path for _, resource in all_resources()])
def test_nor_does_an_action_that_is_asked_for_in_bulk(feature: str, resource: Resource, owner: dict[str, str]) -> None:
    api, id = apis()[feature], f"{resource.record.prefix}_none"
    for action, ((method, suffix), route) in actions(api, resource).items():
        if "body" not in route.func.__annotations__:
            continue
        for fields in chunks(sorted(owned(method, f"{resource.path}/{id}{suffix}")), TOLD):
            asked = {"action": action, "ids": [id], "body": dict.fromkeys(fields, "x"), "etags": {id: '"1"'}}
            answer = ask(api, "POST", f"{resource.path}/bulk", asked, headers=owner)
            if answer.status in (404, 405):
                return  # nothing can be done to many of these at once
            [item] = answer.body["data"]
            assert item["status"] == 422, (action, item)
            assert named(item["problem"]) >= set(fields), action
