"""What happens to subscriptions from outside: somebody subscribes, invoices are settled, due steps are taken."""

from datetime import UTC, datetime

from functions.invoices.contract import Invoice
from functions.invoices.events import Refunded, Voided
from functions.subscriptions.models import Subscription
from functions.subscriptions.service import step
from kernel.audit import Actor
from kernel.commit import commit
from kernel.dynamodb import ask
from kernel.records import body_of

BY = Actor(id="test")
JAN31 = "2024-01-31T12:00:00+00:00"


def instant(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def subscribe(shop, at=JAN31, **body):
    answer = shop.ask("POST", "/v1/subscriptions", {"tenant_id": shop.tenant, "price_id": shop.pro} | body, at=at)
    assert answer.status == 201, answer.body
    return answer.body


def settle(id, status="paid", refunded=0):
    """What became of the invoices of a subscription, without the gateway."""
    for item in ask(Invoice.table(), "gsi7", f"inv#subscription_id={id}")[0]:
        invoice = Invoice.fetch(item["pk"]["S"])
        if invoice.status == "draft":
            invoice.status, invoice.amount_refunded, invoice.next_action_at = status, refunded, None
            invoice.paid_at = invoice.due_at = invoice.created_at
            told = {"tenant_id": "ten_1", "subscription_id": id, "number": "1", "currency": "EUR", "total": 1, "amount_due": 1}
            commit((invoice, Voided(**told)), actor=BY, at=instant(JAN31))


def went_back(invoice_id, **amounts):
    """Money of a paid invoice went back: `refunded` or `charged_back`, in all so far."""
    invoice = Invoice.fetch(invoice_id)
    for kind, amount in amounts.items():
        setattr(invoice, f"amount_{kind}", amount)
    told = invoice.told() | {"number": "1", "amount": sum(amounts.values())}
    commit((invoice, Refunded(**told)), actor=BY, at=instant(JAN31))


def run(id, until):
    """What the due schedule does: step after step at the due instants."""
    while True:
        subscription = Subscription.fetch(id)
        if subscription.next_action_at is None or subscription.next_action_at > instant(until):
            return subscription
        step(subscription, subscription.next_action_at, BY)


def invoices(id):
    """(subtotal, tax, [line descriptions], start, end) of the invoices of a subscription, oldest first."""
    from kernel.dynamodb import ask

    items, _ = ask(Invoice.table(), "gsi7", f"inv#subscription_id={id}")
    found = [Invoice.load(item) for item in items]
    return [(each.subtotal, each.tax, [line["description"] for line in body_of(each, "lines")["lines"]],
             each.period_start.date().isoformat(), each.period_end.date().isoformat()) for each in found]
