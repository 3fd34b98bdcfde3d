"""The second factor and new passwords leave nothing behind: no secret of an authenticator, no code of either kind, no password."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from functions.staff.api import handler as staff
from functions.staff.models import Role
from functions.staff.service import create
from kernel import audit
from kernel.audit import Actor
from kernel.clock import frozen, parse
from kernel.config import aws
from tests.callers import ask
from tests.integration.staff.asking import shown
from tests.integration.staff.pool import Pool
from tests.integration.writes.canaries import CANARY, Watch, as_code, leaks
from tests.integration.writes.company import AT, MESSAGE, everything, news

EMAIL, PASSWORD, NEW = "bird@example.test", f"{CANARY}-password-1", f"violet {CANARY} harbour 27"
NOW, PAUSE = datetime.now(UTC), timedelta(seconds=10)  # between two requests: who is often wrong has to wait


class Bird:
    """A member of staff: `say` is answered without being watched, for what is meant to be shown; of `tell` the answer is kept."""

    def __init__(self, watch: Watch) -> None:
        self.watch, self.pool, self.headers = watch, Pool(), {"content-type": "application/json"}
        self.pool.users[EMAIL] = (PASSWORD, "subject-bird")
        self.id = create(name="Bird", email=EMAIL, role=Role.VIEWER, subject="subject-bird", actor=Actor(id="system"), at=parse(AT)).id
        self.secrets: list[Any] = []
        self.at = NOW

    def waits(self) -> None:
        """Until nobody counts any more how often the codes were wrong."""
        self.at += timedelta(hours=1)

    def say(self, path: str, body: Any = None) -> SimpleNamespace:
        self.at += PAUSE
        found = ask(staff, "POST", f"/v1/auth/{path}", body, headers=self.headers, at=self.at.isoformat())
        assert found.status < 300, found.body
        self.secrets += [each for name, each in (found.body or {}).items() if name in ("access_token", "token", "secret", "uri")]
        return found

    def tell(self, path: str, body: Any, status: int) -> None:
        self.at += PAUSE
        found = self.watch.ask("POST", f"/v1/auth/{path}", body, api=staff, headers=self.headers, at=self.at.isoformat())
        assert found.status == status, found.body

    def login(self, password: str = PASSWORD) -> SimpleNamespace:
        """Or the challenge."""
        found = self.say("login", {"email": EMAIL, "password": password})
        if "access_token" in found.body:
            self.headers["authorization"] = f"Bearer {found.body['access_token']}"
        return found

    def code(self, secret: str, step: int) -> str:
        """Of the authenticator; the pool takes each step once."""
        found = shown(secret, step)
        self.secrets.append(as_code(found))
        return found

    def enrol(self, step: int) -> tuple[str, list[str]]:
        """(secret, recovery codes)"""
        secret = self.say("mfa/enrol").body["secret"]
        for wrong in (f"{CANARY}-code", [CANARY], CANARY * 9, {CANARY: 1}):
            self.tell("mfa/confirm", {"code": wrong}, 422)
        self.tell("mfa/confirm", f'{{"code": "{CANARY}', 400)
        codes = self.say("mfa/confirm", {"code": self.code(secret, step)}).body["recovery_codes"]
        self.secrets += [form for each in codes for form in (each, each.replace("-", ""))]
        return secret, codes


@pytest.fixture
def bird(watch: tuple[Watch, Any]) -> Bird:
    with frozen(NOW):
        found = Bird(watch[0])
        found.login()
        return found


def read(watch: Watch, bird: Bird) -> None:
    """Everything that shows members, their sessions and what they have done."""
    for path in ("/v1/staff", f"/v1/staff/{bird.id}", f"/v1/staff/{bird.id}/timeline", "/v1/staff/sessions", "/v1/audit", f"/v1/audit/{bird.id}/verify"):
        assert watch.ask("GET", path).status in (200, 403), path
    for format in ("csv", "jsonl"):
        export = watch.company.done("POST", "/v1/staff/exports", {"format": format})["id"]
        watch.ask(MESSAGE, "exports", news(export))
        assert watch.company.done("GET", f"/v1/exports/{export}")["status"] == "done"


def _quoting(secret: str) -> Any:
    """As AWS words the refusal of a parameter."""
    message = f"1 validation error detected: Value '{secret}' at 'userCode' failed to satisfy constraint"
    return lambda **_: (SimpleNamespace(status_code=400), {"Error": {"Code": "ValidationException", "Message": message}, "ResponseMetadata": {}})


def test_a_code_that_was_kept_would_be_found(watch: tuple[Watch, Any], bird: Bird) -> None:
    it, text = watch
    with frozen(NOW):
        secret = bird.say("mfa/enrol").body["secret"]
        extra = {"a": secret, "b": bird.code(secret, 0), "c": f"code {bird.code(secret, 1)} is wrong"}
    it.ask("POST", "/v1/gateways", {"name": "S", "secret_key": "sk_test_1", "extra": extra})
    found = leaks(it, text, *bird.secrets)
    assert [sum(each.startswith(place) for each in found) for place in ("table payments", "table audit", "POST /v1/gateways")] == [3, 3, 3]


def test_a_second_factor_leaves_no_secret_and_no_code_behind(
    watch: tuple[Watch, Any], bird: Bird, capfd: pytest.CaptureFixture[str]
) -> None:
    it, text = watch
    with frozen(NOW):
        secret, codes = bird.enrol(-1)
        bird.tell("mfa/enrol", None, 409)
        bird.tell("mfa/confirm", {"code": bird.code(secret, -1)}, 409)
        asked = bird.login().body["token"]
        for token, given in ((asked, f"{CANARY}-code"), (asked, bird.code(secret, -1)), (f"{asked}x", codes[1]), (CANARY, codes[1])):
            bird.tell("mfa", {"token": token, "code": given}, 401)
        for body in ({"token": asked, "code": CANARY * 9}, {"token": asked, "code": [CANARY]}, {"token": [asked], "code": codes[1]},
                     {"token": asked, "kode": codes[1]}):
            bird.tell("mfa", body, 422)
        bird.tell("mfa", f'{{"token": "{asked}", "code": "{codes[1]}', 400)
        bird.say("mfa", {"token": asked, "code": bird.code(secret, 0)})
        bird.tell("mfa", {"token": bird.login().body["token"], "code": bird.code(secret, 0)}, 401)
        for body in ({"password": f"{CANARY}-wrong", "code": bird.code(secret, 1)}, {"password": PASSWORD, "code": f"{CANARY}-code"}):
            bird.tell("mfa/disable", body, 422)
        bird.waits()
        asked = bird.login().body["token"]
        bird.say("mfa", {"token": asked, "code": codes[0].lower()})
        bird.tell("mfa", {"token": asked, "code": codes[0]}, 401)
        bird.waits()
        bird.login()
        again, _ = bird.enrol(0)
        bird.tell("mfa/disable", {"password": PASSWORD, "code": bird.code(again, 1)}, 204)
        bird.login()
        bird.say("mfa/enrol")
        aws("cognito-idp").meta.events.register_first("before-call.cognito-identity-provider.VerifySoftwareToken", _quoting(codes[2]))
        bird.tell("mfa/confirm", {"code": codes[2]}, 500)
    read(it, bird)
    assert len([each for each in bird.secrets if isinstance(each, str)]) > 40
    assert leaks(it, text, *bird.secrets) == []
    said = "".join(capfd.readouterr())
    assert [each for each in (CANARY, secret, *codes) if each in said] == []
    happened = [audit.Entry.load(item).facts()["type"] for item in audit.timeline(bird.id)]
    assert happened.count("staff.mfa_enabled") == 2
    assert {"staff.recovery_code_used", "staff.mfa_disabled"} <= set(happened)


def test_a_new_password_is_nowhere(watch: tuple[Watch, Any], bird: Bird, capfd: pytest.CaptureFixture[str]) -> None:
    it, text = watch
    with frozen(NOW):
        for body in ({"current": f"{CANARY}-wrong", "new": NEW}, {"current": PASSWORD, "new": CANARY}, {"current": PASSWORD, "new": [NEW]},
                     {"current": PASSWORD, "new": NEW * 20}, {"current": PASSWORD, "new": f"{CANARY}" * 2}, {"current": PASSWORD, "knew": NEW},
                     {"current": PASSWORD}, {"new": NEW}):
            bird.tell("password", body, 422)
        bird.tell("password", f'{{"current": "{PASSWORD}", "new": "{NEW}', 400)
        bird.tell("password", {"current": PASSWORD, "new": NEW}, 200)
        assert bird.pool.users[EMAIL][0] == NEW
        bird.tell("login", {"email": EMAIL, "password": PASSWORD}, 401)
        bird.login(NEW)
        aws("cognito-idp").meta.events.register_first("before-call.cognito-identity-provider.ChangePassword", _quoting(f"{NEW}!"))
        bird.tell("password", {"current": NEW, "new": f"{NEW}!"}, 500)
    read(it, bird)
    assert leaks(it, text, *bird.secrets) == []
    assert CANARY not in "".join(capfd.readouterr())
    assert "staff.password_changed" in str(everything("audit"))
