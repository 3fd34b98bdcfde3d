"""A company that sells Pro, its customer, and a template of what the two agree on."""

import json

import pytest

from functions.contracts import tokens
from functions.contracts.api import handler as contracts
from functions.contracts.models import Contract
from functions.contracts.worker import handler as worker
from functions.staff.events import Created
from functions.staff.models import Staff
from kernel import audit
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import aws as client
from kernel.config import setting
from tests.callers import ask
from tests.cloud import received
from tests.conftest import AT

ISSUER = {"name": "Example Software GmbH", "email": "b@seller.test", "address": {"city": "Berlin", "country": "DE"}}
OWNER = "stf_01KGA0000000000000000000F0"
BODY = "# Services\n\n{{ issuer_name }} sells {{ plan }} for {{ price }} to {{ tenant_name }}.\n\n- {{ custom.seats }} seats\n"


def told(id):
    """What the audit log says of a record: (event, payload)."""
    return [(json.loads(entry["header"]["S"])["type"], json.loads(entry["data"]["S"])) for entry in audit.timeline(id)]


class Office:
    """`ask` goes to the function that owns the path."""

    def __init__(self, owner, context):
        from functions.plans.api import handler as plans
        from functions.settings.api import handler as settings
        from functions.tenants.api import handler as tenants

        self.owner, self.context = owner, context
        self.handlers = {"plans": plans, "prices": plans, "tenants": tenants, "settings": settings}
        commit((Staff(OWNER, name="Otto", email="otto@seller.test", role="support", subject="s"), Created(role="support")),
               actor=Actor(id="stf_1"), at=AT)
        self.made("/v1/settings/issuers", ISSUER)
        self.plan = self.made("/v1/plans", {"name": "Pro"})
        self.price = self.made(f"/v1/plans/{self.plan}/prices", {"currency": "EUR", "interval": "month", "unit_amount": "4900"})
        self.tenant = self.made("/v1/tenants", {"name": "Acme GmbH", "email": "a@acme.test", "zone": "Europe/Berlin"})
        self.template = self.made("/v1/contract-templates", {"name": "Services", "body": BODY, "fields": {"seats": "10"}})

    def ask(self, method, path, body=None, *, headers=None, **more):
        handler = self.handlers.get(path.split("/")[2], contracts)
        return ask(handler, method, path, body, headers=self.owner if headers is None else headers, **more)

    def made(self, path, body):
        answer = self.ask("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    def draft(self, **more):
        return self.made("/v1/contracts", {
            "title": "Services 2026", "tenant_id": self.tenant, "template_id": self.template, "price_id": self.price, "owner_id": OWNER,
            "fields": {"seats": "25"}, "signer_name": "Ada Lind", "signer_email": "ada@acme.test", "starts_at": "2026-03-01T00:00:00+01:00",
            "ends_at": "2027-03-01T00:00:00+01:00", **more})

    def sent(self, **more):
        id = self.draft(**more)
        assert self.ask("POST", f"/v1/contracts/{id}/send").status == 200
        return id

    def public(self, id, verb="", body=None, *, method="POST", **more):
        """Asks as whoever has the link."""
        path = f"/v1/public/contracts/{tokens.of(Contract.fetch(id))}"
        return self.ask(method, path + (verb and f"/{verb}"), body, headers={"user-agent": "Browser 1"}, **more)

    def sign(self, id, **more):
        """With the code that was sent for it."""
        assert self.public(id, "code").status == 200
        return self.public(id, "sign", {"name": "Ada Lind", "code": tokens.code(Contract.fetch(id))}, **more)

    def signed(self, **more):
        id = self.sent(**more)
        assert self.sign(id).status == 200
        return id

    def run(self, time, times=3):
        """The schedule at that time, with each of its messages so often; how many there were."""
        assert worker({"time": time, "slot": "due"}, self.context) == {}
        return self.work(times)

    def work(self, times=3, queue="QUEUE_URL"):
        """All that is in the queue, so often each."""
        messages = received(setting(queue))
        for n in range(times):
            records = [{"messageId": f"m{n}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}} for body in messages]
            assert worker({"Records": records}, self.context) == {"batchItemFailures": []}
        return len(messages)

    def stored(self, id, sha256):
        return client("s3").get_object(Bucket=setting("FILES"), Key=f"contracts/{id}/{sha256}.pdf")["Body"].read()


@pytest.fixture
def office(aws, owner, context):
    return Office(owner, context)


