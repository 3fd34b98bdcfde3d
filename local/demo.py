"""The product, headless, through the public API: every line a step with its outcome. Exits non-zero when one is not what it must be."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.client import LocalCloud, until
from local.demo_access import access
from local.demo_customers import customers, template
from local.demo_running import looking_ahead, running
from local.settings import ROOT
from local.story import Story, Wrong, cells_of_xlsx, check, words_of_pdf

WEBHOOK_SECRET = "whsec_of_the_simulator"


def shop(story: Story) -> dict[str, str]:
    """Who sells, at which tax, what for, and through which gateway."""
    made: dict[str, str] = {}

    def make(name: str, path: str, body: Any) -> None:
        made[name] = story.ask("POST", path, body, status=201)["id"]

    with story.step("an issuer, its tax rate and a Stripe account") as said:
        make("issuer", "/v1/settings/issuers", {
            "name": "Nordlicht Software GmbH", "email": "rechnung@nordlicht.test", "zone": "Europe/Berlin", "vat_id": "DE136695976",
            "address": {"line1": "Speicherstadt 7", "postal_code": "20457", "city": "Hamburg", "country": "DE"},
            "bank": {"name": "Musterbank", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"}})
        make("tax", "/v1/settings/tax-rates", {"country": "DE", "percent": "19"})
        make("gateway", "/v1/gateways", {"kind": "stripe", "name": "Stripe", "secret_key": "sk_test_of_the_simulator",
                                         "webhook_secret": WEBHOOK_SECRET, "is_default": True})
        target = f"{story.cloud.facts['url']}/v1/webhooks/stripe/{made['gateway']}"
        story.stripe.ask("PUT", "webhook_endpoint", {"url": target, "secret": WEBHOOK_SECRET})
        said("DE 19 %")
    with story.step("two plans with monthly prices") as said:
        for name, amount in (("Team", "4900"), ("Business", "14900")):
            make(name, "/v1/plans", {"name": name, "trial_days": 14, "limits": {"seats": 10}})
            make(f"{name} price", f"/v1/plans/{made[name]}/prices", {"currency": "EUR", "interval": "month", "unit_amount": amount})
        said("Team 49.00 EUR, Business 149.00 EUR")
    return made


def customer(story: Story, clock: str, name: str, card: str) -> str:
    """A tenant on the clock, active, with a card."""
    email = f"{name.split()[0].lower()}@example.test"
    with story.step(f"{name} signs up and saves a card") as said:
        tenant = story.ask("POST", "/v1/tenants", {
            "name": name, "email": email, "zone": "Europe/Berlin", "clock_id": clock,
            "address": {"line1": "Hafenstr. 1", "postal_code": "20359", "city": "Hamburg", "country": "DE"}}, status=201)["id"]
        story.until(f"/v1/tenants/{tenant}", lambda t: t["status"] == "active", "activation")
        method = story.ask("POST", "/v1/payment-methods", {"tenant_id": tenant, "token": card}, status=201)
        said(f"{email}, {method['brand']} …{method['last4']}")
    return str(tenant)


def first_invoice(story: Story, clock: str, tenant: str, price: str) -> tuple[str, str]:
    """Trial → invoice → charge → webhook → paid → receipt. Returns the subscription and its invoice."""
    with story.step("Alster AG subscribes to Team: a trial of 14 days") as said:
        subscription = story.ask("POST", "/v1/subscriptions", {"tenant_id": tenant, "price_id": price}, status=201)
        check(subscription["status"] == "trialing", f"it is {subscription['status']}")
        said(f"until {subscription['trial_end'][:10]}")
    with story.step("time goes to the end of the trial") as said:
        story.advance(clock, "2026-02-14T10:00:00Z")
        active = story.ask("GET", f"/v1/subscriptions/{subscription['id']}")
        check(active["status"] == "active", f"it is {active['status']}")
        said(f"period {active['period_start'][:10]} to {active['period_end'][:10]}")
    with story.step("the first invoice is finalised, charged and paid") as said:
        [invoice] = story.invoices_of(tenant)
        invoice = story.until(f"/v1/invoices/{invoice['id']}", lambda i: i["status"] == "paid", "payment")
        check((invoice["number"], invoice["total"]["amount"]) == ("INV-2026-00001", 5831), f"{invoice['number']}, {invoice['total']}")
        story.stripe.settle(10)
        said(f"{invoice['number']}, 49.00 + 19 % = 58.31 EUR, charged {story.stripe.charged('invoice_id')[invoice['id']]['count']}×")
    with story.step("its PDF and its XLSX are opened and read") as said:
        pdf, xlsx = story.document(invoice["id"], "pdf"), story.document(invoice["id"], "xlsx")
        check("INV-2026-00001" in words_of_pdf(pdf) and "58.31" in words_of_pdf(pdf), "the PDF says something else")
        check("INV-2026-00001" in cells_of_xlsx(xlsx), "the XLSX says something else")
        check(pdf == story.document(invoice["id"], "pdf"), "the PDF has changed")
        said(f"{len(pdf) // 1024} KB and {len(xlsx) // 1024} KB")
    with story.step("the receipt is in the outbox") as said:
        said(str(story.mail("alster@example.test", "receipt").get("Subject")))
    return subscription["id"], invoice["id"]


def declined(story: Story, clock: str, tenant: str, price: str) -> None:
    """A card that fails: dunning, a new card, paid."""
    with story.step("Bille KG subscribes without a trial; the card is declined") as said:
        subscription = story.ask("POST", "/v1/subscriptions", {"tenant_id": tenant, "price_id": price, "trial_days": 0}, status=201)["id"]
        overdue = story.until(f"/v1/subscriptions/{subscription}", lambda s: s["status"] == "past_due", "past_due")
        [invoice] = story.invoices_of(tenant)
        said(f"{overdue['status']}, invoice {invoice['status']}, next attempt {invoice['next_attempt_at'][:10]}")
    with story.step("the customer is told") as said:
        said(str(story.mail("bille@example.test", "payment").get("Subject")))
    with story.step("two days later it is tried again, and declined again") as said:
        story.advance(clock, "2026-02-16T18:00:00Z")
        invoice = story.until(f"/v1/invoices/{invoice['id']}", lambda i: i["attempts"] == 2, "the second attempt")
        said(f"{invoice['attempts']} attempts, next {invoice['next_attempt_at'][:10]}")
    with story.step("a new card: paid at once, in good standing again") as said:
        story.ask("POST", "/v1/payment-methods", {"tenant_id": tenant, "token": "pm_card_mastercard"}, status=201)
        invoice = story.until(f"/v1/invoices/{invoice['id']}", lambda i: i["status"] == "paid", "payment")
        story.until(f"/v1/subscriptions/{subscription}", lambda s: s["status"] == "active", "recovery")
        charged = story.stripe.charged("invoice_id")[invoice["id"]]["count"]
        check(charged == 1, f"charged {charged} times")
        said(f"{invoice['number']} paid, charged once")


def upgrade(story: Story, clock: str, tenant: str, subscription: str, price: str) -> None:
    with story.step("Alster AG upgrades to Business in mid-period") as said:
        story.advance(clock, "2026-02-28T09:00:00Z")
        preview = story.ask("POST", f"/v1/subscriptions/{subscription}/preview-change", {"price_id": price})
        story.ask("POST", f"/v1/subscriptions/{subscription}/change", {"price_id": price})
        invoice = story.until(f"/v1/invoices/{story.invoices_of(tenant)[-1]['id']}", lambda i: i["status"] == "paid", "payment")
        check(invoice["total"]["amount"] == preview["total"], f"preview {preview['total']}, invoice {invoice['total']}")
        lines = story.ask("GET", f"/v1/invoices/{invoice['id']}/lines")["lines"]
        said(" ".join(f"{line['amount'] / 100:+.2f}" for line in lines) + f" net, preview equals invoice {invoice['number']}")


def again(story: Story, tenant: str, invoice: str) -> None:
    """Nothing happens twice."""
    with story.step("the billing run, twice more: nothing new") as said:
        before = [each["id"] for each in story.invoices_of(tenant)]
        run = {"FunctionName": story.cloud.facts["outputs"]["SubscriptionsWorker"],
               "Payload": json.dumps({"time": "2026-02-28T09:00:00Z", "slot": "due"}).encode()}
        for _ in range(2):
            check("FunctionError" not in story.cloud.aws("lambda").invoke(**run), "the run failed")
        story.settle()
        check([each["id"] for each in story.invoices_of(tenant)] == before, "there are new invoices")
        said(f"{len(before)} invoices as before")
    with story.step("its webhooks three times each, in the wrong order") as said:
        path = f"/v1/invoices/{invoice}"
        state, types = story.ask("GET", path), story.types_of(path)
        transaction = story.ask("GET", f"/v1/transactions?invoice_id={invoice}")["data"][0]
        events = [event["id"] for event in _events(story) if transaction["id"] in json.dumps(event)]
        story.stripe.post("redeliver", events=events, times=3, order="shuffled", seed=7)
        story.stripe.settle(20)
        story.settle()
        check(story.ask("GET", path) == state and story.types_of(path) == types, "the invoice has changed")
        check(story.ask("GET", f"/v1/transactions/{transaction['id']}")["status"] == "succeeded", "the transaction has changed")
        said(f"{len(events)} events × 3, version {state['version']} as before")


def _events(story: Story) -> list[dict[str, Any]]:
    import stripe

    client = stripe.StripeClient("sk_test_of_the_simulator", base_addresses={"api": story.stripe.url})
    return [json.loads(str(event)) for event in client.v1.events.list({"limit": 100}).data]


def revenue(story: Story, price: str) -> None:
    with story.step("a customer in real time counts, those on the clock do not") as said:
        body = {"name": "Este OHG", "email": "este@example.test", "address": {"country": "DE"}}
        before = story.ask("GET", "/v1/insights/overview")
        tenant = story.ask("POST", "/v1/tenants", body, status=201)
        story.ask("POST", "/v1/subscriptions", {"tenant_id": tenant["id"], "price_id": price, "trial_days": 0}, status=201)
        seen = story.until("/v1/insights/overview", lambda o: o["mrr"] != before["mrr"] and o["tenants"] > before["tenants"], "the figures")
        figures = *(seen[name]["amount"] - before[name]["amount"] for name in ("mrr", "arr")), seen["paying"] - before["paying"]
        check(figures == (4900, 58800, 1), str(figures))
        said("MRR 49.00 EUR, ARR 588.00 EUR, 1 tenant")


def audited(story: Story, tenant: str, subscription: str, invoice: str) -> None:
    with story.step("the audit log tells the whole story") as said:
        story_of_invoice = ["invoices.drafted", "invoices.finalized", "invoices.paid"]
        check(story.types_of(f"/v1/invoices/{invoice}") == story_of_invoice, str(story.types_of(f"/v1/invoices/{invoice}")))
        kinds = story.types_of(f"/v1/subscriptions/{subscription}")
        check(kinds[:3] == ["subscriptions.created", "subscriptions.trial_ending", "subscriptions.activated"], str(kinds))
        entries = story.ask("GET", f"/v1/audit?tenant_id={tenant}&limit=100")["data"]
        said(f"{len(entries)} entries about this tenant")
    with story.step("every hash chain verifies") as said:
        subjects = {entry["subject"] for entry in entries}
        found = [story.ask("GET", f"/v1/audit/{subject}/verify") for subject in sorted(subjects)]
        check(all(each["intact"] for each in found), f"broken: {[each for each in found if not each['intact']]}")
        said(f"{len(found)} chains, {sum(each['entries'] for each in found)} entries")


def tell(story: Story) -> None:
    with story.step("sign in") as said:
        said(story.sign_in())
    made = shop(story)
    template(story)
    with story.step("a test clock") as said:
        clock = story.ask("POST", "/v1/test-clocks", {"name": "demo", "now": "2026-01-31T09:00:00Z"}, status=201)["id"]
        said("2026-01-31 09:00 UTC")
    alster = customer(story, clock, "Alster AG", "pm_card_visa")
    subscription, invoice = first_invoice(story, clock, alster, made["Team price"])
    bille = customer(story, clock, "Bille KG", "pm_card_chargeCustomerFail")
    declined(story, clock, bille, made["Team price"])
    upgrade(story, clock, alster, subscription, made["Business price"])
    again(story, alster, invoice)
    audited(story, alster, subscription, invoice)
    revenue(story, made["Team price"])
    access(story, alster, bille)
    customers(story, made["Team price"], alster)
    running(story, alster, made["gateway"])
    with story.step("nothing is parked, nothing unknown was asked of Stripe") as said:
        held = {name: count for name, count in story.cloud.waiting().items() if name.endswith("Parked")}
        check(not any(held.values()), f"parked: {held}")
        check(not story.stripe.unknown(), f"asked: {story.stripe.unknown()}")
        said(f"{len(held)} queues")


def told(cloud: LocalCloud, what: Callable[[Story], None]) -> bool:
    """Whether a story on a cloud of its own ends as it must."""
    began = time.monotonic()
    cloud.start()
    print(f"a local cloud is up after {time.monotonic() - began:.0f} s, with the template's IAM policies enforced\n")
    story = Story(cloud)
    try:
        what(story)
    except Wrong as wrong:
        print(f"\nThe demonstration stopped at: {wrong}", file=sys.stderr)
    finally:
        if story.failed and os.environ.get("KEEP"):
            print(f"kept: {cloud.state}, {cloud.facts['url']}; Enter ends it")
            until(lambda: sys.stdin.readline(), 3600)
        cloud.stop()
    return not story.failed


def main() -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as fresh, tempfile.TemporaryDirectory() as grown:
        well = told(LocalCloud(ROOT, Path(fresh), AUTH="true"), tell)
        print("\nand a company with eighteen months behind it, whose history takes a while:\n", flush=True)
        well = well and told(LocalCloud(ROOT, Path(grown), AUTH="true", SEED="on"), looking_ahead)
    if not well:
        raise SystemExit(1)
    print(f"\nall of it in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
