"""Razorpay over its HTTP API: orders paid with a saved token, refunds, and signed webhooks.

An order is what makes a charge once: it carries our transaction's id as its receipt, and takes one payment that succeeds. Its states:
https://razorpay.com/docs/payments/payments/payment-life-cycle. Amounts are in minor units on both sides.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from functions.payments.gateways import Card, Notice, Order, RefundOrder, Result, Signed, Unacceptable
from functions.payments.models import Dispute, TransactionStatus
from functions.payments.razorpay_client import Client, Refusal
from functions.payments.razorpay_statement import statement
from functions.payments.statements import Statement
from kernel.problems import BadRequest, Invalid

# The furthest first: of several payments of one order, that one counts.
_FURTHEST = ("captured", "refunded", "authorized", "created", "failed")
_ABOUT_TOKEN = frozenset({"token", "customer_id"})

Json = dict[str, Any]


class RazorpayGateway:
    """One account. Calls raise `Unanswered` for all that leaves open what happened, and `KeysRefused` for keys of no use."""

    def __init__(self, key_id: str, key_secret: str, webhook_secret: str | None, api_base: str) -> None:
        self._api = Client(key_id, key_secret, api_base)
        self._webhook_secret = webhook_secret

    def customer(self, *, tenant_id: str, name: str, email: str) -> str:
        """With `fail_existing` 0 Razorpay gives back the customer that it has with this address."""
        made = self._api.post("/v1/customers", {"name": name[:50], "email": email, "fail_existing": "0", "notes": {"tenant_id": tenant_id}})
        return str(made["id"])

    def attach(self, token: str, customer: str) -> Card:
        """The token was saved by the customer's first payment, in the browser; here it is only looked at."""
        try:
            found = self._api.get(f"/v1/customers/{customer}/tokens/{token}")
        except Refusal as refusal:
            raise Invalid("Razorpay has no such token of this customer", code="unusable_token", field="token") from refusal
        card = found.get("card")
        if not card:
            raise Invalid("only cards are charged by themselves", code="unusable_token", field="token")
        return Card(found["id"], card["network"].lower(), card["last4"], int(card["expiry_month"]), int(card["expiry_year"]))

    def detach(self, method: str, customer: str) -> None:
        try:
            self._api.delete(f"/v1/customers/{customer}/tokens/{method}")
        except Refusal:
            return  # it was deleted before

    def charge(self, order: Order, *, before: bool) -> Result:
        try:
            paid = self._paid_before(order.transaction_id) if before else None
            return _result(self._captured(paid or self._pay(order)))
        except Refusal as refusal:
            if refusal.field in _ABOUT_TOKEN:
                return Result(status=TransactionStatus.FAILED, code=refusal.reason, hard=True)
            raise Unacceptable(f"{refusal.reason}: {refusal.description}") from refusal

    def _paid_before(self, transaction_id: str) -> Json | None:
        """The payment that an earlier, unanswered try has made, of whichever order with this receipt."""
        orders = self._api.get("/v1/orders", receipt=transaction_id)["items"]
        payments = [payment for order in orders for payment in self._api.get(f"/v1/orders/{order['id']}/payments")["items"]]
        return min(payments, key=lambda payment: _FURTHEST.index(payment["status"]), default=None)

    def _pay(self, order: Order) -> Json:
        notes = {"transaction_id": order.transaction_id, "tenant_id": order.tenant_id}
        found = self._api.get("/v1/orders", receipt=order.transaction_id)["items"]
        made = found[0] if found else self._api.post("/v1/orders", {
            "amount": order.amount, "currency": order.currency, "receipt": order.transaction_id, "payment_capture": True, "notes": notes})
        customer = self._api.get(f"/v1/customers/{order.customer}")
        asked = {"email": customer["email"], "contact": customer.get("contact"), "amount": order.amount, "currency": order.currency,
                 "order_id": made["id"], "customer_id": order.customer, "token": order.method, "recurring": True, "notes": notes}
        try:
            payment = self._api.post("/v1/payments/create/recurring", asked)["razorpay_payment_id"]
        except Refusal as refusal:
            if refusal.payment is None:
                raise
            payment = refusal.payment  # it was tried, and the bank refused
        return self._api.get(f"/v1/payments/{payment}")

    def _captured(self, payment: Json) -> Json:
        """What was authorized late is not captured by itself."""
        if payment["status"] != "authorized":
            return payment
        asked = {"amount": payment["amount"], "currency": payment["currency"]}
        return self._api.post(f"/v1/payments/{payment['id']}/capture", asked)

    def refund(self, order: RefundOrder, *, before: bool) -> Result:
        """https://razorpay.com/docs/api/refunds/normal-refunds-idempotent: the key makes it once."""
        notes = {"transaction_id": order.transaction_id}
        asked = {"amount": order.amount, "speed": "normal", "receipt": order.transaction_id, "notes": notes}
        try:
            refund = (self._refunded_before(order) if before else None) or self._api.post(
                f"/v1/payments/{order.payment}/refund", asked, {"X-Refund-Idempotency": order.transaction_id})
            return self._refund_result(refund)
        except Refusal as refusal:
            return Result(status=TransactionStatus.FAILED, code=refusal.reason)

    def _refunded_before(self, order: RefundOrder) -> Json | None:
        found = self._api.get(f"/v1/payments/{order.payment}/refunds", count=100)["items"]
        return next((each for each in found if each["receipt"] == order.transaction_id), None)

    def _refund_result(self, refund: Json) -> Result:
        states = {"processed": TransactionStatus.SUCCEEDED, "failed": TransactionStatus.FAILED}
        status = states.get(refund["status"], TransactionStatus.PROCESSING)
        code = "refund_failed" if status == TransactionStatus.FAILED else None
        refunded = int(self._api.get(f"/v1/payments/{refund['payment_id']}")["amount_refunded"])
        return Result(status=status, ref=refund["id"], code=code, refunded=refunded, fee=0, net=-refund["amount"],
                      settlement_currency=refund["currency"])

    def abandon(self, payment: str) -> Result:
        """A payment of Razorpay ends by itself; nobody waits here for its customer."""
        return _result(self._api.get(f"/v1/payments/{payment}"))

    def payment(self, payment: str) -> Notice:
        """What a bank has authorized, however late, is taken now: it was asked for as a charge."""
        return _payment_notice(self._captured(self._api.get(f"/v1/payments/{payment}")))

    def statement(self, since: datetime, until: datetime) -> Statement:
        return statement(self._api, since, until)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Signed | None:
        """HMAC-SHA256 over the raw body; the event's id comes in a header, which is not signed: what it repeats changes nothing."""
        given = headers.get("x-razorpay-signature", "")
        try:
            expected = hmac.digest((self._webhook_secret or "").encode(), body, hashlib.sha256).hex()
            if not self._webhook_secret or not hmac.compare_digest(expected.encode(), given.encode()):
                raise ValueError("another signature")
            signed = Signed(headers.get("x-razorpay-event-id") or expected, str(json.loads(body)["event"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadRequest("this is not what Razorpay signed for this gateway", code="bad_signature") from error
        return signed if signed.kind in _READS else None

    def read(self, body: str) -> Notice:
        event = json.loads(body)
        held = {name: inner["entity"] for name, inner in event["payload"].items()}
        if event["event"].startswith("payment.dispute."):
            return _dispute_notice(held["dispute"])
        if event["event"] == "refund.failed":
            return Notice(payment=held["payment"]["id"], refund_id=_transaction_id(held["refund"]), failure="refund_failed")
        if event["event"].startswith("refund."):
            return _refund_notice(held["payment"])
        return _payment_notice(held["payment"])


_READS = frozenset({
    "payment.authorized", "payment.captured", "payment.failed", "refund.processed", "refund.failed", "payment.dispute.created",
    "payment.dispute.under_review", "payment.dispute.action_required", "payment.dispute.won", "payment.dispute.lost",
    "payment.dispute.closed"})


def _result(payment: Json) -> Result:
    match payment["status"]:
        case "captured" | "refunded":
            fee = payment.get("fee")
            return Result(status=TransactionStatus.SUCCEEDED, ref=payment["id"], fee=fee, settlement_currency=payment["currency"],
                          net=None if fee is None else payment["amount"] - fee)
        case "failed":
            code = payment.get("error_reason") or payment.get("error_code") or "declined"
            return Result(status=TransactionStatus.FAILED, ref=payment["id"], code=code)
    return Result(status=TransactionStatus.PROCESSING, ref=payment["id"])


def _transaction_id(entity: Json) -> str | None:
    """Notes are an empty list where there are none."""
    notes = entity.get("notes")
    return notes.get("transaction_id") if isinstance(notes, dict) else None


def _payment_notice(payment: Json) -> Notice:
    return Notice(payment=payment["id"], transaction_id=_transaction_id(payment), result=_result(payment),
                  refunded=payment["amount_refunded"])


def _refund_notice(payment: Json) -> Notice:
    return Notice(payment=payment["id"], transaction_id=_transaction_id(payment), refunded=payment["amount_refunded"])


def _dispute_notice(dispute: Json) -> Notice:
    """https://razorpay.com/docs/payments/disputes: in its first two phases the bank only asks; that ends as `closed`."""
    states = {"won": Dispute.WON, "closed": Dispute.INQUIRY_CLOSED, "lost": Dispute.LOST}
    waiting = Dispute.INQUIRY if dispute["phase"] in ("fraud", "retrieval") else Dispute.OPEN
    due = dispute.get("respond_by")
    return Notice(payment=dispute["payment_id"], dispute=states.get(dispute["status"], waiting), reason=dispute["reason_code"],
                  disputed=dispute["amount"], respond_by=datetime.fromtimestamp(due, UTC) if due else None)
