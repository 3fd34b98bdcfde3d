"""What a run finds with Stripe, and that the next one finds the same."""

from datetime import timedelta

import pytest

from functions.payments import events as payments
from functions.payments.models import Transaction
from functions.reconciliation.models import Run
from kernel.audit import Actor
from kernel.clock import stamp, wall
from kernel.commit import commit
from tests.conftest import AT

UNKNOWN = "gat_01HNBQ0000000000000000000X"


@pytest.fixture
def charge(company):
    company.card()
    return company.charged()


def altered(id, **values):
    """Our side is wrong, as if by hand."""
    found = Transaction.fetch(id)
    for name, value in values.items():
        setattr(found, name, value)
    commit((found, payments.RefundCounted(**found.about(), amount_refunded=0)), actor=Actor(id="stf_1"), at=AT)


def made_up(company, **values):
    """A charge that we have as taken, of which the gateway knows nothing."""
    id = company.invoice()
    altered(id, status="succeeded", next_action_at=None, gateway_id=company.gateway, gateway_ref="pi_nowhere", **values)
    return id


def test_what_agrees_is_matched_and_its_sums_are_shown(company, books, charge):
    company.made(f"/v1/transactions/{charge.id}/refunds", {"amount": 1900})
    company.control.post("payouts", currency="eur")
    run = books.run()
    assert (run["status"], run["matched"], run["excepted"], run["opened"]) == ("completed", 3, 0, 0)
    assert run["totals"] == {"EUR": {"there": 3000, "here": 3000}}
    assert books.open() == []


def test_a_payout_by_hand_is_taken_as_it_is_and_stops_nothing(company, books, charge):
    company.control.post("payouts", currency="eur", automatic=False)
    company.charged()
    company.control.post("payouts", currency="eur")
    run = books.run()
    assert (run["status"], run["matched"], run["excepted"], books.open()) == ("completed", 4, 0, [])


@pytest.mark.parametrize(("values", "kind"), [
    ({"amount": 4800}, "amount"), ({"currency": "USD"}, "currency"), ({"status": "failed"}, "status"), ({"fee": 98}, "fee")])
def test_a_pair_that_differs_is_an_exception_with_both_sides_until_it_does_no_more(company, books, charge, values, kind):
    right = {name: getattr(charge, name) for name in values}
    altered(charge.id, **values)
    run = books.run()
    assert (run["opened"], run["kinds"]) == (1, {kind: 1})
    [found] = books.open()
    assert (found["kind"], found["transaction_id"], found["subject"]) == (kind, charge.id, charge.id)
    assert (found["there"]["amount"], found["there"]["currency"], found["there"]["fee"]) == (4900, "EUR", 99)
    assert found["here"] | {"at": 0} == {"id": charge.id, "kind": "charge", "status": "succeeded", "amount": 4900, "currency": "EUR",
                                         "fee": 99, "at": 0} | values
    again = books.run()
    assert (again["opened"], again["cleared"], again["kinds"]) == (0, 0, {kind: 1})
    assert books.open() == [found]  # its version too
    altered(charge.id, **right)
    assert books.run()["cleared"] == 1
    [cleared] = books.found()
    assert (cleared["status"], cleared["former"][0]["status"]) == ("cleared", "open")


def test_money_at_the_gateway_that_we_know_nothing_of_is_missing_here(company, books, charge):
    company.stripe.payment_intents.create({"amount": 700, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True,
                                           "payment_method_types": ["card"]})
    books.run()
    [found] = books.open()
    assert (found["kind"], found["there"]["amount"], found["here"], found["transaction_id"]) == ("missing_here", 700, None, None)


def test_what_the_gateway_has_not_booked_is_late_then_missing_and_clears_itself_when_it_comes(company, books):
    company.card()
    id = made_up(company)
    books.run()
    [late] = books.open()
    assert (late["kind"], late["there"], late["here"]["amount"], late["subject"]) == ("late", None, 4900, id)
    books.run(since=stamp(wall()), until=stamp(wall() + timedelta(days=3)))  # it lies before, but is open
    [missing] = books.open()
    assert (missing["id"], missing["kind"], missing["former"][0]["kind"]) == (late["id"], "missing_there", "late")
    company.stripe.payment_intents.create({"amount": 4900, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True,
                                           "payment_method_types": ["card"], "metadata": {"transaction_id": id}})
    altered(id, fee=99)
    assert books.run()["cleared"] == 1
    assert books.open() == []


def test_a_second_payment_of_one_transaction_is_a_duplicate_whenever_it_comes(company, books, charge):
    books.run()
    twice = {"amount": 4900, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True, "payment_method_types": ["card"],
             "metadata": {"transaction_id": charge.id}}
    company.stripe.payment_intents.create(twice)
    books.run()
    [found] = books.open()
    assert (found["kind"], found["transaction_id"]) == ("duplicate", charge.id)
    assert found["subject"] == found["item_id"] != charge.id
    books.run(since=stamp(wall() + timedelta(seconds=10)))  # neither lies in it
    assert [each["kind"] for each in books.open()] == ["duplicate"]


