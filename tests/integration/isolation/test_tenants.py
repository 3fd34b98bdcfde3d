"""For a tenant's key, what is another's does not exist: no answer tells it from what never was, whatever the key may do."""

import re
from copy import deepcopy
from functools import partial

import pytest

from kernel.audit import UNCHAINED
from kernel.clock import frozen, parse
from tests.callers import ask
from tests.features import all_resources
from tests.integration.isolation.customers import ROUTES, key_of, lets_tenants_in, lists, never, normal
from tests.integration.writes.company import AT, OURS, TABLES, everything
from tests.integration.writes.registry import requests

READS_BY_POST = {"/v1/invoices/preview", "/v1/subscriptions/<id>/preview-change", "/ofrep/v1/evaluate/flags", "/ofrep/v1/evaluate/flags/<key>"}
WRITTEN_BY_TENANTS = {"/v1/impersonation/<id>/end", "/v1/content/entitlements/<id>/download"}  # what is another's is not found there either: the first test asks
# How a tenant asks for help, and it alone for itself.
ASKS = {"/v1/tickets", "/v1/tickets/<id>/replies", "/v1/tickets/<id>/uploads"}
# What somebody says of what they were shown: it changes nothing but what they are shown again, and counts.
SEEN = {"/v1/announcements/<id>/read", "/v1/announcements/<id>/dismiss", "/v1/articles/<id>/vote"}
FOR_STAFF = ("/v1/gateways", "/v1/settings/issuers", "/v1/settings/tax-rates", "/v1/staff", "/v1/staff/views", "/v1/test-clocks", "/v1/exports",
             "/v1/audit")


@pytest.fixture(autouse=True)
def still():
    with frozen(parse(AT)):
        yield


def stored():
    """All there is, but the entries that say what was denied."""
    found = {name: everything(name) for name in TABLES if name not in OURS - {"audit"}}
    return deepcopy({name: [item for item in items if not item["pk"]["S"].startswith(UNCHAINED)] for name, items in found.items()})


def body_for(route, company):
    """What the tests of all writes send there."""
    if "body" not in route.func.__annotations__:
        return None
    if route.path.endswith("/vote"):
        return {"helpful": True}
    if route.path.endswith("/preview-change"):
        return {"price_id": company.dearer, "when": "now"}
    asked = requests(price=company.price, dearer=company.price)
    return next((body for method, path, body in asked.values() if method == route.method and route.rule.match(path)), {})


def told(api, route, body, key, id):
    path = re.sub("<[a-z]+>", id, route.path)
    return normal(ask(api, route.method, path, body, headers={"authorization": f"Bearer {key}", "if-match": '"1"'}), id)


def test_by_no_route_can_anothers_record_be_told_from_one_that_never_was(customers):
    before, found = stored(), {kind: set() for kind in customers.keys}
    for api, route in ROUTES:
        if "<" not in route.path or "/webhooks/" in route.path or "/public/" in route.path:  # the latter ask nobody who they are
            continue
        body = body_for(route, customers.company)
        for kind, key in customers.keys.items():
            answer = partial(told, api, route, body, key)
            hidden = customers.hidden_from(api)
            unknown = {prefix: answer(never(f"{prefix}_{'0' * 26}")) for prefix in {id[:3] for id in hidden}}
            refused = all(status == 403 for status, *_ in unknown.values())  # before anything is looked up: then one of each kind will do
            for id in {id[:3]: id for id in hidden}.values() if refused else hidden:
                assert answer(id) == unknown[id[:3]], (kind, route.method, route.path, id)
            found[kind] |= {(status, lets_tenants_in(route)) for status, *_ in unknown.values()}
    assert found == {"all scopes of tenants": {(403, False), (403, True), (404, True)}, "*": {(403, False), (404, True)}}
    assert stored() == before


def test_of_ones_own_everything_is_shown_that_the_key_may_read(customers):
    """Else nothing would be proved by what is not shown."""
    key, shown = customers.keys["all scopes of tenants"], set()
    for path in lists():
        answer = customers.ask(key, "GET", path, include_deleted="false")
        shown |= {each["id"][:3] for each in answer.body["data"]} if answer.status == 200 else set()
    assert shown == {"bal", "con", "ent", "imp", "inv", "pln", "pmt", "pri", "sub", "ten", "tic", "txn"}
    invoice = customers.ask(key, "GET", "/v1/invoices").body["data"][0]["id"]
    for path in (f"/v1/invoices/{invoice}", f"/v1/invoices/{invoice}/lines", f"/v1/invoices/{invoice}/timeline"):
        assert customers.ask(key, "GET", path).status == 200


