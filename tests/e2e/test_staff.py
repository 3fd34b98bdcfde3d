"""A colleague comes and goes, through everything: the mail with its link, the user pool, the transaction; with the template's rights alone."""

from collections.abc import Callable
from typing import Any

ISSUER = {"name": "Acme Software GmbH", "email": "billing@acme.example.test", "address": {"line1": "Lindenstr. 1", "city": "Berlin", "country": "DE"}}
EMAIL, PASSWORD = "bob@example.test", "Analytical-Engine-1"


def test_a_colleague_is_invited_denied_given_a_role_and_disabled(
        ask: Callable[..., Any], token: dict[str, str], cloud: Any, until: Callable[..., Any]) -> None:
    assert ask("POST", "/v1/settings/issuers", ISSUER, **token)[0] == 201
    status, invitation, _ = ask("POST", "/v1/staff/invitations", {"name": "Bob", "email": EMAIL, "role": "viewer"}, **token)
    assert status == 201, invitation
    secret = cloud.invited(EMAIL)
    status, bob, _ = ask("POST", "/v1/auth/accept", {"token": secret, "password": PASSWORD})
    assert (status, bob["email"]) == (200, EMAIL), bob
    assert ask("POST", "/v1/auth/accept", {"token": secret, "password": PASSWORD})[0] == 422

    status, session, _ = ask("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
    assert status == 200, session
    his = {"authorization": f"Bearer {session['access_token']}"}
    assert ask("GET", "/v1/me", **his)[1]["role"] == "viewer"
    assert ask("POST", "/v1/plans", {"name": "Pro"}, **his)[0] == 403
    until(lambda: ask("GET", f"/v1/audit?actor={bob['id']}&type=access.denied", **token)[1]["data"], 20, "the entry of what was denied")

    status, role, _ = ask("POST", "/v1/staff/roles", {"name": "Sales", "permissions": ["plans.write"]}, **token)
    assert status == 201, role
    assert ask("PATCH", f"/v1/staff/{bob['id']}", {"role": role["id"]}, **token)[0] == 200
    assert ask("POST", "/v1/plans", {"name": "Pro"}, **his)[0] == 201
    refused = ask("DELETE", f"/v1/staff/roles/{role['id']}", **token, **{"if-match": '"1"'})
    assert (refused[0], refused[1]["code"]) == (409, "role_in_use")
    assert ask("POST", f"/v1/staff/{bob['id']}/disable", **token)[0] == 200
    assert ask("GET", "/v1/me", **his)[0] == 401
    assert ask("DELETE", f"/v1/staff/{bob['id']}", **token)[0] == 204
    assert ask("DELETE", f"/v1/staff/roles/{role['id']}", **token, **{"if-match": '"1"'})[0] == 204


def test_the_only_owner_stays_one(ask: Callable[..., Any], token: dict[str, str]) -> None:
    me = ask("GET", "/v1/me", **token)[1]
    others = [each["id"] for each in ask("GET", "/v1/staff?role=owner&status=active", **token)[1]["data"] if each["id"] != me["id"]]
    assert [ask("POST", f"/v1/staff/{id}/disable", **token)[0] for id in others] == [200] * len(others)
    for method, path, body in (("PATCH", "", {"role": "admin"}), ("POST", "/disable", None), ("DELETE", "", None)):
        status, problem, _ = ask(method, f"/v1/staff/{me['id']}{path}", body, **token)
        assert (status, problem["code"]) == (409, "last_owner")
    assert [ask("POST", f"/v1/staff/{id}/enable", **token)[0] for id in others] == [200] * len(others)
