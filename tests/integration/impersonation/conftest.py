"""Two tenants with a contact each, and somebody of support who may act as them. The wall clock stands at the time of the requests."""

from types import SimpleNamespace

import pytest

from functions.impersonation.api import handler as impersonation
from functions.impersonation.worker import handler as worker
from kernel.clock import frozen, parse
from tests.callers import ask, signed_in
from tests.conftest import AT

REASON = "They see no invoices"


@pytest.fixture(autouse=True)
def still():
    with frozen(AT):
        yield


@pytest.fixture
def office(aws, owner, context):
    """`ask(method, path, body, by=headers)` goes to the function that owns the path."""
    from functions.announcements.api import handler as announcements
    from functions.api_keys.api import handler as keys
    from functions.articles.api import handler as articles
    from functions.flags.api import handler as flags
    from functions.staff.api import handler as staff
    from functions.tenants.api import handler as tenants

    handlers = {"tenants": tenants, "contacts": tenants, "impersonation": impersonation, "me": staff, "staff": staff, "api-keys": keys,
                "flags": flags, "announcements": announcements, "articles": articles}

    def call(method, path, body=None, *, by=owner, at=AT.isoformat(), **more):
        with frozen(parse(at)):
            return ask(handlers[path.split("/")[2]], method, path, body, headers=by, at=at, **more)

    def made(path, body):
        answer = call("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    acme, other = (made("/v1/tenants", {"name": name, "email": f"{name.lower()}@example.test"}) for name in ("Acme", "Other"))
    ada, bob = (made("/v1/contacts", {"tenant_id": tenant, "name": "A", "email": "a@example.test"}) for tenant in (acme, other))
    return SimpleNamespace(ask=call, made=made, acme=acme, other=other, ada=ada, bob=bob, support=signed_in("support"), owner=owner,
                           worker=lambda event: worker(event, context))


@pytest.fixture
def began(office):
    """Support acts as Acme: the answer, and what to send as its bearer."""
    answer = office.ask("POST", "/v1/impersonation", {"tenant_id": office.acme, "reason": REASON}, by=office.support)
    assert answer.status == 201, answer.body
    return SimpleNamespace(**answer.body, headers={"authorization": f"Bearer {answer.body['token']}"})