def test_a_dispute_that_we_were_not_told_of_is_missing_here_until_we_are(company, books):
    company.card("pm_card_createDispute")
    company.charged()
    books.run()
    [found] = books.open()
    assert (found["kind"], found["there"]["kind"], found["there"]["amount"]) == ("missing_here", "dispute", -4900)
    company.told(company.events("charge.dispute.created")[0])
    assert books.run()["cleared"] == 1


@pytest.mark.parametrize("end", ["escalate", "close"])
def test_a_bank_that_takes_what_it_only_asked_about_before_is_missing_here_until_we_know(company, books, end):
    company.card("pm_card_createDisputeInquiry")
    company.charged()
    [asked] = company.events("charge.dispute.created")
    company.told(asked)
    inquiry = asked["data"]["object"]
    company.control.post(f"disputes/{inquiry['id']}/{end}", outcome="won")
    if end == "close":
        company.told(company.events("charge.dispute.closed")[0])
        company.control.post("disputes", charge=inquiry["charge"], reason="fraudulent")
    books.run()
    [found] = books.open()
    assert (found["kind"], found["there"]["kind"], found["there"]["amount"]) == ("missing_here", "dispute", -4900)
    company.told(company.events("charge.dispute.updated" if end == "escalate" else "charge.dispute.created")[-1])
    assert (books.run()["cleared"], books.open()) == (1, [])


def test_a_refund_that_failed_later_moved_twice_and_is_a_difference_until_we_know(company, books, charge):
    refund = company.made(f"/v1/transactions/{charge.id}/refunds", {"amount": 1900})
    company.control.post(f"refunds/{refund['gateway_ref']}/fail")
    books.run()
    [found] = books.open()
    assert (found["kind"], found["there"]["kind"], found["there"]["amount"], found["transaction_id"]) == (
        "status", "refund_failure", 1900, refund["id"])
    company.told(company.events("refund.failed")[0])
    run = books.run()
    assert (run["cleared"], run["matched"], books.open()) == (1, 3, [])


def test_staff_resolve_with_a_reason_and_the_same_finding_stays_resolved(company, books, charge):
    altered(charge.id, fee=98)
    books.run()
    [found] = books.open()
    path = f"/v1/reconciliation/{found['id']}"
    assert books.ask("POST", f"{path}/resolve", {}).status == 422
    done = books.ask("POST", f"{path}/resolve", {"reason": "rounding"}).body
    assert (done["status"], done["reason"], done["former"][0]["status"]) == ("resolved", "rounding", "open")
    assert books.ask("POST", f"{path}/resolve", {"reason": "again"}).status == 409
    assert books.run()["opened"] == 0
    assert books.found() == [done]
    altered(charge.id, amount=4800)
    assert books.run()["opened"] == 1
    [worse] = books.open()
    assert (worse["id"], worse["kind"], [each["status"] for each in worse["former"]]) == (found["id"], "amount", ["open", "resolved"])
    assert books.ask("POST", f"{path}/reopen").status == 409


def test_each_night_has_one_run_of_each_gateway_however_often_the_schedule_fires(company, books, charge):
    for _ in range(10):
        books.worker({"slot": "nightly", "time": stamp(AT)})
    [run] = books.ask("GET", "/v1/reconciliation/runs").body["data"]
    assert (run["trigger"], run["gateway_id"], run["until"]) == ("nightly", company.gateway, stamp(AT))


def test_a_gateway_that_does_not_answer_leaves_the_run_due(company, books, charge, monkeypatch):
    with monkeypatch.context() as unreachable:
        unreachable.setenv("STRIPE_API_BASE", "http://127.0.0.1:1")
        from functions.payments import gateways

        gateways._connected.cache_clear()
        run = books.run()
    assert (run["status"], run["stuck"]) == ("running", None)
    gateways._connected.cache_clear()
    books.due()
    assert Run.fetch(run["id"]).status == "completed"


BAD = [
    ({"gateway_id": UNKNOWN}, "gateway_id"), ({"gateway_id": 1}, "gateway_id"), ({"days": 3}, "days"), ({"since": "yesterday"}, "since"),
    ({"since": "2026-01-01T00:00:00Z", "until": "2026-02-02T00:00:00Z"}, "since"),
    ({"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "since")]


def test_a_run_that_makes_no_sense_is_refused(company, books):
    for body, field in BAD:
        answer = books.ask("POST", "/v1/reconciliation/runs", {"gateway_id": company.gateway, **body})
        assert answer.status == 422, body
        assert field in [error["field"] for error in answer.body["errors"]]


def test_nothing_is_written_while_nothing_changes(company, books, charge):
    altered(charge.id, fee=98)
    books.run()
    before = [(each["id"], each["version"]) for each in books.found()]
    for _ in range(2):
        books.run()
    assert [(each["id"], each["version"]) for each in books.found()] == before
