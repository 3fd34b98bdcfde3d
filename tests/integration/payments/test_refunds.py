"""Refunds: never more than was taken, once each, whatever breaks."""

from datetime import timedelta

import pytest

from functions.payments.models import RefundCreate, Transaction
from functions.payments.service import charges, refunds, settlement
from functions.payments.stripe_gateway import StripeGateway
from kernel.audit import Actor
from kernel.problems import Conflict, Refused
from tests.integration.kernel.things import hooked
from tests.integration.payments.company import AT, Crash, killed_at, story, together

MINUTES = timedelta(minutes=5)


@pytest.fixture
def charge(company):
    company.card()
    return company.charged()


def sent_back(company) -> int:
    return sum(refund.amount for refund in company.stripe.refunds.list({"limit": 100}).data)


def refunded(id: str) -> tuple[int, int]:
    found = Transaction.fetch(id)
    return found.amount_refunded, found.amount_reserved


def test_a_part_and_then_the_rest_go_back(company, charge):
    path = f"/v1/transactions/{charge.id}/refunds"
    part = company.made(path, {"amount": 1900, "reason": "duplicate"})
    assert (part["kind"], part["status"], part["amount"]["amount"], part["parent_id"]) == ("refund", "succeeded", 1900, charge.id)
    rest = company.made(path, {})
    assert (rest["amount"]["amount"], rest["reason"], rest["invoice_id"]) == (3000, "requested_by_customer", "inv_1")
    assert (refunded(charge.id), sent_back(company)) == ((4900, 0), 4900)
    assert story(part["id"]) == ["refund_started", "refunded"]
    assert company.ask("POST", path, {}).body["code"] == "already_refunded"


BAD = [
    ({"amount": 4901}, 409, "refund_exceeds_charge"), ({"amount": 0}, 422, "amount"), ({"amount": -1}, 422, "amount"),
    ({"amount": "1"}, 422, "amount"), ({"amount": 10**15}, 422, "amount"), ({"reason": "because"}, 422, "reason"),
    ({"currency": "EUR"}, 422, "currency")]


def test_a_refund_that_is_not_possible_is_refused_and_nothing_happens(company, charge):
    for body, status, named in BAD:
        answer = company.ask("POST", f"/v1/transactions/{charge.id}/refunds", body)
        assert answer.status == status
        assert named in (answer.body["code"], *(error["field"] for error in answer.body.get("errors", [])))
    assert (refunded(charge.id), sent_back(company)) == ((0, 0), 0)


def test_only_a_charge_that_succeeded_is_refunded(company, charge):
    open_charge = company.invoice()
    refund = company.made(f"/v1/transactions/{charge.id}/refunds", {"amount": 1})
    for id in (open_charge, refund["id"]):
        assert company.ask("POST", f"/v1/transactions/{id}/refunds", {}).body["code"] == "not_refundable"
    assert company.ask("POST", "/v1/transactions/txn_01HNBQ0000000000000000000X/refunds", {}).status == 404


def test_a_disputed_charge_is_not_refunded(company):
    company.card("pm_card_createDispute")
    charge = company.charged()
    company.told(company.events("charge.dispute.created")[0])
    assert company.ask("POST", f"/v1/transactions/{charge.id}/refunds", {}).body["code"] == "charge_disputed"


def test_what_the_gateway_refuses_is_free_to_be_refunded_again(company):
    company.card("pm_card_createDispute")
    charge = company.charged()  # disputed already, which we have not been told
    refund = company.made(f"/v1/transactions/{charge.id}/refunds", {"amount": 100})
    assert (refund["status"], refund["code"], refunded(charge.id)) == ("failed", "charge_disputed", (0, 0))
    assert story(refund["id"]) == ["refund_started", "refund_failed"]


def test_an_answer_that_was_lost_after_the_money_went_back_is_looked_up_and_not_sent_again(company, one_try):
    company.card()
    charge = company.charged()
    company.control.faults(drop_connection_next=1)
    refund = company.made(f"/v1/transactions/{charge.id}/refunds", {"amount": 1900})
    assert (refund["status"], refunded(charge.id), sent_back(company)) == ("processing", (0, 1900), 1900)
    company.told(company.events("charge.refunded")[0])
    assert refunded(charge.id) == (1900, 1900)
    company.due(MINUTES)
    assert (Transaction.fetch(refund["id"]).status, refunded(charge.id), sent_back(company)) == ("succeeded", (1900, 0), 1900)


def test_a_retry_sends_no_money_twice_although_the_gateway_does_not_list_the_first(company, one_try, monkeypatch):
    company.card()
    charge = company.charged()
    monkeypatch.setattr(StripeGateway, "_found_refund", lambda *_: None)
    company.control.faults(drop_connection_next=1)
    refund = company.made(f"/v1/transactions/{charge.id}/refunds", {"amount": 1900})
    company.due(MINUTES)
    assert (Transaction.fetch(refund["id"]).status, sent_back(company)) == ("succeeded", 1900)


