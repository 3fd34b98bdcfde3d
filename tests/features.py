"""The modules of all features, and what they declare, as tests over all of them find them."""

from functools import cache
from importlib import import_module
from types import ModuleType

from kernel.http import Api
from kernel.resource import Resource
from kernel.worker import Worker
from tests.unit.source import FEATURES, FUNCTIONS


@cache
def modules(part: str) -> dict[str, ModuleType]:
    """`modules("models")`, by the feature."""
    return {feature: import_module(f"functions.{feature}.{part}") for feature in FEATURES if (FUNCTIONS / feature / f"{part}.py").exists()}


def apis() -> dict[str, Api]:
    return {feature: module.handler for feature, module in modules("api").items()}


def workers() -> dict[str, Worker]:
    """All but the relay, which is told of no events."""
    return {feature: module.handler for feature, module in modules("worker").items() if isinstance(module.handler, Worker)}


def all_resources() -> list[tuple[str, Resource]]:
    """(feature, resource), by address."""
    found = {each.path: (feature, each) for feature, module in modules("models").items() for each in vars(module).values()
             if isinstance(each, Resource)}
    return [found[path] for path in sorted(found)]
