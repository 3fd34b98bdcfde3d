"""Transactions over HTTP: found by what people look for, never edited."""


from functions.payments.contract import charge
from functions.payments.models import Transaction
from kernel.audit import Actor
from kernel.commit import commit
from tests.integration.payments.company import AT

PATH = "/v1/transactions"


def test_a_transaction_is_shown_with_its_money_and_its_timeline(company):
    company.card()
    id = company.charged().id
    found = company.ask("GET", f"{PATH}/{id}").body
    assert (found["amount"], found["amount_refunded"]) == ({"amount": 4900, "currency": "EUR"}, {"amount": 0, "currency": "EUR"})
    assert (found["fee"], found["net"], found["status"], found["kind"], found["attempt"]) == (99, 4801, "succeeded", "charge", 1)
    timeline = company.ask("GET", f"{PATH}/{id}/timeline").body["data"]
    assert [entry["type"] for entry in timeline] == ["payments.started", "payments.submitted", "payments.succeeded"]


def test_transactions_are_found_by_what_people_look_for(company):
    company.card()
    paid, waiting, other = company.charged(), company.invoice(), company.invoice(tenant=company.new_tenant())
    moved, started = charge(tenant_id=company.tenant, invoice_id="inv_2", amount=1, currency="USD", attempt=3, at=AT, clock_id=None)
    commit((moved, started), actor=Actor(id="system:invoices"), at=AT)
    refund = company.made(f"{PATH}/{paid.id}/refunds", {"amount": 100})["id"]

    def ids(**query):
        answer = company.ask("GET", PATH, **query)
        assert answer.status == 200, answer.body
        return [found["id"] for found in answer.body["data"]]

    assert ids() == sorted([paid.id, waiting, other, moved.id, refund], reverse=True)
    assert ids(invoice_id="inv_2") == [moved.id]
    assert ids(invoice_id="inv_1", kind="refund") == [refund]
    assert ids(status="succeeded") == [refund, paid.id]
    assert set(ids(status="pending,processing")) == {waiting, other, moved.id}
    assert ids(tenant_id=company.tenant, currency="USD") == [moved.id]
    assert ids(gateway_ref=Transaction.fetch(paid.id).gateway_ref) == [paid.id]
    assert ids(parent_id=paid.id) == [refund]
    assert len(ids(limit="2")) == 2


def test_a_list_that_cannot_be_is_a_400_that_names_the_parameter(company):
    for query in ({"status": "paid"}, {"colour": "red"}, {"limit": "x"}):
        answer = company.ask("GET", PATH, **query)
        assert (answer.status, answer.body["errors"][0]["field"]) == (400, *query)


def test_a_transaction_is_never_changed_or_deleted_by_hand_and_made_only_of_a_transfer(company):
    id = company.invoice()
    for method in ("PATCH", "DELETE"):
        assert company.ask(method, f"{PATH}/{id}", {}).status == 405
    body = {"gateway_id": company.gateway, "invoice_id": "inv_1", "amount": 100, "reference": "BANK-1"}
    assert company.ask("POST", PATH, body).body["errors"][0]["field"] == "gateway_id"  # not with an account that charges
    assert company.ask("GET", f"{PATH}/txn_01HNBQ0000000000000000000X").status == 404
