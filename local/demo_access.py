"""The part of the demonstration about access: an invited colleague signs in with a second factor, a tenant's key meets its limit."""

import time
from typing import Any

from local.story import Story, check
from local.totp import STEP, code

PASSWORD = "violet harbour 27 moss"


def access(story: Story, tenant: str, other: str) -> None:
    colleague(story)
    key(story, tenant, other)


def colleague(story: Story) -> None:
    email = "grace@example.test"
    with story.step("a colleague accepts the invitation that came by mail") as said:
        story.ask("POST", "/v1/staff/invitations", {"name": "Grace", "email": email, "role": "billing"}, status=201)
        token = story.cloud.invited(email)
        _post(story, "/v1/auth/accept", {"token": token, "password": PASSWORD}, 200)
        _post(story, "/v1/auth/accept", {"token": token, "password": PASSWORD}, 422)
        said(f"{email}, role billing; the link is good once")
    with story.step("she sets up an authenticator, whose code is asked for now") as said:
        signed_in = _login(story, email)
        bearer = {"authorization": f"Bearer {signed_in['access_token']}"}
        secret = _post(story, "/v1/auth/mfa/enrol", {}, 200, **bearer)["secret"]
        spares = _post(story, "/v1/auth/mfa/confirm", {"code": code(secret, time.time())}, 200, **bearer)["recovery_codes"]
        challenge = _login(story, email)
        check(challenge.get("challenge") == "mfa", f"signing in answers {sorted(challenge)}")
        _post(story, "/v1/auth/mfa", {"token": challenge["token"], "code": "000000"}, 401)
        said(f"{len(spares)} recovery codes; without a code nobody gets in")
    with story.step("she signs in with a code, and may do what her role says") as said:
        answer = _post(story, "/v1/auth/mfa", {"token": _login(story, email)["token"], "code": code(secret, time.time() + STEP)}, 200)
        bearer = {"authorization": f"Bearer {answer['access_token']}"}
        me = story.cloud.ask("GET", "/v1/me", **bearer)[1]
        friend = {"name": "X", "email": "x@example.test", "role": "owner"}
        refused, _, _ = story.cloud.ask("POST", "/v1/staff/invitations", friend, **bearer)
        check((me["role"], answer["mfa"], refused) == ("billing", True, 403), f"{me['role']}, mfa {answer['mfa']}, inviting: {refused}")
        said("billing; inviting an owner: 403")


def key(story: Story, tenant: str, other: str) -> None:
    with story.step("a tenant's key sees that tenant alone, meets its limit") as said:
        made = story.ask("POST", "/v1/api-keys", {"name": "Reports", "tenant_id": tenant, "scopes": ["invoices.read", "tenants.read"],
                                                  "limits": [{"name": "demo", "limit": 5, "window": 60}]}, status=201)
        bearer = {"authorization": f"Bearer {made['key']}"}
        seen = story.cloud.ask("GET", "/v1/tenants", **bearer)[1]["data"]
        foreign, _, _ = story.cloud.ask("GET", f"/v1/tenants/{other}", **bearer)
        check(([each["id"] for each in seen], foreign) == ([tenant], 404), f"{len(seen)} tenants, the other one: {foreign}")
        answers = [story.cloud.ask("GET", "/v1/invoices", **bearer) for _ in range(4)]
        status, problem, headers = answers[-1]
        check([each[0] for each in answers] == [200, 200, 200, 429], f"answers {[each[0] for each in answers]}")
        check(problem["violated-policies"] == ["demo"], str(problem))
        said(f"5 a minute; then {status}, again in {headers['Retry-After']} s")
        story.ask("POST", f"/v1/api-keys/{made['id']}/revoke")
        check(story.cloud.ask("GET", "/v1/invoices", **bearer)[0] == 401, "a revoked key lets in")


def _login(story: Story, email: str) -> Any:
    return _post(story, "/v1/auth/login", {"email": email, "password": PASSWORD}, 200)


def _post(story: Story, path: str, body: Any, expected: int, **headers: str) -> Any:
    status, answer, _ = story.cloud.ask("POST", path, body, **headers)
    check(status == expected, f"POST {path} answered {status}: {answer}")
    return answer
