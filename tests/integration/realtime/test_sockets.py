"""A socket opens with a ticket: once, soon, from our own pages, for a session that goes on. It answers pings, and nothing else."""

import json
from datetime import timedelta

import pytest

from functions.realtime import connections
from functions.realtime.api import handler as api
from functions.realtime.sockets import connect, disconnect, message
from kernel import dynamodb
from kernel.clock import frozen, wall
from kernel.keys import fresh, hashed, item
from tests.callers import signed_in
from tests.integration.kernel.things import everything, hooked
from tests.integration.realtime.support import ORIGIN, asks, leaves, opened, opens, says, session_ended, sockets, ticket

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def mine():
    """A ticket of the owner."""
    return ticket(signed_in("owner"))


def test_a_ticket_says_all_that_a_client_needs_to_know(owner):
    found = asks(owner).body
    assert found["url"].startswith("wss://sockets.test/live?ticket=")
    assert {name: value for name, value in found.items() if name not in ("url", "cursor")} == {
        "expires_in": 30, "reconnect_after": 6600, "ping_every": 240}
    assert found["reconnect_after"] < 7200 - 300 and found["ping_every"] < 600 / 2


def test_a_ticket_opens_one_socket(mine):
    assert [opens(mine, "c-1"), opens(mine, "c-2"), opens("", "c-3"), opens("x" * 43, "c-4")] == [200, 401, 401, 401]
    assert sockets() == ["c-1"]


def test_a_ticket_is_good_for_thirty_seconds(mine):
    with frozen(wall() + timedelta(seconds=31)):
        assert opens(mine) == 401
    assert opens(ticket(signed_in("owner"))) == 200


def test_a_ticket_is_good_from_its_own_page_alone_and_stays_good_there(mine, monkeypatch):
    for origin in ("https://evil.example", None):
        assert opens(mine, origin=origin) == 403
    monkeypatch.setenv("ALLOWED_ORIGINS", f"{ORIGIN},https://other.example")
    assert opens(mine, origin="https://other.example") == 401
    assert opens(mine) == 200


def test_a_ticket_is_given_to_our_own_pages_alone(owner):
    for origin in ("https://evil.example", None, "null"):
        assert asks(owner, origin).status == 403
    assert everything("realtime") == []


def test_a_ticket_is_stored_nowhere(mine):
    assert mine not in json.dumps(everything("realtime"))


def test_a_key_gets_no_ticket():
    secret = fresh("live")
    may_all = item(hashed(secret), id="key_1", holder="key_1", tenant_id=None, scopes=["*"], status="active", expires_at=None, allowed_ips=[],
                   limits=[], credits=None)
    dynamodb.client().put_item(TableName="principals", Item=may_all)
    assert asks({"authorization": f"Bearer {secret}"}).status == 403
    assert asks({}).status == 401


def test_a_ticket_of_a_session_that_has_ended_opens_nothing(mine):
    session_ended("owner")
    assert (opens(mine), sockets()) == (401, [])


def test_no_rights_are_kept_with_a_socket():
    opened("viewer", "c-1")
    [kept] = [each for each in everything("realtime") if each["pk"]["S"] == "open#"]
    assert set(kept) == {"pk", "sk", "session", "subject", "opened_at", "ttl"}


class Killed(BaseException):
    """The function is gone: no code of ours runs any more."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fatal", range(3))
def test_killed_at_any_call_a_socket_is_open_or_not_and_another_ticket_opens_one(when, fatal):
    mine, count = ticket(signed_in("owner")), iter(range(10))

    def kill(**_):
        if next(count) == fatal:
            raise Killed

    with hooked(f"{when}-call.dynamodb", kill), pytest.raises(Killed):
        opens(mine, "c-1")
    assert sockets() == (["c-1"] if (when, fatal) == ("after", 2) else [])
    assert opens(mine, "c-2") == (200 if (when, fatal) == ("before", 0) else 401)
    assert opens(ticket(signed_in("owner")), "c-3") == 200


def test_a_ping_is_answered_with_where_one_stands():
    opened("owner", "c-1")
    found = says({"frame": "ping"})
    assert found["frame"] == "pong" and found["cursor"] < wall().isoformat()


def test_who_is_told_nothing_any_more_hears_so_with_the_next_ping():
    opened("owner", "c-1")
    assert leaves("c-1") == 200
    assert says({"frame": "ping"}) == {"frame": "reconnect"}
    assert leaves("c-1") == 200


@pytest.mark.parametrize("text", ["", "ping", "null", "[]", "{", '{"frame": "ping", "more": 1}', '{"frame": "changes", "data": []}', "[" * 100_000])
def test_anything_else_is_refused_without_harm(text):
    opened("owner", "c-1")
    before = everything("realtime")
    assert says(text) == {"frame": "error", "code": "unknown_message"}
    assert everything("realtime") == before


def test_of_a_failure_nothing_leaves(mine, monkeypatch):
    monkeypatch.setenv("REALTIME_TABLE", "nowhere")
    assert opens(mine) == 500
    event = {"requestContext": {"routeKey": "$default", "connectionId": "c", "stage": "s", "apiId": "a", "domainName": "d"}, "body": '{"frame": "ping"}'}
    assert message(event, None) == {"statusCode": 500}


# ---------- samples ----------


@pytest.fixture
def known(monkeypatch):
    """The ticket in the samples."""
    monkeypatch.setattr(connections.secrets, "token_urlsafe", lambda _: "a-ticket-of-the-tests")
    assert ticket(signed_in("owner")) == "a-ticket-of-the-tests"


@pytest.mark.parametrize(("name", "status"), [("connect", 200), ("connect-foreign-page", 403)])
def test_a_sample_of_a_handshake_is_answered_as_its_name_says(sample, context, known, name, status):
    assert connect(sample(f"realtime/sockets-{name}"), context)["statusCode"] == status


def test_the_samples_of_an_open_socket_are_answered_until_it_is_closed(sample, context, known):
    connect(sample("realtime/sockets-connect"), context)
    assert json.loads(message(sample("realtime/sockets-message-ping"), context)["body"])["frame"] == "pong"
    assert json.loads(message(sample("realtime/sockets-message-unknown"), context)["body"])["frame"] == "error"
    assert disconnect(sample("realtime/sockets-disconnect"), context) == {"statusCode": 200}
    assert json.loads(message(sample("realtime/sockets-message-ping"), context)["body"]) == {"frame": "reconnect"}


@pytest.mark.parametrize(("name", "status"), [("api-ticket", 200), ("api-events-too-old", 410)])
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status):
    assert api(sample(f"realtime/{name}", headers=owner), context)["statusCode"] == status


def test_a_sample_that_asks_for_what_was_missed(sample, owner, context):
    with frozen(wall().replace(year=2026, month=1, day=31, hour=12, minute=0, second=0)):
        assert json.loads(api(sample("realtime/api-events", headers=owner), context)["body"])["data"] == []
