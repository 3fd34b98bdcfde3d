"""What nobody has to sign in for is throttled at the gateway and can be kept to a part of the account's concurrency."""

from fnmatch import fnmatchcase

import pytest

from kernel.http import Api
from tests.cloud import template
from tests.unit.test_template import LAMBDAS, events_of, handler_of

SETTINGS: dict[str, dict[str, int]] = template()["Resources"]["Api"]["Properties"]["RouteSettings"]
EVERYBODY: dict[str, int] = template()["Resources"]["Api"]["Properties"]["DefaultRouteSettings"]
PUBLIC: dict[str, tuple[str, ...]] = {
    name: api._public for name in LAMBDAS if name.endswith("Api") and isinstance(api := handler_of(name), Api) and api._public}
ROUTES = {f"{event['Method']} {event['Path']}" for name in LAMBDAS for event in events_of(name, "HttpApi")}


def gateway(name: str, path: str) -> str:
    """The route of the gateway that leads a path to a function: the longest one."""
    ways = [each["Path"] for each in events_of(name, "HttpApi") if fnmatchcase(path, each["Path"].replace("{proxy+}", "*"))]
    return f"ANY {max(ways, key=len)}"


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in PUBLIC.items() for path in paths])
def test_every_public_route_is_throttled_below_the_rest(name: str, path: str) -> None:
    limits = SETTINGS[gateway(name, path)]
    assert limits["ThrottlingRateLimit"] * 2 <= EVERYBODY["ThrottlingRateLimit"]
    assert limits["ThrottlingBurstLimit"] * 2 <= EVERYBODY["ThrottlingBurstLimit"]


def test_nothing_else_is_throttled_as_if_it_were_public() -> None:
    assert set(SETTINGS) <= ROUTES, "AWS refuses settings of a route that is not there"
    assert set(SETTINGS) == {gateway(name, path) for name, paths in PUBLIC.items() for path in paths}


def test_just_the_functions_with_public_routes_can_be_kept_to_a_part_of_the_concurrency() -> None:
    limited = {name: each["ReservedConcurrentExecutions"] for name, each in LAMBDAS.items() if "ReservedConcurrentExecutions" in each}
    assert limited == {name: ["ReservesConcurrency", "PublicConcurrency", "AWS::NoValue"] for name in PUBLIC}


def test_an_account_that_has_nothing_to_reserve_can_deploy_it() -> None:
    assert template()["Parameters"]["PublicConcurrency"]["Default"] == 0
    assert template()["Conditions"]["ReservesConcurrency"] == [["PublicConcurrency", 0]]
