"""How a lead becomes a customer: all at once, once, and what becomes of its trial in any order."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest

from functions.leads import conversion, funnel
from functions.leads.models import Convert, Lead
from kernel.audit import Actor
from kernel.problems import Conflict
from tests.callers import ask
from tests.conftest import AT
from tests.integration.leads.conftest import ADA


def everything(shop):
    return {name: len(shop.ask("GET", f"/v1/{name}").body["data"]) for name in ("tenants", "contacts", "subscriptions")}


@pytest.fixture
def trial(shop, lead):
    answer = shop.ask("POST", f"/v1/leads/{lead}/convert", {"price_id": shop.price, "trial_days": 14})
    assert answer.status == 200, answer.body
    return answer.body


def tell(sample, shop, name, lead, *, subject=None, **data):
    event = sample(f"leads/{name}")
    record = event["Records"][0]
    message = json.loads(record["body"])
    message["detail"] |= {"subject": subject or lead["subscription_id"]}
    message["detail"]["data"] |= {"tenant_id": lead["tenant_id"], **data}
    record["body"] = json.dumps(message)
    assert shop.worker(event) == {"batchItemFailures": []}


def test_a_lead_becomes_a_tenant_with_a_contact_and_a_trial(shop, trial):
    tenant = shop.ask("GET", f"/v1/tenants/{trial['tenant_id']}").body
    assert (tenant["name"], tenant["email"], tenant["currency"], tenant["status"]) == ("Acme GmbH", ADA["email"], "EUR", "requested")
    [contact] = shop.ask("GET", "/v1/contacts", tenant_id=tenant["id"]).body["data"]
    assert (contact["name"], contact["email"]) == ("Ada Lind", ADA["email"])
    subscription = shop.ask("GET", f"/v1/subscriptions/{trial['subscription_id']}").body
    assert (subscription["tenant_id"], subscription["status"], subscription["price_id"]) == (tenant["id"], "trialing", shop.price)
    assert (trial["status"], trial["plan_id"], trial["trial_ends_at"]) == ("trial", shop.plan, subscription["trial_end"])
    assert trial["score"] == sum(trial["score_rules"].values()) == 45  # that it knows its plan counts


def test_days_that_have_begun_count_whole(shop, trial):
    path = f"/v1/leads/{trial['id']}/trial"
    for at, left in (("2026-01-31T12:00:00+00:00", 14), ("2026-02-13T12:00:01+00:00", 1), ("2026-02-14T12:00:00+00:00", 0),
                     ("2026-03-01T12:00:00+00:00", 0)):
        assert shop.ask("GET", path, at=at).body["days_left"] == left


def test_converting_twice_is_refused_and_makes_nothing_twice(shop, trial):
    answer = shop.ask("POST", f"/v1/leads/{trial['id']}/convert", {"price_id": shop.price, "trial_days": 14})
    assert (answer.status, answer.body["code"]) == (409, "already_converted")
    assert everything(shop) == {"tenants": 1, "contacts": 1, "subscriptions": 1}


@pytest.mark.usefixtures("racing")
def test_of_many_who_convert_at_once_one_does(shop, lead):
    def convert(n):
        try:
            return conversion.convert(lead, Convert(price_id=shop.price, trial_days=14), actor=Actor(id=f"stf_{n}"), at=AT).tenant_id
        except Conflict:
            return None

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(convert, range(8)))
    assert [each for each in told if each] == [Lead.fetch(lead).tenant_id]
    assert everything(shop) == {"tenants": 1, "contacts": 1, "subscriptions": 1}


def test_the_same_request_twice_has_one_effect_and_one_answer(shop, lead, owner):
    key, body = owner | {"idempotency-key": "once"}, {"price_id": shop.price, "trial_days": 14}
    first, second = (shop.ask("POST", f"/v1/leads/{lead}/convert", body, headers=key) for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    assert everything(shop) == {"tenants": 1, "contacts": 1, "subscriptions": 1}


@pytest.mark.parametrize(("body", "field"), [({}, "trial_days"), ({"price_id": "pri_none"}, "price_id"), ({"trial_days": 0}, "trial_days")])
def test_what_is_refused_leaves_nothing_behind(shop, lead, body, field):
    answer = shop.ask("POST", f"/v1/leads/{lead}/convert", {"price_id": shop.price} | body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)
    assert everything(shop) == {"tenants": 0, "contacts": 0, "subscriptions": 0}
    assert Lead.fetch(lead).status == "new"


def test_a_lost_lead_cannot_convert_and_a_reopened_trial_not_again(shop, trial, sample):
    tell(sample, shop, "worker-subscription-ended", trial)
    assert shop.ask("POST", f"/v1/leads/{trial['id']}/reopen").body["status"] == "contacted"
    answer = shop.ask("POST", f"/v1/leads/{trial['id']}/convert", {"price_id": shop.price, "trial_days": 14})
    assert (answer.status, answer.body["code"]) == (409, "already_converted")


@pytest.mark.parametrize("name", ["worker-subscription-activated", "worker-invoice-paid"])
def test_who_pays_is_won_however_often_it_is_told(shop, trial, sample, name):
    for _ in range(3):
        tell(sample, shop, name, trial)
    found = shop.ask("GET", f"/v1/leads/{trial['id']}").body
    assert (found["status"], found["version"]) == ("won", trial["version"] + 1)


def test_an_invoice_of_nothing_wins_nobody(shop, trial, sample):
    tell(sample, shop, "worker-invoice-paid", trial, total=0)
    assert Lead.fetch(trial["id"]).status == "trial"


def test_a_trial_that_ends_is_lost_with_its_reason_once(shop, trial, sample):
    for _ in range(3):
        tell(sample, shop, "worker-subscription-ended", trial)
    found = shop.ask("GET", f"/v1/leads/{trial['id']}").body
    assert (found["status"], found["lost_reason"], found["version"]) == ("lost", "canceled", trial["version"] + 1)


def test_only_its_own_trial_loses_it_and_not_a_subscription_that_was_paid(shop, trial, sample):
    tell(sample, shop, "worker-subscription-ended", trial, subject="sub_other")
    tell(sample, shop, "worker-subscription-ended", trial, trial=False)
    assert Lead.fetch(trial["id"]).status == "trial"


def test_a_tenant_that_was_no_lead_concerns_none(shop, lead, sample):
    tell(sample, shop, "worker-subscription-activated", {"subscription_id": "sub_1", "tenant_id": "ten_1"})
    assert Lead.fetch(lead).status == "new"


@pytest.mark.parametrize("order", list(permutations(((1, "new"), (2, "contacted"), (3, "lost")))))
def test_the_funnel_is_the_same_in_any_order_and_however_often(shop, order):
    for version, status in (*order, *order):
        funnel.heard("lea_1", version, status)
    found = shop.ask("GET", "/v1/leads/funnel").body
    assert {state: count for state, count in found["counts"].items() if count} == {"lost": 1}
    assert found["conversion_per_mille"] == 0


def test_the_funnel_forgets_who_was_deleted_and_counts_who_was_won(shop):
    for id, version, status in (("lea_1", 1, "won"), ("lea_2", 1, "lost"), ("lea_3", 1, "lost"), ("lea_3", 2, None)):
        funnel.heard(id, version, status)
    found = shop.ask("GET", "/v1/leads/funnel").body
    assert (found["counts"]["won"], found["counts"]["lost"], found["conversion_per_mille"]) == (1, 1, 500)


def test_an_unknown_lead_is_not_there(shop):
    from functions.leads.api import handler

    assert ask(handler, "POST", "/v1/leads/lea_none/convert", {"price_id": shop.price}, headers={}).status == 401
    assert shop.ask("POST", "/v1/leads/lea_none/convert", {"price_id": shop.price}).status == 404
