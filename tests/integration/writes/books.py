"""What can be asked about bank transfers and lost disputes, and about the comparison of a gateway's books with ours."""

from typing import Any
from uuid import uuid4

from functions.payments.gateways import Notice
from functions.payments.models import Dispute, Transaction
from functions.payments.service.settlement import note
from functions.reconciliation.models import Difference, Run
from functions.reconciliation.worker import step
from kernel.audit import Actor
from kernel.clock import stamp, wall
from tests.integration.writes.asking import Write, after, bulk, message, paying, post, stuck, two
from tests.integration.writes.company import MESSAGE, Company, due, news

WHY = {"reason": "a fee of the bank"}
RUNS = "/v1/reconciliation/runs"


def account(company: Company) -> str:
    return company.made("/v1/gateways", {"kind": "bank_transfer", "name": "House bank"})


def transfer(company: Company) -> Any:
    """A transfer for an open invoice, that nobody has written down."""
    return {"gateway_id": account(company), "invoice_id": company.invoice(), "amount": 100, "reference": uuid4().hex}


def line(company: Company) -> tuple[str, Any]:
    """A line that says so, as the bank does."""
    told = transfer(company)
    number = company.done("GET", f"/v1/invoices/{told['invoice_id']}")["number"]
    said = {"id": told["reference"], "booked_on": "2026-01-31", "amount": told["amount"], "currency": "EUR", "text": number}
    return told["gateway_id"], {"lines": [said]}


def awaited(company: Company) -> str:
    """A transfer that is written down for an invoice which had been marked as paid for less."""
    told = transfer(company)
    company.done("POST", f"/v1/invoices/{told['invoice_id']}/mark-paid", {"reason": "transfer"})
    return company.made("/v1/transactions", told | {"amount": 150})


def matched_once(company: Company, charge: str, _: Any) -> None:
    invoice = company.done("GET", f"/v1/invoices/{Transaction.fetch(charge).invoice_id}")
    [balance] = company.of("/v1/invoices/balances", tenant_id=invoice["tenant_id"])
    assert (invoice["amount_outside"]["amount"], balance["amount"]["amount"]) == (0, 150 - invoice["amount_due"]["amount"])


def refund(company: Company) -> str:
    charge = company.made("/v1/transactions", transfer(company))
    return str(company.done("POST", f"/v1/transactions/{charge}/refunds", {})["id"])


def lost(company: Company) -> str:
    """A charge, of which the customer's bank has just said that it keeps a part."""
    id = paying(company)
    company.done(MESSAGE, "invoices", news(id))
    note(id, Notice(payment=None, dispute=Dispute.LOST, disputed=500), actor=Actor(id="gateway:gat_1"), at=wall())
    return id


def kept_once(company: Company, charge: str, _: Any) -> None:
    invoice = company.done("GET", f"/v1/invoices/{Transaction.fetch(charge).invoice_id}")
    assert (invoice["status"], invoice["amount_charged_back"]["amount"]) == ("paid", 500)


def run(company: Company) -> str:
    """Of an account with one line that nobody can explain."""
    id = account(company)
    line = {"id": uuid4().hex, "booked_on": "2026-01-31", "amount": 7, "currency": "EUR"}
    company.done("POST", f"/v1/gateways/{id}/lines", {"lines": [line]})
    return company.made(RUNS, {"gateway_id": id})


def found(company: Company) -> str:
    """What it finds."""
    asked = run(company)
    one = Run.fetch(asked)
    assert one.next_action_at is not None
    step(one, one.next_action_at, Actor(id="system:reconciliation"))
    return str(company.of("/v1/reconciliation", run_id=asked)[0]["id"])


def sent_once(company: Company, id: str, _: Any) -> None:
    refunded = Transaction.fetch(id)
    assert Transaction.fetch(str(refunded.parent_id)).amount_refunded == refunded.amount


def counted_once(company: Company, id: str, _: Any) -> None:
    """One exception, as often as the run is taken."""
    one = Run.fetch(id)
    assert (one.opened, stamp(one.since) < stamp(one.until), len(company.of("/v1/reconciliation", run_id=id))) == (1, True, 1)
    assert Difference.fetch(company.of("/v1/reconciliation", run_id=id)[0]["id"]).version == 1


def transfers() -> dict[str, Write]:
    return {
        "write down a transfer": Write(lambda company, it: ("POST", "/v1/transactions", it), {"payments.succeeded": 1}, transfer),
        "take a line of a statement": Write(lambda company, it: ("POST", f"/v1/gateways/{it[0]}/lines", it[1]),
                                            {"payments.succeeded": 1, "payments.line_stored": 1}, line, pending=True),
        "write down that a refund was sent": post("/v1/transactions/{}/sent", {"reference": "BANK-2"}, {
            "payments.refunded": 1, "payments.refund_counted": 1}, refund, then=sent_once),
        "withdraw a refund": post("/v1/transactions/{}/withdraw", None, {"payments.refund_failed": 1, "payments.refund_counted": 1}, refund),
        "match a transfer": message("invoices", news, {"invoices.transfer_matched": 1, "invoices.balance_changed": 1}, awaited, then=matched_once),
        "book what a bank keeps": message("invoices", news, {"invoices.payment_reversed": 1}, lost, then=kept_once),
    }


def reconciliation() -> dict[str, Write]:
    path = "/v1/reconciliation/{}"
    resolve, resolved = path + "/resolve", {"reconciliation.resolved": 1}
    return {
        "ask for a run": Write(lambda company, it: ("POST", RUNS, {"gateway_id": it}), {"reconciliation.requested": 1}, account),
        "take a run": message("reconciliation", due, {"reconciliation.opened": 1, "reconciliation.completed": 1}, run, then=counted_once),
        "retry a run": post(RUNS + "/{}/retry", None, {"reconciliation.retried": 1}, stuck(Run, "reconciliation", run)),
        "resolve an exception": post(resolve, WHY, resolved, found),
        "reopen an exception": post(path + "/reopen", None, {"reconciliation.reopened": 1}, after(found, (resolve, WHY))),
        "resolve two exceptions": bulk("/v1/reconciliation", "resolve", {"reconciliation.resolved": 2}, two(found), WHY),
    }
