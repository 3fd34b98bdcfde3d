"""Powertools' packages import all that they have: event sources, GraphQL, tracing. Here they import what is asked of them.

A package in `_WHERE` stands as it is, but its own `__init__` only runs when a name is wanted that is not listed: a name that is comes
straight from its module. The same for botocore's documentation. Imported by `functions`, before anything else is.
"""

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any

_EVENTS = {"alb_event": "ALBEvent", "api_gateway_proxy_event": "APIGatewayProxyEvent APIGatewayProxyEventV2",
           "bedrock_agent_event": "BedrockAgentEvent", "lambda_function_url_event": "LambdaFunctionUrlEvent",
           "vpc_lattice": "VPCLatticeEvent VPCLatticeEventV2"}
_WHERE: dict[str, dict[str, str]] = {
    "aws_lambda_powertools": {"logging": "Logger"},
    "aws_lambda_powertools.event_handler": {"api_gateway": "APIGatewayHttpResolver ApiGatewayResolver Response"},
    "aws_lambda_powertools.utilities.data_classes": _EVENTS,
    "botocore.docs": {}}


class _Late(ModuleType):
    """A package whose `__init__` has not run."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self.__spec__ is None or self.__spec__.loader is None:
            raise AttributeError(name)
        for module, names in _WHERE[self.__name__].items():
            if name in names.split():
                return getattr(import_module(f"{self.__name__}.{module}"), name)
        if PathFinder.find_spec(f"{self.__name__}.{name}", self.__path__):
            raise AttributeError(name)  # a module of the package: the import statement finds it itself
        self.__class__ = ModuleType  # type: ignore[assignment]  # from here on it is what it would have been
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def postpone() -> None:
    for name in _WHERE:
        parent = name.rpartition(".")[0]
        spec = PathFinder.find_spec(name, import_module(parent).__path__ if parent else None)
        if name in sys.modules or spec is None:
            continue
        package = module_from_spec(spec)
        package.__class__ = _Late
        sys.modules[name] = package
        if parent:
            setattr(sys.modules[parent], name.rpartition(".")[2], package)


postpone()
