"""Bank transfers: what people and the bank tell of pays an invoice once, and refunds are sent by people."""

import os
from datetime import timedelta

import pytest

from functions.payments.models import Transaction
from functions.reconciliation.models import Difference, Run
from functions.reconciliation.service import compare
from kernel import dynamodb, ids
from kernel.audit import Actor
from kernel.clock import wall
from local.gateways.bank import Bank
from tests.integration.payments.company import AT
from tests.integration.writes.company import MESSAGE, Company, news

REFERENCE = "BANK-1"


@pytest.fixture
def shop(aws, owner, simulator, monkeypatch):
    monkeypatch.setenv("STRIPE_API_BASE", simulator)
    monkeypatch.setenv("QUEUE_URL", os.environ["PAYMENTS_QUEUE"])
    return Company(owner, simulator)


@pytest.fixture
def account(shop):
    return shop.made("/v1/gateways", {"kind": "bank_transfer", "name": "House bank"})


@pytest.fixture
def invoice(shop):
    return shop.done("GET", f"/v1/invoices/{shop.invoice(5831)}")


def state(shop, invoice):
    return shop.done("GET", f"/v1/invoices/{invoice['id']}")["status"]


def taken(shop, account, bank):
    """What became of the lines of the bank's statement, and of the invoices that they pay."""
    found = shop.done("POST", f"/v1/gateways/{account}/lines", bank.statement())["data"]
    for id in {each["transaction_id"] for each in found if each["outcome"] == "matched"}:
        if Transaction.fetch(id).kind == "charge":
            shop.done(MESSAGE, "invoices", news(id))
    return [(each["outcome"], each["transaction_id"]) for each in found]


def compared(account):
    """The kinds of the exceptions that are open after a run over the last day, by what they are about."""
    run = Run(ids.new("rru"), gateway_id=account, since=wall() - timedelta(days=1), until=wall() + timedelta(hours=1))
    compare(run, actor=Actor(id="stf_1"), at=AT)
    found = [Difference.load(item) for item in items(Difference)]
    return {each.kind for each in found if each.status == "open"}


def items(kind):
    found = dynamodb.client().scan(TableName=kind.table())["Items"]
    return [item for item in found if item["pk"]["S"].startswith(kind.prefix + "_")]


def test_a_line_that_names_an_invoice_pays_it_once_however_often_it_is_told(shop, account, invoice):
    bank = Bank()
    bank.transfer(invoice["amount_due"]["amount"], f"Acme GmbH, invoice {invoice['number'].lower()}.")
    bank.transfer(700, "thanks for all the fish")
    bank.transfer(-12, "fees of the bank")
    [(outcome, id), *rest] = taken(shop, account, bank)
    assert (outcome, rest) == ("matched", [("unmatched", None)] * 2)
    assert (Transaction.fetch(id).invoice_id, state(shop, invoice)) == (invoice["id"], "paid")
    assert taken(shop, account, bank) == [("matched", id), *rest]
    assert len(shop.of("/v1/transactions", invoice_id=invoice["id"])) == 1
    assert compared(account) == {"missing_here"}
    body = {"gateway_id": account, "invoice_id": invoice["id"], "amount": invoice["amount_due"]["amount"], "reference": REFERENCE}
    late = shop.ask("POST", "/v1/transactions", body).body
    assert (late["code"], late["transaction_id"]) == ("duplicate_transfer", id)
    assert shop.ask("POST", "/v1/transactions", body | {"amount": 1}).status == 201


def test_what_staff_have_written_down_is_the_line_that_comes_later(shop, account, invoice):
    body = {"gateway_id": account, "invoice_id": invoice["id"], "amount": invoice["amount_due"]["amount"], "currency": "EUR",
            "reference": REFERENCE}
    made = shop.done("POST", "/v1/transactions", body)
    shop.done(MESSAGE, "invoices", news(made["id"]))
    assert (made["status"], made["gateway_ref"], state(shop, invoice)) == ("succeeded", REFERENCE, "paid")
    assert shop.ask("POST", "/v1/transactions", body).body["code"] == "duplicate_transfer"
    assert compared(account) == {"late"}
    bank = Bank()
    bank.transfer(body["amount"], invoice["number"])
    assert taken(shop, account, bank) == [("matched", made["id"])]
    assert compared(account) == set()


@pytest.mark.parametrize("written", [False, True])
def test_a_transfer_that_was_marked_as_paid_pays_nothing_else_when_it_is_written_down_or_told_by_the_bank(shop, account, invoice, written):
    amount = invoice["amount_due"]["amount"]
    shop.done("POST", f"/v1/invoices/{invoice['id']}/mark-paid", {"reason": "bank transfer of 2 Feb"})
    if written:
        body = {"gateway_id": account, "invoice_id": invoice["id"], "amount": amount, "reference": REFERENCE}
        shop.done(MESSAGE, "invoices", news(shop.made("/v1/transactions", body)))
    bank = Bank()
    bank.transfer(amount, f"Rechnung {invoice['number']}")
    for _ in range(2):
        taken(shop, account, bank)
    assert (state(shop, invoice), shop.of("/v1/invoices/balances", tenant_id=invoice["tenant_id"])) == ("paid", [])
    assert len(shop.of("/v1/transactions", invoice_id=invoice["id"])) == 1


