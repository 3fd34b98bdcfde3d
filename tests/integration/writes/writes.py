"""Everything that can be asked of each feature and changes something, with what it is to have changed: once, whatever breaks."""

import json
from typing import Any

from functions.invoices.models import Invoice
from functions.notifications.models import Message
from functions.payments.models import Transaction
from functions.subscriptions.models import Subscription
from functions.tenants.models import Tenant
from tests.integration.writes.asking import (
    KEY,
    MIDDLE,
    RENEWED,
    VIEW,
    Write,
    after,
    api_key,
    below_zero,
    bulk,
    clock,
    delete,
    export,
    free_country,
    gateway,
    gone,
    issuer,
    message,
    offboarded_subscriber,
    older_card,
    owing,
    patch,
    paying,
    plan,
    post,
    rate,
    stuck,
    suspended_with_a_key,
    two,
    view,
    welcomed,
    with_balance,
)
from tests.integration.writes.company import ADDRESS, GATEWAY, MESSAGE, PRICE, Company, due, news

OFFBOARD = ("/v1/tenants/{}/offboard", {"reason": "gone"})
WHY = {"reason": "gone"}
ASKED = {"payments.submitted": 1}
BILLED = {"subscriptions.renewed": 1, "invoices.drafted": 1}


def subtotals(company: Company, id: str) -> list[int]:
    """Of a subscription's invoices."""
    return sorted(each["subtotal"]["amount"] for each in company.of("/v1/invoices", subscription_id=id))


def prorated(company: Company, id: str, _: Any) -> None:
    """One invoice of the difference: half of 30.00 back, half of 90.00 to pay."""
    found = company.done("GET", f"/v1/subscriptions/{id}")
    assert (found["price_id"], subtotals(company, id)) == (company.dearer, [3000, 3000])
    lines = company.done("GET", f"/v1/invoices/{found['latest_invoice_id']}/lines")["lines"]
    assert [line["amount"] for line in lines] == [-1500, 4500]


def billed_twice(company: Company, id: str, _: Any) -> None:
    """Its first period and the second one."""
    assert subtotals(company, id) == [3000, 3000]


def credited(company: Company, id: str, _: Any) -> None:
    assert subtotals(company, id) == [-1500, 3000]


def balance(company: Company, invoice: str) -> int:
    tenant = company.done("GET", f"/v1/invoices/{invoice}")["tenant_id"]
    return sum(each["amount"]["amount"] for each in company.of("/v1/invoices/balances", tenant_id=tenant))


def booked(company: Company, id: str, _: Any) -> None:
    """The due step makes up for what a crash has left out."""
    company.done(MESSAGE, "invoices", due(id))
    assert balance(company, id) == 1785


def given_back(company: Company, id: str, _: Any) -> None:
    assert balance(company, id) == 1785


def charged_once(company: Company, id: str, _: Any) -> None:
    company.answered(id)
    assert company.control.charged("transaction_id")[id]["count"] == 1


def sent_back(company: Company, charge: str) -> list[int]:
    """The refunds of a charge, as the gateway knows them."""
    payment = company.done("GET", f"/v1/transactions/{charge}")["gateway_ref"]
    return [refund.amount for refund in company.stripe.refunds.list({"payment_intent": payment}).data]


def sent_back_once(company: Company, id: str, answer: Any) -> None:
    company.answered(answer.body["id"])
    assert sent_back(company, id) == [400]
    assert len(company.of("/v1/transactions", parent_id=id)) == 1


def each_sent_back_once(company: Company, charges: tuple[str, str], answer: Any) -> None:
    assert [item["status"] for item in answer.body["data"]] == [201, 201]
    for id in charges:
        for refund in company.of("/v1/transactions", parent_id=id):
            company.answered(refund["id"])
        assert sent_back(company, id) == [400]


def saved_once(company: Company, it: dict[str, str], _: Any) -> None:
    [card] = company.of("/v1/payment-methods", tenant_id=it["tenant_id"])
    assert [each.id for each in company.stripe.payment_methods.list({"customer": card["gateway_customer_id"]}).data] == [it["token"]]


def collected_once(company: Company, card: str, _: Any) -> None:
    tenant = company.done("GET", f"/v1/payment-methods/{card}")["tenant_id"]
    assert len(company.of("/v1/transactions", tenant_id=tenant)) == 1


def queued(id: str) -> str:
    return json.dumps({"detail-type": "finalize", "detail": {"id": id, "because": {}}})


