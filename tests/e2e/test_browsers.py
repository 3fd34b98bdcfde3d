"""What browsers are told reaches them through the gateway."""

from typing import Any


def test_browsers_are_told_what_to_forbid_through_the_gateway_too(ask: Any, token: dict[str, str]) -> None:
    for status, headers in ((200, token), (401, {})):
        found, _, told = ask("GET", "/v1/plans", **headers)
        assert (found, told["x-content-type-options"], told["cache-control"]) == (status, "nosniff", "no-store")
        assert told["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
