"""Whatever is asked of whatever feature: killed at any call to AWS, no change is without its entry and no entry without its change."""

from functools import partial

import pytest

from kernel import audit, commit
from tests.callers import ask
from tests.cloud import resources
from tests.integration.kernel.things import everything, hooked

pytestmark = pytest.mark.usefixtures("aws")
TABLES = [name.removesuffix("Table").lower() for name in resources("AWS::DynamoDB::Table")]
OURS = {"audit", "principals", "relay", "search"}  # they hold no records
PRICE = {"currency": "EUR", "interval": "month", "unit_amount": "3000"}
ADDRESS = {"line1": "Allee 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}
LINE = {"tenant_id": "", "currency": "EUR", "lines": [{"description": "Work", "unit_amount": "100"}], "collect": False}
END = "2027-01-01T00:00:00Z"


class Killed(BaseException):
    """The function is gone: no code of ours runs any more."""


def assert_every_chain_holds():
    roots = {item["pk"]["S"]: item for name in TABLES if name not in OURS for item in everything(name) if "head" in item}
    assert {entry["pk"]["S"] for entry in everything("audit")} == set(roots)
    for id, root in roots.items():
        entries = audit.timeline(id)
        assert audit.first_bad(entries, root["head"]["S"]) is None
        assert int(root["version"]["N"]) == len(entries)


@pytest.fixture
def company(owner):
    """`company(method, path, body)`: a request to the function that owns the path; and the ids of what there is."""
    from functions.clocks.api import handler as clocks
    from functions.invoices.api import handler as invoices
    from functions.plans.api import handler as plans
    from functions.settings.api import handler as settings
    from functions.staff.api import handler as staff
    from functions.subscriptions.api import handler as subscriptions
    from functions.tenants.api import handler as tenants

    handlers = {"plans": plans, "prices": plans, "settings": settings, "subscriptions": subscriptions, "tenants": tenants,
                "invoices": invoices, "test-clocks": clocks, "staff": staff}

    def call(method, path, body=None, **headers):
        return ask(handlers[path.split("/")[2]], method, path, body, headers=owner | headers)

    def made(path, body):
        answer = call("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    call.made = made
    made("/v1/settings/issuers", {"name": "Seller", "email": "b@seller.test", "address": ADDRESS})
    made("/v1/settings/tax-rates", {"country": "DE", "percent": "19"})
    call.plan = made("/v1/plans", {"name": "Pro", "trial_days": 14})
    call.price = made(f"/v1/plans/{call.plan}/prices", PRICE)
    call.dearer = made(f"/v1/plans/{call.plan}/prices", PRICE | {"interval": "year"})
    return call


def tenant(call):
    return call.made("/v1/tenants", {"name": "Acme", "email": "a@acme.test", "address": {"country": "DE"}})


def subscription(call):
    return call.made("/v1/subscriptions", {"tenant_id": tenant(call), "price_id": call.price})


def draft(call):
    return call.made("/v1/invoices", LINE | {"tenant_id": tenant(call)})


# What is asked, of what was made for it. Each has its own records, so that one that was killed leaves nothing in the way.
WRITES = {
    "create a plan": (lambda call: None, lambda call, _: ("POST", "/v1/plans", {"name": "New"})),
    "change a plan": (lambda call: call.made("/v1/plans", {"name": "Old"}), lambda call, it: ("PATCH", f"/v1/plans/{it}", {"name": "New"})),
    "delete a plan": (lambda call: call.made("/v1/plans", {"name": "Old"}), lambda call, it: ("DELETE", f"/v1/plans/{it}", None)),
    "replace a price": (lambda call: call.made(f"/v1/plans/{call.plan}/prices", PRICE), lambda call, it: (
        "POST", f"/v1/plans/{call.plan}/prices", PRICE | {"replaces": it})),
    "sign up a tenant": (lambda call: None, lambda call, _: ("POST", "/v1/tenants", {"name": "Acme", "email": "a@acme.test"})),
    "offboard a tenant": (tenant, lambda call, it: ("POST", f"/v1/tenants/{it}/offboard", {"reason": "gone"})),
    "subscribe": (tenant, lambda call, it: ("POST", "/v1/subscriptions", {"tenant_id": it, "price_id": call.price})),
    "subscribe without a trial": (tenant, lambda call, it: (
        "POST", "/v1/subscriptions", {"tenant_id": it, "price_id": call.price, "trial_days": 0})),
    "cancel": (subscription, lambda call, it: ("POST", f"/v1/subscriptions/{it}/cancel", {"when": "now"})),
    "draft an invoice": (tenant, lambda call, it: ("POST", "/v1/invoices", LINE | {"tenant_id": it})),
    "finalize an invoice": (draft, lambda call, it: ("POST", f"/v1/invoices/{it}/finalize", None)),
    "discard a draft": (draft, lambda call, it: ("DELETE", f"/v1/invoices/{it}", None)),
    "add an issuer": (lambda call: None, lambda call, _: (
        "POST", "/v1/settings/issuers", {"name": "Other", "email": "o@seller.test", "address": ADDRESS})),
    "make a clock": (lambda call: None, lambda call, _: ("POST", "/v1/test-clocks", {"name": "C", "now": END})),
    "save a view": (lambda call: None, lambda call, _: ("POST", "/v1/staff/views", {"name": "V", "resource": "tenants"})),
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", WRITES)
def test_killed_at_any_call_a_write_is_whole_or_has_not_happened(company, name, when):
    prepare, request = WRITES[name]
    for fatal in range(100):
        made = prepare(company)
        commit._buckets_known.clear()
        method, path, body = request(company, made)
        count, key = iter(range(1000)), {"Idempotency-Key": f"{name}-{when}-{fatal}".replace(" ", "-")}
        match = {"if-match": '"1"'} if path.startswith("/v1/plans/") and method != "POST" else {}

        def kill(count=count, fatal=fatal, **_):
            if next(count) == fatal:
                raise Killed

        again = partial(company, method, path, body, **key, **match)
        try:
            with hooked(f"{when}-call.dynamodb", kill):
                answer = again()
        except Killed:
            assert_every_chain_holds()
            again = again()  # who comes again with the same key finds nothing in the way, and the one effect
            assert again.status < 300 or method != "POST", again.body
        else:
            assert answer.status < 300, answer.body
            assert fatal >= 3
            break
    else:
        pytest.fail("it never got through")
    assert_every_chain_holds()