def a_plan_and_prices() -> dict[str, Write]:
    price = "/v1/plans/{}/prices"
    return {
        "create a plan": post("/v1/plans", {"name": "New"}, {"plans.created": 1}),
        "change a plan": patch("/v1/plans/{}", {"name": "New"}, {"plans.updated": 1}, plan),
        "delete a plan": delete("/v1/plans/{}", {"plans.deleted": 1}, plan, headers={"if-match": '"1"'}),
        "restore a plan": post("/v1/plans/{}/restore", None, {"plans.restored": 1}, gone("/v1/plans", plan)),
        "add a price": post(price, PRICE, {"plans.price_created": 1}, plan),
        "replace a price": Write(lambda company, it: ("POST", price.format(company.plan), PRICE | {"replaces": it}),
                                 {"plans.price_created": 1, "plans.price_replaced": 1},
                                 lambda company: company.made(price.format(company.plan), PRICE)),
        "restore two plans": bulk("/v1/plans", "restore", {"plans.restored": 2}, two(gone("/v1/plans", plan))),
    }


def tenants() -> dict[str, Write]:
    path, moved = "/v1/tenants/{}", {"tenants.offboarding_started": 1}
    suspended = after(Company.active_tenant, ("/v1/tenants/{}/suspend", WHY))
    offboarded = after(Company.active_tenant, OFFBOARD)
    return {
        "sign up a tenant": post("/v1/tenants", {"name": "Acme", "email": "a@acme.test"}, {"tenants.requested": 1}),
        "provision a tenant": message("tenants", news, {"tenants.provisioning_started": 1, "tenants.activated": 1}, Company.tenant),
        "change a tenant": patch(path, {"name": "New"}, {"tenants.updated": 1}, Company.tenant),
        "suspend a tenant": post(path + "/suspend", WHY, {"tenants.suspended": 1}, Company.active_tenant),
        "resume a tenant": post(path + "/resume", None, {"tenants.resumed": 1}, suspended),
        "offboard a tenant": post(path + "/offboard", WHY, moved, Company.tenant),
        "forget a tenant": message("tenants", due, {"tenants.deleted": 1}, offboarded),
        "retry a tenant": post(path + "/retry", None, {"tenants.retried": 1}, stuck(Tenant, "tenants", offboarded)),
        "suspend two tenants": bulk("/v1/tenants", "suspend", {"tenants.suspended": 2}, two(Company.active_tenant), WHY),
    }


def subscriptions() -> dict[str, Write]:
    path, made, paid = "/v1/subscriptions/{}", Company.subscription, Company.paid_subscription
    change, pause, resume, cancel = (f"{path}/{verb}" for verb in ("change", "pause", "resume", "cancel"))
    resumed, paused = {"subscriptions.resumed": 1, "invoices.drafted": 1}, {"subscriptions.paused": 1}
    canceled = {"subscriptions.cancel_scheduled": 1}

    def subscribe(effect: dict[str, int], **more: Any) -> Write:
        return Write(lambda company, it: ("POST", "/v1/subscriptions", {"tenant_id": it, "price_id": company.price, **more}), effect,
                     Company.tenant)

    def dearer(effect: dict[str, int], when: str, **more: Any) -> Write:
        return Write(lambda company, it: ("POST", change.format(it), {"price_id": company.dearer, "when": when}), effect, paid, **more)

    def trial(company: Company) -> str:
        return made(company, trial_days=14)

    until = {"resumes_at": MIDDLE}
    return {
        "subscribe": subscribe({"subscriptions.created": 1}),
        "subscribe without a trial": subscribe({"subscriptions.created": 1, "invoices.drafted": 1}, trial_days=0),
        "change the price now": dearer({"subscriptions.plan_changed": 1, "invoices.drafted": 1}, "now", at=MIDDLE, then=prorated),
        "change the price while a renewal is due": dearer(BILLED | {"subscriptions.plan_changed": 1}, "period_end", at=RENEWED,
                                                          then=billed_twice),
        "pause": post(pause, until, paused, made),
        "pause while a renewal is due": post(pause, {}, BILLED | paused, made, at=RENEWED, then=billed_twice),
        "resume when it is due": post(resume, None, resumed, after(made, (pause, until)), at=RENEWED, then=billed_twice),
        "be resumed by time": message("subscriptions", due, resumed, after(made, (pause, until)), then=billed_twice),
        "cancel with the period": post(cancel, {}, canceled, made),
        "cancel now for credit": post(cancel, {"when": "now", "credit": True}, {"subscriptions.ended": 1, "invoices.drafted": 1}, paid,
                                      at=MIDDLE, then=credited),
        "take a cancellation back": post(path + "/uncancel", None, {"subscriptions.cancel_revoked": 1}, after(made, (cancel, {}))),
        "come to a trial's end": message("subscriptions", due, {"subscriptions.trial_ending": 1, "subscriptions.activated": 1,
                                                                "invoices.drafted": 1}, trial),
        "be renewed by time": message("subscriptions", due, BILLED, made, then=billed_twice),
        "end with its tenant": message("subscriptions", news, {"subscriptions.ended": 1}, offboarded_subscriber),
        "retry a subscription": post(path + "/retry", None, {"subscriptions.retried": 1}, stuck(Subscription, "subscriptions", made)),
        "pause two while a renewal is due": bulk("/v1/subscriptions", "pause", {"subscriptions.renewed": 2, "invoices.drafted": 2,
                                                                                "subscriptions.paused": 2}, two(made), at=RENEWED),
    }