def queries(resource, other, id):
    """Every way to ask a list, for what is this tenant's."""
    yield from ({}, {"include_deleted": "true"}, {"id": id}, {"limit": "1"}, {"fields": ",".join(resource.view.model_fields)})
    yield from ({"q": text} for text in ("Bravo", "bravo@example.test", other, id))
    if "tenant_id" in resource.filters:
        yield from ({"tenant_id": other}, {"tenant_id": f"in:{other}"}, {"tenant_id": other, "include_deleted": "true"})
    yield from ({"sort": f"{sign}{name}"} for sign in ("", "-") for name in ("created_at", "id", resource.filters[-1]))


def test_no_list_shows_or_counts_anything_of_another(customers):
    for _, resource in all_resources():
        id = next((id for id in customers.of(customers.b) if id.startswith(resource.record.prefix)), f"{resource.record.prefix}_x")
        for key in customers.keys.values():
            if customers.ask(key, "GET", resource.path).status == 403:  # before anything is looked up
                continue
            theirs = list(queries(resource, customers.b, id))
            nobodys = list(queries(resource, never(customers.b), never(id)))
            for query, of_nobody in zip(theirs, nobodys, strict=True):
                answer = customers.ask(key, "GET", resource.path, **query)
                shown = str(answer.body.get("data", []))
                assert not [mark for mark in customers.marks() if mark in shown], (resource.path, query)
                nothing = customers.ask(key, "GET", resource.path, **of_nobody)
                assert normal(answer, id, customers.b) == normal(nothing, never(id), never(customers.b)), (resource.path, query)


def test_what_is_announced_to_another_is_not_shown(customers):
    for key in customers.keys.values():
        assert customers.ask(key, "GET", "/v1/announcements/current").body == {"data": [], "unread": 0}


def test_what_is_the_owners_own_is_closed_to_every_tenants_key(customers):
    for key in customers.keys.values():
        for path in (*FOR_STAFF, "/v1/search"):
            assert customers.ask(key, "GET", path, q="Bravo").status == 403


def test_a_tenants_key_changes_nothing_else_not_even_in_bulk(customers):
    before = stored()
    id = next(id for id in customers.of(customers.b) if id.startswith("sub_"))
    for _, route in ROUTES:
        if route.method == "GET" or route.path in READS_BY_POST | ASKS | SEEN or any(part in route.path for part in ("/auth/", "/webhooks/", "/public/")):
            continue
        if lets_tenants_in(route):
            assert route.path in WRITTEN_BY_TENANTS, route.path
            continue
        bulk = [{"action": "pause", "ids": [id]}, {"action": "pause", "filter": {"tenant_id": customers.b}}]
        for body in bulk if route.path.endswith("/bulk") else [{"tenant_id": customers.b}]:
            for key in customers.keys.values():
                assert customers.ask(key, route.method, route.path.replace("<id>", id), body).status == 403, route.path
    assert stored() == before


def test_a_body_that_names_another_is_answered_as_if_it_named_nobody(customers):
    def preview(key, tenant):
        line = {"description": "Work", "unit_amount": "100"}
        return customers.ask(key, "POST", "/v1/invoices/preview", {"tenant_id": tenant, "currency": "EUR", "lines": [line]})

    for key in customers.keys.values():
        assert preview(key, customers.a).status == 200
        theirs, nobodys = preview(key, customers.b), preview(key, never(customers.b))
        assert (theirs.status, theirs.body["code"]) == (422, "unknown_reference")
        assert normal(theirs, customers.b) == normal(nobodys, never(customers.b))


def test_a_cursor_is_good_for_who_got_it_alone(customers):
    others = [{"authorization": f"Bearer {key_of(customers.company, customers.b)}"}, customers.company.headers]
    for path in ("/v1/invoices", "/v1/transactions", "/v1/notifications", "/v1/prices"):
        for headers in others:
            answer = customers.company.ask("GET", path, limit="1", headers=headers)
            for key in customers.keys.values() if answer.status == 200 else ():
                got = customers.ask(key, "GET", path, limit="1", cursor=answer.body["next_cursor"])
                assert got.status == 403 or (got.status, got.body["code"]) == (400, "invalid_cursor"), (path, got.body)


def test_an_idempotency_key_replays_nothing_to_another_caller(customers):
    made = {"headers": {"idempotency-key": "same"}}
    ours = customers.company.done("POST", "/v1/api-keys", {"name": "Ours", "scopes": ["*"]})["key"]
    first = customers.company.done("POST", "/v1/plans", {"name": "New"}, **made)
    second = customers.ask(ours, "POST", "/v1/plans", {"name": "New"}, **made)
    assert (second.status, "Idempotency-Replayed" in second.headers) == (201, False)
    assert second.body["id"] != first["id"]
    for key in customers.keys.values():
        assert customers.ask(key, "POST", "/v1/plans", {"name": "New"}, **made).status == 403
