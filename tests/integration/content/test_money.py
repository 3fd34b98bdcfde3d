"""What has been bought, when its money comes late, goes back, and comes again."""

from datetime import datetime
from itertools import product

import pytest

from functions.content import billing
from functions.invoices.events import PaymentReversed
from functions.invoices.models import Invoice
from kernel.audit import Actor
from kernel.commit import commit
from tests.conftest import AT
from tests.integration.content.conftest import MONTHLY, ONCE, refund, status

TOTAL = 1189
LATE = "2026-03-20T12:00:00+00:00"


def dispute(invoice_id, amount):
    """What a dispute that was lost does to an invoice; or, below zero, one that is won after all."""
    invoice = Invoice.fetch(invoice_id)
    invoice.amount_charged_back += amount
    commit((invoice, PaymentReversed(**invoice.told(), amount=amount)), actor=Actor(id="system:invoices"), at=AT)


def bought(shop, **body):
    """The content, and an entitlement of it that is paid."""
    content = shop.published(**body)
    entitlement = shop.bought(content)
    shop.pay(entitlement["invoice_id"])
    return content, entitlement["id"], entitlement["invoice_id"]


def periods(shop, id):
    """The days of the running period, and how many invoices there are by now."""
    found = shop.entitlement(id)
    return str(found["period_start"])[:10], str(found["period_end"])[:10], len(shop.done("GET", "/v1/invoices")["data"])


@pytest.mark.parametrize("given_up", [False, True])
def test_the_first_period_is_counted_from_its_payment_however_late_that_comes(shop, given_up):
    entitlement = shop.bought(shop.published(**MONTHLY))
    id, invoice = entitlement["id"], entitlement["invoice_id"]
    shop.done("POST", f"/v1/invoices/{invoice}/finalize")
    if given_up:
        shop.done("POST", f"/v1/invoices/{invoice}/mark-uncollectible", {"reason": "silent"})
        shop.tell(invoice)
        assert status(shop, id) == "canceled"
    assert (periods(shop, id), shop.entitlement(id)["next_action_at"]) == (("None", "None", 1), None)
    shop.done("POST", f"/v1/invoices/{invoice}/mark-paid", {"reason": "transfer"}, at=LATE)
    for _ in range(3):
        shop.tell(invoice)
        shop.time(id, "2026-04-20T11:59:00Z")
        assert (status(shop, id), periods(shop, id)) == ("active", ("2026-03-20", "2026-04-20", 1))
    shop.time(id, "2026-04-20T12:00:00Z")
    assert periods(shop, id) == ("2026-04-20", "2026-05-20", 2)


def test_the_first_invoice_names_no_days_which_nobody_knows_before_it_is_paid_and_the_next_does(shop):
    _, id, first = bought(shop, **MONTHLY)
    shop.time(id, "2026-02-28T12:00:00Z")
    said = []
    for invoice in (first, shop.entitlement(id)["invoice_id"]):
        [line] = shop.done("GET", f"/v1/invoices/{invoice}/lines")["lines"]
        said.append((line["period_start"], line["period_end"], shop.done("GET", f"/v1/invoices/{invoice}")["period_end"]))
    assert [str(each)[:10] for each in said[0]] == ["None"] * 3
    assert [str(each)[:10] for each in said[1]] == ["2026-02-28", "2026-03-31", "2026-03-31"]


def test_what_is_heard_of_a_payment_after_its_refund_has_failed_begins_at_the_payment_too(shop):
    entitlement = shop.bought(shop.published(**MONTHLY))
    id, invoice = entitlement["id"], entitlement["invoice_id"]
    shop.done("POST", f"/v1/invoices/{invoice}/finalize")
    shop.done("POST", f"/v1/invoices/{invoice}/mark-paid", {"reason": "transfer"}, at=LATE)
    for amount, state in ((TOTAL, "revoked"), (-TOTAL, "active")):
        refund(invoice, amount)
        billing.heard(invoice, failed=False, actor=Actor(id="system:content"), at=datetime.fromisoformat("2026-03-25T12:00:00+00:00"))
        assert (status(shop, id), periods(shop, id)) == (state, ("2026-03-20", "2026-04-20", 1))
    assert shop.done("GET", f"/v1/content/entitlements/{id}")["canceled_at"], "what came again buys no other period"


@pytest.mark.parametrize("change", [refund, dispute])
def test_what_was_revoked_is_there_again_when_its_money_is(shop, change):
    content, id, invoice = bought(shop, **ONCE)
    for amount, state in ((TOTAL, "revoked"), (-TOTAL, "active"), (TOTAL, "revoked"), (-1, "active")):
        change(invoice, amount)
        for _ in range(3):
            shop.tell(invoice)
        assert status(shop, id) == state
        assert shop.ask("POST", f"/v1/content/entitlements/{id}/download").status == (200 if state == "active" else 409)
    [sale] = shop.done("GET", f"/v1/content/{content}/earnings")["sales"]
    assert sale["creator_reversed"] + sale["fee_reversed"] == 998
    assert shop.ask("POST", f"/v1/content/{content}/buy", {"tenant_id": shop.tenant}).body["code"] == "already_bought"


def test_the_end_is_the_same_whichever_of_the_news_are_heard_in_time(shop):
    _, id, invoice = bought(shop, **ONCE)
    for in_time in product((False, True), repeat=3):
        for amount, heard in zip((TOTAL, -500, 500 - TOTAL), in_time, strict=True):
            refund(invoice, amount)
            if heard:
                shop.tell(invoice)
        for _ in range(3):
            billing.heard(invoice, failed=False, actor=Actor(id="system:content"), at=AT)
        assert status(shop, id) == "active"


def test_what_recurs_goes_on_with_its_period(shop):
    _, id, invoice = bought(shop, **MONTHLY)
    before = shop.entitlement(id)
    for amount in (TOTAL, -TOTAL):
        refund(invoice, amount)
        shop.tell(invoice)
    after = shop.entitlement(id)
    names = ("status", "period_start", "period_end", "next_action_at", "ended_at")
    assert {name: after[name] for name in names} == {name: before[name] for name in names} | {
        "status": "active", "next_action_at": after["period_end"]}


def test_what_was_bought_anew_after_it_was_revoked_is_not_there_twice(shop):
    content, first, invoice = bought(shop, **ONCE)
    refund(invoice, TOTAL)
    shop.tell(invoice)
    second = shop.bought(content)
    shop.pay(second["invoice_id"])
    refund(invoice, -TOTAL)
    shop.tell(invoice)
    assert (status(shop, first), status(shop, second["id"])) == ("revoked", "active")


def test_who_has_left_gets_nothing_back(shop):
    _, id, invoice = bought(shop, **ONCE)
    refund(invoice, TOTAL)
    shop.tell(invoice)
    shop.activate()
    shop.done("POST", f"/v1/tenants/{shop.tenant}/offboard", {"reason": "gone"})
    refund(invoice, -TOTAL)
    shop.tell(invoice)
    assert status(shop, id) == "revoked"
