"""What a caller may set, over all features: nothing that the server owns, whatever it is hidden in."""

from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from functions.flags.models import Evaluation
from kernel.dynamodb import chunks
from kernel.resource import Resource
from tests.callers import ask
from tests.features import all_resources, apis

OWNED = {"id", "pk", "sk", "version", "head", "created_at", "updated_at", "deleted_at", "next_action_at", "stuck", "heard", "deleted",
         "gsi1pk", "gsi8sk", "ttl", "owner_id_hash", "is_admin", "balance", "amount_paid", "vat_id_valid"}


def bodies() -> list[tuple[str, type[BaseModel]]]:
    """(route, body) of every route that takes one."""
    found = []
    for api in apis().values():
        for route in [*api._static_routes, *api._dynamic_routes]:
            body = route.func.__annotations__.get("body")
            if body is not None:
                found.append((f"{route.method} {route.path}", body))
    return found


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation, *(inner for info in annotation.model_fields.values() for inner in models_in(info.annotation))]
    return [inner for part in get_args(annotation) for inner in models_in(part)]


def is_lax(info: FieldInfo) -> bool:
    """Whether it takes 1 or "yes" for true."""
    return bool in (info.annotation, *get_args(info.annotation)) and not any(getattr(each, "strict", False) for each in info.metadata)


@pytest.mark.parametrize(("route", "body"), bodies(), ids=[route for route, _ in bodies()])
def test_a_body_names_all_it_takes_and_nothing_that_the_server_owns(route: str, body: type[BaseModel]) -> None:
    for model in models_in(body):
        assert model.model_config.get("extra") == "forbid" or model is Evaluation, model  # OFREP may grow
        assert not [name for name, info in model.model_fields.items() if is_lax(info)], model
    assert not OWNED & set(body.model_fields)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("feature", "resource"), all_resources(), ids=[resource.path for _, resource in all_resources()])
def test_what_the_server_owns_is_refused_by_name(feature: str, resource: Resource, owner: dict[str, str]) -> None:
    """On the routes that make and change a resource, each field that its view shows and its body does not take, and some that nobody shows."""
    api = apis()[feature]
    for method, path in (("POST", resource.path), ("PATCH", f"{resource.path}/{resource.record.prefix}_x")):
        route = next((route for route in [*api._static_routes, *api._dynamic_routes]
                      if route.method == method and route.rule.match(path) and "body" in route.func.__annotations__), None)
        if route is None:
            continue
        takes = set(route.func.__annotations__["body"].model_fields)
        for names in chunks(sorted((OWNED | set(resource.view.model_fields)) - takes), 40):  # an answer tells no more than 50
            answer = ask(api, method, path, dict.fromkeys(names, "x"), headers=owner)
            assert answer.status == 422, (method, path, answer.body)
            assert {each["field"] for each in answer.body["errors"]} >= set(names)