def invoices() -> dict[str, Write]:
    path, open_one, final = "/v1/invoices/{}", Company.invoice, {"invoices.finalized": 1}
    line = {"description": "Work", "unit_amount": "100"}

    def first_draft(company: Company) -> str:
        return str(company.done("GET", f"/v1/subscriptions/{company.subscription()}")["latest_invoice_id"])

    return {
        "draft an invoice": Write(lambda company, it: ("POST", "/v1/invoices", {"tenant_id": it, "currency": "EUR", "lines": [line]}),
                                  {"invoices.drafted": 1}, Company.tenant),
        "discard a draft": delete(path, {"invoices.deleted": 1}, Company.draft),
        "finalize an invoice": post(path + "/finalize", None, final, Company.draft, outside=True),
        "finalize a draft of a subscription": message("invoices", queued, final, first_draft, outside=True),
        "finalize an invoice below zero": post(path + "/finalize", None, final | {"invoices.balance_changed": 1, "invoices.paid": 1},
                                               below_zero, then=booked),
        "void an invoice": post(path + "/void", WHY, {"invoices.voided": 1, "invoices.balance_changed": 1}, with_balance, then=given_back),
        "give an invoice up": post(path + "/mark-uncollectible", WHY, {"invoices.uncollectible": 1}, open_one),
        "mark an invoice as paid": post(path + "/mark-paid", WHY, {"invoices.paid": 1}, open_one),
        "book a payment": message("invoices", news, {"invoices.paid": 1}, paying),
        "collect with a new card": message("invoices", news, {"invoices.collection_started": 1, "payments.started": 1}, owing,
                                           then=collected_once),
        "retry an invoice": post(path + "/retry", None, {"invoices.retried": 1}, stuck(Invoice, "invoices", first_draft)),
        "void two invoices": bulk("/v1/invoices", "void", {"invoices.voided": 2}, two(open_one), WHY),
    }


def payments() -> dict[str, Write]:
    gateways, method, changed = "/v1/gateways/{}", "/v1/payment-methods/{}", {"payments.gateway_changed": 1}
    return {
        "add a gateway": post("/v1/gateways", GATEWAY, changed, outside=True),
        "change a gateway": patch(gateways, {"name": "New"}, changed, gateway),
        "make a gateway the default": patch(gateways, {"is_default": True}, {"payments.gateway_changed": 2}, gateway),
        "switch a gateway off": post(gateways + "/deactivate", None, changed, gateway),
        "switch a gateway on": post(gateways + "/activate", None, changed, after(gateway, (gateways + "/deactivate", None))),
        "add a card": Write(lambda company, it: ("POST", "/v1/payment-methods", it), {"payments.payer_changed": 2, "payments.method_added": 1},
                            lambda company: {"tenant_id": company.tenant(), "token": company.token()}, then=saved_once,
                            outside=True),
        "choose a card": post(method + "/default", None, {"payments.method_added": 1, "payments.method_changed": 1,
                                                          "payments.payer_changed": 1}, older_card),
        "remove a card": delete(method, {"payments.method_removed": 1, "payments.payer_changed": 1}, older_card),
        "charge": message("payments", due, {"payments.submitted": 1, "payments.succeeded": 1}, Company.charge, then=charged_once,
                          anew=ASKED, outside=True),
        "refund": post("/v1/transactions/{}/refunds", {"amount": 400}, {
            "payments.refund_started": 1, "payments.refunded": 1, "payments.refund_counted": 2}, Company.charged, then=sent_back_once,
            anew=ASKED, pending=True, outside=True),
        "refund two charges": bulk("/v1/transactions", "refunds", {
            "payments.refund_started": 2, "payments.refunded": 2, "payments.refund_counted": 4}, two(Company.charged), {"amount": 400},
            then=each_sent_back_once, anew={"payments.submitted": 2}, outside=True),
        "retry a charge": post("/v1/transactions/{}/retry", None, {"payments.retried": 1}, stuck(Transaction, "payments", Company.charge)),
    }