def test_a_refund_waits_until_a_person_has_sent_it(shop, account, invoice):
    body = {"gateway_id": account, "invoice_id": invoice["id"], "amount": 5000, "reference": REFERENCE}
    charge = shop.made("/v1/transactions", body)
    first, second = (shop.done("POST", f"/v1/transactions/{charge}/refunds", {"amount": amount}) for amount in (2000, 3000))
    assert (first["status"], first["next_action_at"]) == ("requires_action", None)
    assert shop.ask("POST", f"/v1/transactions/{charge}/refunds", {"amount": 1}).body["code"] == "already_refunded"
    done = shop.done("POST", f"/v1/transactions/{first['id']}/sent", {"reference": "BANK-2"})
    assert (done["status"], Transaction.fetch(charge).amount_refunded) == ("succeeded", 2000)
    assert shop.ask("POST", f"/v1/transactions/{first['id']}/sent", {"reference": "BANK-2"}).status == 409
    bank = Bank()
    bank.transfer(-3000, f"refund {second['id'].upper()}")
    assert taken(shop, account, bank) == [("matched", second["id"])]
    assert (Transaction.fetch(second["id"]).status, Transaction.fetch(charge).amount_refunded) == ("succeeded", 5000)


def test_a_refund_that_is_not_sent_after_all_or_comes_back_can_be_made_anew(shop, account, invoice):
    body = {"gateway_id": account, "invoice_id": invoice["id"], "amount": 5000, "reference": REFERENCE}
    charge = shop.made("/v1/transactions", body)
    refund, withdraw = f"/v1/transactions/{charge}/refunds", "/v1/transactions/{}/withdraw"
    mistaken, bounced = (shop.done("POST", refund, {"amount": amount})["id"] for amount in (2000, 3000))
    shop.done("POST", f"/v1/transactions/{bounced}/sent", {"reference": "BANK-2"})
    ended = [shop.done("POST", withdraw.format(id)) for id in (mistaken, bounced)]
    assert [(each["status"], each["code"]) for each in ended] == [("failed", "canceled"), ("failed", "returned")]
    found = Transaction.fetch(charge)
    assert (found.amount_refunded, found.amount_reserved) == (0, 0)
    assert {shop.ask("POST", withdraw.format(id)).status for id in (mistaken, bounced, charge)} == {409}
    assert shop.done("POST", refund, {})["amount"]["amount"] == 5000


BAD = [
    ("/v1/gateways", {"kind": "bank_transfer", "name": "B", "is_default": True}, "is_default"),
    ("/v1/gateways", {"kind": "bank_transfer", "name": "B", "secret_key": "sk_test_123"}, "secret_key"),
    ("/v1/gateways", {"kind": "stripe", "name": "B"}, "secret_key"),
    ("/v1/transactions", {"amount": 0}, "amount"), ("/v1/transactions", {"invoice_id": "inv_1"}, "invoice_id"),
    ("/v1/transactions", {"gateway_id": "gat_1"}, "gateway_id"), ("/v1/transactions", {"currency": "JPY"}, "currency")]


def test_what_makes_no_sense_is_refused_by_name(shop, account, invoice):
    good = {"gateway_id": account, "invoice_id": invoice["id"], "amount": 1, "reference": REFERENCE}
    for path, body, field in BAD:
        answer = shop.ask("POST", path, good | body if path == "/v1/transactions" else body)
        assert (answer.status, field in [error["field"] for error in answer.body["errors"]]) == (422, True), body
    lines = {"lines": [{"id": "1", "booked_on": "2026-01-31", "amount": 1, "currency": "EUR"}]}
    assert shop.ask("POST", f"/v1/gateways/{shop.gateway}/lines", lines).status == 422
    assert shop.ask("POST", "/v1/transactions", good | {"gateway_id": shop.gateway}).status == 422


def test_a_bank_account_is_never_what_cards_are_saved_with(aws, shop, account):
    assert not shop.done("GET", f"/v1/gateways/{account}")["is_default"]
    answer = shop.ask("PATCH", f"/v1/gateways/{account}", {"is_default": True}, headers={"if-match": '"1"'})
    assert answer.body["code"] == "not_chargeable"


def test_a_statement_can_be_had_as_csv(tmp_path):
    bank = Bank(tmp_path / "bank.json")
    bank.transfer(100, "one, two")
    assert Bank(tmp_path / "bank.json").csv().splitlines()[1].endswith(',100,EUR,"one, two"')