def test_while_the_gateway_is_asked_for_a_refund_the_schedule_does_not_ask_as_well(company, charge, monkeypatch):
    refund, asked = StripeGateway.refund, []

    def meanwhile(self, order, *, before):
        asked.append(before)
        if len(asked) == 1:
            company.due(timedelta(seconds=90))
        return refund(self, order, before=before)

    monkeypatch.setattr(StripeGateway, "refund", meanwhile)
    made = company.made(f"/v1/transactions/{charge.id}/refunds", {"amount": 1900})
    assert (made["status"], asked, story(made["id"])) == ("succeeded", [False], ["refund_started", "refunded"])


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("where", "name"), [(StripeGateway, "refund"), (charges, "settle"), (settlement, "commit")])
def test_a_function_killed_at_any_call_sends_the_money_back_once(company, charge, where, name, after):
    with killed_at(where, name, after=after), pytest.raises(Crash):
        company.ask("POST", f"/v1/transactions/{charge.id}/refunds", {"amount": 1900})
    company.due(MINUTES)
    company.due(MINUTES)
    assert (refunded(charge.id), sent_back(company)) == ((1900, 0), 1900)


def test_refunds_at_the_same_moment_never_take_more_than_there_is(company, isolated, charge):
    body = RefundCreate(amount=2000)
    done = together(lambda: refunds.refund(charge.id, body, actor=Actor(id="stf_1"), at=AT), 4)
    made = [refund for refund in done if isinstance(refund, Transaction)]
    assert len(done) == 4 and 1 <= len(made) <= 2
    assert {type(refused) for refused in done if refused not in made} <= {Conflict, Refused}
    company.due(MINUTES)
    assert (refunded(charge.id), sent_back(company)) == ((2000 * len(made), 0), 2000 * len(made))


def test_what_was_refunded_at_the_gateway_itself_counts(company, charge):
    company.stripe.refunds.create({"payment_intent": charge.gateway_ref, "amount": 4000})
    company.told(company.events("charge.refunded")[0])
    answer = company.ask("POST", f"/v1/transactions/{charge.id}/refunds", {"amount": 901})
    assert (answer.body["code"], refunded(charge.id)) == ("refund_exceeds_charge", (4000, 0))


def test_a_refund_that_fails_after_it_had_succeeded_is_ours_again(company, charge):
    path = f"/v1/transactions/{charge.id}/refunds"
    kept, lost = company.made(path, {"amount": 1000}), company.made(path, {"amount": 1900})
    company.control.post(f"refunds/{lost['gateway_ref']}/fail")
    company.stripe.refunds.create({"payment_intent": charge.gateway_ref, "amount": 300})
    for event in company.events("charge.refund.updated", "refund.failed", "charge.refunded") * 2:  # what the last event before the failure says is old news
        company.told(event)
    assert (refunded(charge.id), Transaction.fetch(kept["id"]).status) == ((1300, 0), "succeeded")
    found = Transaction.fetch(lost["id"])
    assert (found.status, found.code, story(lost["id"])[-2:]) == ("failed", "expired_or_canceled_card", ["refunded", "refund_failed"])
    assert company.made(path, {})["amount"]["amount"] == 3600


def test_a_refund_made_at_the_gateway_that_fails_is_counted_no_more(company, charge):
    made = company.stripe.refunds.create({"payment_intent": charge.gateway_ref, "amount": 4000})
    company.told(company.events("charge.refunded")[0])
    company.control.post(f"refunds/{made.id}/fail")
    company.told(company.events("refund.failed")[0])
    assert refunded(charge.id) == (0, 0)


def test_the_same_refund_sent_twice_is_one_refund(company, charge):
    """A repeat that comes while the gateway is being asked is told to wait; later ones get the answer of the first."""
    path, keyed, met = f"/v1/transactions/{charge.id}/refunds", {"Idempotency-Key": "k-1"}, []

    def meanwhile(params, model, **_):
        if model.name == "TransactWriteItems" and refunded(charge.id)[1] and not met:
            met.append(None)
            met[0] = company.ask("POST", path, {"amount": 1900}, headers=keyed)

    with hooked("provide-client-params.dynamodb", meanwhile):
        first = company.ask("POST", path, {"amount": 1900}, headers=keyed)
    assert (first.status, first.body["status"]) == (201, "succeeded")
    assert (met[0].status, met[0].body["code"], met[0].headers["Retry-After"]) == (409, "in_progress", "1")
    again = company.ask("POST", path, {"amount": 1900}, headers=keyed)
    assert (again.status, again.body, again.headers["ETag"]) == (201, first.body, first.headers["ETag"])
    assert sent_back(company) == 1900
