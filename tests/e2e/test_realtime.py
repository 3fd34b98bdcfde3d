"""A change is told to the open sockets of who may read it, through everything: stream, relay, bus, queue, API Gateway; IAM enforced."""

import time
from typing import Any

import pytest

from tests.sockets import Refused, Socket

PASSWORD = "violet harbour 27 moss"
ISSUER = {"name": "Acme Software GmbH", "email": "billing@acme.example.test", "address": {"line1": "Lindenstr. 1", "city": "Berlin", "country": "DE"}}


class Console:
    """Somebody's own session, and the sockets that it opens."""

    def __init__(self, cloud: Any, email: str, password: str) -> None:
        status, found, _ = cloud.ask("POST", "/v1/auth/login", {"email": email, "password": password})
        assert status == 200, found
        self.cloud, self.origin, self.session = cloud, cloud.facts["url"], found["session_id"]
        self.headers = {"authorization": f"Bearer {found['access_token']}"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        status, found, _ = self.cloud.ask(method, path, body, **self.headers, **headers)
        assert status < 300, found
        return found

    def ticket(self) -> Any:
        return self.ask("POST", "/v1/realtime/ticket", origin=self.origin)

    def opened(self) -> Socket:
        return Socket(self.ticket()["url"], self.origin)

    def plan(self) -> str:
        return str(self.ask("POST", "/v1/plans", {"name": "Told"})["id"])


def hears(socket: Socket, id: str, seconds: float = 20, version: int = 1) -> Any:
    """What a socket is told of a version of a record; None where that is nothing. What others do meanwhile is passed over."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        frame = socket.hear(left)
        if frame == "closed":
            return frame
        for each in frame["data"] if frame and frame["frame"] == "changes" else ():
            if (each["id"], each["version"]) == (id, version):
                return each
    return None


def answered(socket: Socket, said: Any) -> Any:
    """The answer to what one says; what has changed meanwhile is passed over."""
    socket.say(said)
    while (frame := socket.hear()) and frame != "closed" and frame["frame"] == "changes":
        pass
    return frame


@pytest.fixture(scope="module")
def colleague(cloud: Any, ask: Any, token: dict[str, str]) -> str:
    """The address of someone who may read tenants, and nothing else."""
    email = "cleo@example.test"
    if not ask("GET", "/v1/settings/issuers", **token)[1]["data"]:  # whom mails come from
        assert ask("POST", "/v1/settings/issuers", ISSUER, **token)[0] == 201
    role = ask("POST", "/v1/staff/roles", {"name": "Greeter", "permissions": ["tenants.read"]}, **token)[1]["id"]
    assert ask("POST", "/v1/staff/invitations", {"name": "Cleo", "email": email, "role": role}, **token)[0] == 201
    assert ask("POST", "/v1/auth/accept", {"token": cloud.invited(email), "password": PASSWORD})[0] == 200
    return email


@pytest.fixture
def owner(cloud: Any) -> Console:
    return Console(cloud, cloud.facts["email"], cloud.facts["password"])


@pytest.fixture
def cleo(cloud: Any, colleague: str) -> Console:
    return Console(cloud, colleague, PASSWORD)


def test_a_change_is_told_to_who_may_read_it(owner: Console, cleo: Console) -> None:
    with owner.opened() as mine, cleo.opened() as theirs:
        plan = owner.plan()
        told = hears(mine, plan)
        assert told == {"type": "plans.created", "resource": "plans", "id": plan, "version": 1, "actor": told["actor"]}
        tenant = owner.ask("POST", "/v1/tenants", {"name": "Told", "email": "told@example.test"})["id"]
        assert hears(theirs, tenant)["resource"] == "tenants"
        assert hears(theirs, plan, 1) is None


def test_a_socket_opens_once_with_its_ticket_and_from_our_own_page_alone(owner: Console) -> None:
    url = owner.ticket()["url"]
    for origin in ("https://evil.example", owner.origin.replace("localhost", "127.0.0.1"), None):
        with pytest.raises(Refused):
            Socket(url, origin)
    there = url.replace("localhost", "127.0.0.1")  # an origin that the guard lets pass, and the function does not
    with pytest.raises(Refused):
        Socket(there, owner.origin.replace("localhost", "127.0.0.1"))
    with Socket(url, owner.origin) as socket:
        assert answered(socket, {"frame": "ping"})["frame"] == "pong"
        assert answered(socket, "hello") == {"frame": "error", "code": "unknown_message"}
    with pytest.raises(Refused):
        Socket(url, owner.origin)


def test_the_socket_of_a_session_that_was_revoked_is_closed(owner: Console, cloud: Any) -> None:
    other = Console(cloud, cloud.facts["email"], cloud.facts["password"])
    with owner.opened() as mine, other.opened() as theirs:
        owner.ask("POST", f"/v1/staff/sessions/{other.session}/revoke")
        assert hears(theirs, other.session, version=2) == "closed"
        assert hears(mine, other.session, version=2)["type"] == "staff.session_revoked"


def test_what_was_missed_is_asked_for(owner: Console, until: Any) -> None:
    place = owner.ticket()["cursor"]
    with owner.opened() as socket:
        first = owner.plan()
        assert hears(socket, first)
        socket.close()
    second = owner.plan()

    def missed() -> list[str]:
        found, after, more = [], place, True
        while more:
            page = owner.ask("GET", f"/v1/realtime/events?after={after}")
            found += [each["id"] for each in page["data"]]
            after, more = page["cursor"], page["more"]
        return found

    until(lambda: second in missed(), 20, "the news")
    assert [id for id in missed() if id in (first, second)] == [first, second]