def api_keys() -> dict[str, Write]:
    path, updated = "/v1/api-keys/{}", {"api_keys.updated": 1}
    disabled = after(api_key, (path + "/disable", None))
    return {
        "make a key": post("/v1/api-keys", KEY, {"api_keys.created": 1}, shown_once="key"),
        "change a key": patch(path, {"scopes": ["tenants.read"], "credits": {"amount": 5}}, updated, api_key),
        "rotate a key": post(path + "/rotate", {}, {"api_keys.created": 1, "api_keys.rotated": 1}, api_key, shown_once="key"),
        "disable a key": post(path + "/disable", None, {"api_keys.disabled": 1}, api_key),
        "enable a key": post(path + "/enable", None, {"api_keys.enabled": 1}, disabled),
        "revoke a key": post(path + "/revoke", None, {"api_keys.revoked": 1}, disabled),
        "suspend a key with its tenant": message("api_keys", news, updated, suspended_with_a_key),
        "revoke two keys": bulk("/v1/api-keys", "revoke", {"api_keys.revoked": 2}, two(api_key)),
    }


def others() -> dict[str, Write]:
    issuers, rates, views, clocks = "/v1/settings/issuers/{}", "/v1/settings/tax-rates/{}", "/v1/staff/views/{}", "/v1/test-clocks/{}"
    message_path, again = "/v1/notifications/{}", {"notifications.resent": 1, "notifications.resend_requested": 1}
    resent = after(welcomed, (message_path + "/resend", WHY))

    def resent_one(company: Company) -> str:
        return str(company.done("GET", message_path.format(resent(company)))["resent_as"])

    return {
        "add an issuer": post("/v1/settings/issuers", {"name": "O", "email": "o@seller.test", "address": ADDRESS}, {"settings.issuer_created": 1}),
        "change an issuer": patch(issuers, {"name": "New"}, {"settings.issuer_updated": 1}, issuer),
        "make an issuer the default": post(issuers + "/make-default", None, {"settings.default_changed": 1, "settings.default_lost": 1}, issuer),
        "add a tax rate": Write(lambda company, it: ("POST", "/v1/settings/tax-rates", {"country": it, "percent": "20"}),
                                {"settings.tax_rate_created": 1}, free_country),
        "change a tax rate": patch(rates, {"percent": "21"}, {"settings.tax_rate_updated": 1}, rate),
        "delete a tax rate": delete(rates, {"settings.tax_rate_deleted": 1}, rate),
        "save a view": post("/v1/staff/views", VIEW, {"staff.view_saved": 1}),
        "change a view": patch(views, {"name": "New"}, {"staff.view_saved": 1}, view),
        "delete a view": delete(views, {"staff.view_deleted": 1}, view),
        "restore a view": post(views + "/restore", None, {"staff.view_saved": 1}, gone("/v1/staff/views", view)),
        "make a clock": post("/v1/test-clocks", {"name": "C", "now": "2027-01-01T00:00:00Z"}, {"clocks.created": 1}),
        "advance a clock": post(clocks + "/advance", {"to": "2027-02-01T00:00:00Z"}, {"clocks.advance_requested": 1}, clock),
        "delete a clock": delete(clocks, {"clocks.deleted": 1}, clock),
        "ask for an export": post("/v1/tenants/exports", {"format": "csv"}, {"exports.requested": 1}),
        "take an export back": delete("/v1/exports/{}", {"exports.deleted": 1}, export),
        "send a message again": post(message_path + "/resend", WHY, again, welcomed),
        "retry a message": post(message_path + "/retry", None, {"notifications.retried": 1}, stuck(Message, "notifications", resent_one)),
    }
