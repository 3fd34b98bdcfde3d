"""Open invoices are collected: whatever order the news come in, and however often."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.invoices import service
from functions.invoices.contract import standing
from functions.invoices.models import Invoice
from functions.payments.models import Transaction
from functions.relay.worker import envelope
from kernel import audit
from kernel.problems import Refused
from tests.integration.invoices.company import (
    AT,
    US,
    a_line,
    a_tenant,
    add_card,
    an_issuer,
    an_open,
    balance,
    charged_back,
    come_due,
    decided,
    deliver,
    failed,
    method_added,
    refunded,
    run,
    succeeded,
)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def company(aws):
    an_issuer()


def now(invoice: Invoice) -> Invoice:
    return Invoice.fetch(invoice.id)


def entries(invoice: Invoice) -> list[str]:
    return [audit.Entry.load(item).facts()["type"].removeprefix("invoices.") for item in audit.timeline(invoice.id)]


def local(at: datetime | None) -> str:
    assert at is not None
    return at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%m-%d %H:%M")


def test_money_pays_the_invoice_once():
    invoice = an_open(a_tenant())
    news = succeeded(invoice, invoice.transaction_id, at=AT + timedelta(hours=1))
    assert run(news, news, news) == []
    paid = now(invoice)
    assert (paid.status, paid.amount_paid, paid.paid_at) == ("paid", 5831, AT + timedelta(hours=1))
    assert (paid.transaction_id, paid.next_action_at, balance(paid.tenant_id)) == (None, None, 0)
    assert entries(paid) == ["drafted", "finalized", "paid"]


def test_a_declined_charge_is_tried_again_on_the_policys_days_and_then_given_up():
    invoice = an_open(a_tenant(), at=AT)
    days, at = [], AT
    for attempt in range(1, 6):
        assert now(invoice).attempts == attempt
        transaction = now(invoice).transaction_id
        assert run(failed(invoice, transaction, at=at), failed(invoice, transaction, at=at)) == []
        if attempt < 5:
            at = now(invoice).next_attempt_at
            days.append(local(at))
            come_due(at, [invoice.id])
    assert days == ["02-02 13:00", "02-07 13:00", "02-14 13:00", "02-21 13:00"]
    assert (now(invoice).status, now(invoice).next_action_at) == ("uncollectible", None)
    assert entries(invoice)[2:] == ["payment_failed", "collection_started"] * 4 + ["payment_failed", "uncollectible"]


def test_attempts_keep_their_local_hour_when_the_clocks_change():
    start = datetime(2026, 3, 27, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    invoice = an_open(a_tenant(), at=start)
    run(failed(invoice, invoice.transaction_id, at=start))
    assert local(now(invoice).next_attempt_at) == "03-29 12:00"


def test_after_a_hard_decline_only_a_new_method_is_charged():
    invoice = an_open(a_tenant())
    run(failed(invoice, invoice.transaction_id, hard=True))
    waiting = now(invoice)
    assert (waiting.next_attempt_at, local(waiting.next_action_at)) == (None, "02-21 13:00")
    later = AT + timedelta(days=3)
    added = method_added(invoice.tenant_id, at=later)
    assert run(added, added) == []
    tried = now(invoice)
    assert (tried.attempts, Transaction.fetch(tried.transaction_id).attempt, tried.next_action_at) == (2, 2, later)
    run(failed(invoice, tried.transaction_id, at=later), added)
    assert now(invoice).attempts == 2  # the same news of the same method does not start a third
    assert local(now(invoice).next_attempt_at) == "02-07 13:00"  # the policy's days go on counting from the first failure


def test_after_a_hard_decline_and_no_new_method_it_is_given_up_on_the_last_day():
    invoice = an_open(a_tenant())
    run(failed(invoice, invoice.transaction_id, hard=True))
    come_due(AT + timedelta(days=20), [invoice.id])
    assert now(invoice).status == "open"
    come_due(AT + timedelta(days=22), [invoice.id])
    assert now(invoice).status == "uncollectible"


def test_without_a_method_the_customer_has_until_the_due_date():
    invoice = an_open(a_tenant(card=False))
    assert (invoice.transaction_id, invoice.next_attempt_at, invoice.attempts) == (None, invoice.due_at, 0)
    come_due(invoice.due_at, [invoice.id])
    missed = now(invoice)
    assert (missed.status, missed.first_failed_at, missed.next_attempt_at) == ("open", invoice.due_at, None)
    assert entries(missed)[-1] == "payment_failed"
    add_card(invoice.tenant_id)
    run(method_added(invoice.tenant_id, at=invoice.due_at))
    assert now(invoice).transaction_id is not None


def test_a_method_that_comes_while_a_charge_is_under_way_is_charged_as_soon_as_that_fails():
    invoice = an_open(a_tenant())
    added = method_added(invoice.tenant_id)
    run(added, added)
    assert (now(invoice).transaction_id, now(invoice).attempts) == (invoice.transaction_id, 1)
    run(failed(invoice, invoice.transaction_id, hard=True))
    assert (now(invoice).attempts, now(invoice).transaction_id != invoice.transaction_id) == (2, True)
    assert entries(invoice)[2:] == ["collection_queued", "payment_failed", "collection_started"]


def test_late_money_pays_an_uncollectible_invoice():
    invoice = an_open(a_tenant())
    service.mark_uncollectible(invoice.id, "insolvent", actor=US, at=AT)
    run(failed(invoice, invoice.transaction_id), succeeded(invoice, invoice.transaction_id), failed(invoice, invoice.transaction_id))
    assert (now(invoice).status, now(invoice).amount_paid) == ("paid", 5831)


@pytest.mark.parametrize("settled", [service.void, service.mark_paid])
def test_money_for_an_invoice_that_is_settled_becomes_balance_and_a_refund_takes_it_back(settled):
    invoice = an_open(a_tenant())
    decided(invoice.transaction_id, "failed")  # which a late success may still follow
    settled(invoice.id, "a reason", actor=US, at=AT)
    before, back = now(invoice), refunded(invoice, invoice.transaction_id, 1000)
    deliver([back, succeeded(invoice, invoice.transaction_id), back])
    assert balance(invoice.tenant_id) == 4831
    assert (now(invoice).status, now(invoice).amount_refunded, now(invoice).version) == (before.status, 0, before.version)


def test_money_in_parts_pays_the_invoice_with_the_last_and_the_rest_is_collected():
    invoice = an_open(a_tenant())
    part = succeeded(invoice, "txn_part", amount=1831)
    assert run(part, part) == []
    assert (now(invoice).status, now(invoice).amount_paid, balance(invoice.tenant_id)) == ("open", 1831, 0)
    run(failed(invoice, invoice.transaction_id))
    come_due(AT + timedelta(days=3), [invoice.id])
    assert Transaction.fetch(now(invoice).transaction_id).amount == 4000
    run(succeeded(invoice, "txn_rest", amount=4500), part)
    assert (now(invoice).status, now(invoice).amount_paid, balance(invoice.tenant_id)) == ("paid", 5831, 500)
    assert [entry for entry in entries(invoice) if "paid" in entry] == ["partly_paid", "paid"]


def test_a_part_that_went_back_is_owed_again_and_an_invoice_with_money_is_not_made_void():
    invoice = an_open(a_tenant())
    run(succeeded(invoice, "txn_part", amount=1831))
    decided(invoice.transaction_id, "failed")
    with pytest.raises(Refused, match="refund that first"):
        service.void(invoice.id, "a reason", actor=US, at=AT)
    back = refunded(invoice, "txn_part", 1831)
    assert run(back, back) == []
    assert (now(invoice).amount_paid, now(invoice).amount_refunded, now(invoice).owed) == (0, 0, 5831)
    assert service.void(invoice.id, "a reason", actor=US, at=AT).status == "void"


def test_a_part_tells_what_is_left_by_it_also_of_an_invoice_that_was_given_up():
    invoice = an_open(a_tenant())
    run(succeeded(invoice, "txn_part", amount=1831), refunded(invoice, "txn_part", 831))
    service.mark_uncollectible(invoice.id, "insolvent", actor=US, at=AT)
    run(succeeded(invoice, "txn_more", amount=2000))
    told = [json.loads(envelope(audit.Entry.load(item))["Detail"])["data"] for item in audit.timeline(invoice.id)]
    assert [(each["amount"], each["owed"], each["due_on"], each["status"]) for each in told if "owed" in each] == [
        (1831, 4000, invoice.due_on, "open"), (-831, 4831, invoice.due_on, "open"), (2000, 2831, invoice.due_on, "uncollectible")]


def test_a_part_that_comes_again_when_the_invoice_was_paid_meanwhile_is_balance():
    invoice = an_open(a_tenant())
    run(succeeded(invoice, "txn_part", amount=1831), refunded(invoice, "txn_part", 1831, version=4))
    run(succeeded(invoice, invoice.transaction_id))
    failed_after_all = refunded(invoice, "txn_part", 0, version=5)
    assert run(failed_after_all, failed_after_all) == []
    assert (now(invoice).amount_paid, now(invoice).amount_refunded, balance(invoice.tenant_id)) == (5831, 0, 1831)
    run(refunded(invoice, "txn_part", 1000, version=6))
    assert (now(invoice).amount_refunded, balance(invoice.tenant_id)) == (0, 831)


def test_refunds_wherever_they_were_made_are_counted_up_to_what_went_back_in_all():
    invoice = an_open(a_tenant())
    charge = invoice.transaction_id
    news = [refunded(invoice, charge, so_far, version=n) for n, so_far in enumerate((0, 1000, 1000, 5831), 3)]
    deliver([news[0], succeeded(invoice, charge), *news, news[1]])
    assert (now(invoice).amount_refunded, entries(invoice).count("refunded")) == (5831, 2)


def test_a_refund_that_failed_after_all_counts_no_more_in_whatever_order_that_is_told():
    invoice = an_open(a_tenant())
    charge = invoice.transaction_id
    gone, back = refunded(invoice, charge, 1000, version=4), refunded(invoice, charge, 0, version=5)
    deliver([succeeded(invoice, charge), back, gone])
    assert (now(invoice).amount_refunded, entries(invoice)[2:]) == (0, ["paid"])
    deliver([refunded(invoice, charge, 3000, version=6), refunded(invoice, charge, 0, version=7), gone])
    assert (now(invoice).amount_refunded, entries(invoice)[2:]) == (0, ["paid", "refunded", "refunded"])


def test_what_a_bank_keeps_after_a_dispute_is_on_the_invoice_until_it_gives_it_back():
    invoice = an_open(a_tenant())
    charge, lost = invoice.transaction_id, charged_back(invoice, invoice.transaction_id, 4831)
    deliver([lost, refunded(invoice, charge, 1000), succeeded(invoice, charge), lost])
    found = now(invoice)
    assert (found.status, found.amount_paid, found.amount_refunded, found.amount_charged_back) == ("paid", 5831, 1000, 4831)
    assert standing(invoice.id).kept == 0
    deliver([charged_back(invoice, charge, 0, version=6), lost])
    assert (now(invoice).amount_charged_back, now(invoice).amount_refunded) == (0, 1000)
    assert sorted(entries(invoice)[2:]) == ["paid", "payment_reversed", "payment_reversed", "refunded"]


def test_money_that_came_again_fills_the_balance_that_it_had_left():
    invoice = an_open(a_tenant())
    charge = invoice.transaction_id
    run(succeeded(invoice, charge, amount=6831), refunded(invoice, charge, 1500, version=4))
    assert (now(invoice).amount_refunded, balance(invoice.tenant_id)) == (500, 0)
    run(refunded(invoice, charge, 200, version=5))
    assert (now(invoice).amount_refunded, balance(invoice.tenant_id)) == (0, 800)


def test_a_void_invoice_gives_back_what_it_took_of_the_balance():
    tenant = a_tenant(card=False)
    an_open(tenant, a_line(-1000))
    invoice = an_open(tenant)
    assert balance(tenant) == 0
    voided = service.void(invoice.id, "wrong plan", actor=US, at=AT)
    assert (voided.status, voided.voided_at, voided.number, balance(tenant)) == ("void", AT, "INV-2026-00002", 1190)


def test_what_no_event_has_told_is_found_out_when_the_charge_is_due():
    paid, refused, asked, open_ = (an_open(a_tenant()) for _ in range(4))
    decided(paid.transaction_id, "succeeded")
    decided(refused.transaction_id, "failed", code="insufficient_funds")
    decided(asked.transaction_id, "requires_action")
    come_due(AT, [each.id for each in (paid, refused, asked, open_)])
    assert [now(each).status for each in (paid, refused, asked, open_)] == ["paid", "open", "open", "open"]
    assert local(now(refused).next_attempt_at) == "02-02 13:00"
    assert local(now(asked).next_action_at) == "02-01 13:00"  # a test clock may go on while the customer is thinking
    assert now(open_).version == open_.version
    run(succeeded(paid, paid.transaction_id))
    assert (now(paid).amount_paid, balance(paid.tenant_id)) == (5831, 0)


def test_an_older_charges_failure_is_nothing_new():
    invoice = an_open(a_tenant())
    run(failed(invoice, invoice.transaction_id))
    come_due(AT + timedelta(days=3), [invoice.id])
    second = now(invoice)
    run(failed(invoice, invoice.transaction_id, at=AT + timedelta(days=4)))
    assert now(invoice).version == second.version


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["failed", "succeeded", "refunded", "method"] * 3))
def test_every_event_three_times_in_any_order_ends_in_the_same_state(order):
    invoice = an_open(a_tenant())
    first = invoice.transaction_id
    news = {"failed": failed(invoice, first), "succeeded": succeeded(invoice, first), "refunded": refunded(invoice, first, 1000),
            "method": method_added(invoice.tenant_id)}
    deliver([news[name] for name in order])
    end = now(invoice)
    assert (end.status, end.amount_paid, end.amount_refunded) == ("paid", 5831, 1000)
    assert (end.transaction_id, end.next_action_at, balance(end.tenant_id)) == (None, None, 0)
    assert entries(end).count("paid") == entries(end).count("refunded") == 1
    assert audit.first_bad(audit.timeline(end.id), end.head) is None


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["failed", "failed again", "method"]))
def test_no_order_of_failures_and_a_new_method_leaves_the_invoice_without_an_attempt(order):
    invoice = an_open(a_tenant())
    news = {"failed": failed(invoice, invoice.transaction_id, hard=True), "method": method_added(invoice.tenant_id)}
    deliver([news[name.split()[0]] for name in order])
    end = now(invoice)
    assert (end.status, end.attempts, end.transaction_id not in (None, invoice.transaction_id)) == ("open", 2, True)
