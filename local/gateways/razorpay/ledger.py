"""What the simulator can be asked: customers, tokens, orders, payments, refunds, settlements. Amounts are in minor units."""

import secrets
import string
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from local.gateways.stripe.store import Store

ALPHABET = string.ascii_letters + string.digits
IN_INDIA = timedelta(hours=5, minutes=30)
ANSWER_WITHIN_SECONDS = 3 * 24 * 3600

Json = dict[str, Any]


class Refused(Exception):
    """A 400 as Razorpay words it."""

    def __init__(self, description: str, *, field: str | None = None, reason: str | None = None, payment: str | None = None) -> None:
        super().__init__(description)
        self.error = {"code": "BAD_REQUEST_ERROR", "description": description, "field": field, "reason": reason, "source": "business",
                      "step": None, "metadata": {"payment_id": payment} if payment else {}}


class Ledger:
    """The account. Every call happens in a transaction of the store; `emit(event, **entities)` tells whoever listens."""

    def __init__(self, store: Store, emit: Callable[..., None]) -> None:
        self._store, self._emit = store, emit

    def made(self, prefix: str, kind: str, **fields: Any) -> Json:
        """Ids are as long as Razorpay's: fourteen signs."""
        id = f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(14))}"
        return self.kept({"id": id, "object": kind, "created_at": int(time.time()), **fields})

    def kept(self, thing: Json) -> Json:
        self._store.save(thing)
        return thing

    def get(self, id: str, kind: str) -> Json:
        found = self._store.get(id, kind)
        if found is None:
            raise Refused("The id provided does not exist", field="id")
        return found

    def every(self, kind: str, **where: Any) -> list[Json]:
        return self._store.find(kind, where)

    def customer(self, body: Json) -> Json:
        """Who has the same address is given back, unless that is to fail."""
        there = self.every("customer", email=body["email"])
        if there and str(body.get("fail_existing", "1")) == "0":
            return there[0]
        if there:
            raise Refused("Customer already exists for the merchant", field="email")
        return self.made("cust", "customer", name=body["name"], email=body["email"], contact=body.get("contact"), notes=body["notes"])

    def token(self, customer: str, *, declines: str | None = None) -> Json:
        """What the customer's first payment has left. `declines`: the reason with which its bank refuses from now on."""
        card = {"network": "Visa", "last4": "1111", "expiry_month": "12", "expiry_year": "2031", "issuer": "HDFC"}
        return self.made("token", "token", _customer=self.get(customer, "customer")["id"], _declines=declines, method="card", card=card,
                         recurring=True, recurring_details={"status": "confirmed"})

    def token_of(self, customer: str, id: str) -> Json:
        found = self.get(id, "token")
        if found["_customer"] != customer:
            raise Refused("The id provided does not exist", field="token")
        return found

    def forget(self, token: Json) -> Json:
        self.kept(token | {"_customer": None})
        return {"deleted": True}

    def order(self, body: Json) -> Json:
        if not isinstance(body["amount"], int) or body["amount"] < 100:
            raise Refused("Order amount less than minimum amount allowed", field="amount")
        return self.made("order", "order", amount=body["amount"], amount_paid=0, amount_due=body["amount"], currency=body["currency"],
                         receipt=body.get("receipt"), status="created", attempts=0, notes=body.get("notes") or [])

    def recurring(self, body: Json) -> Json:
        """A payment of an order with a token. An order that is paid takes no other."""
        order, token = self.get(body["order_id"], "order"), self.token_of(body["customer_id"], body["token"])
        if order["status"] == "paid":
            raise Refused("Order already paid", field="order_id", reason="order_already_paid")
        if body["amount"] != order["amount"]:
            raise Refused("Payment amount is different from the order's", field="amount")
        payment = self.made("pay", "payment", amount=order["amount"], currency=order["currency"], order_id=order["id"],
                            customer_id=body["customer_id"], token_id=token["id"], method="card", status="created", captured=False,
                            amount_refunded=0, refund_status=None, fee=None, tax=None, notes=body.get("notes") or [], error_code=None,
                            error_reason=None, _settlement=None)
        self.kept(order | {"status": "attempted", "attempts": order["attempts"] + 1})
        if token["_declines"]:
            payment |= {"status": "failed", "error_code": "BAD_REQUEST_ERROR", "error_reason": token["_declines"]}
            self._emit("payment.failed", payment=self.kept(payment))
        else:
            self.capture(payment)
        return {"razorpay_payment_id": payment["id"], "razorpay_order_id": order["id"]}

    def authorize(self, payment: Json) -> Json:
        """The bank says yes after all, however late."""
        payment |= {"status": "authorized", "error_code": None, "error_reason": None}
        self._emit("payment.authorized", payment=self.kept(payment))
        return payment

    def capture(self, payment: Json) -> Json:
        """The fee is 2 %, with 18 % of tax on it, both in `fee`."""
        if payment["captured"]:
            raise Refused("This payment has already been captured", reason="payment_already_captured")
        fee = (payment["amount"] * 236 + 5000) // 10000
        payment |= {"status": "captured", "captured": True, "fee": fee, "tax": fee - (fee * 100 + 59) // 118, "error_code": None,
                    "error_reason": None}
        order = self.get(payment["order_id"], "order")
        self.kept(order | {"status": "paid", "amount_paid": order["amount"], "amount_due": 0})
        self._emit("payment.captured", payment=self.kept(payment))
        return payment

    def refund(self, payment: Json, body: Json) -> Json:
        left = payment["amount"] - payment["amount_refunded"]
        amount = body.get("amount") or left
        if not payment["captured"] or payment.get("_disputed"):
            raise Refused("This payment cannot be refunded", reason="payment_not_refundable")
        if not 0 < amount <= left:
            raise Refused("The total refund amount is greater than the refund payment amount", reason="refund_exceeds_payment")
        refund = self.made("rfnd", "refund", amount=amount, currency=payment["currency"], payment_id=payment["id"],
                           receipt=body.get("receipt"), notes=body.get("notes") or [], status="processed", _settlement=None)
        payment["amount_refunded"] += amount
        whole = payment["amount_refunded"] == payment["amount"]
        payment |= {"refund_status": "full" if whole else "partial", "status": "refunded" if whole else "captured"}
        self._emit("refund.processed", refund=refund, payment=self.kept(payment))
        return refund

    def fail(self, refund: Json) -> Json:
        """It did not reach the customer: what it took of its payment can be refunded anew."""
        payment = self.get(refund["payment_id"], "payment")
        left = payment["amount_refunded"] - refund["amount"]
        payment |= {"amount_refunded": left, "refund_status": "partial" if left else None, "status": "captured"}
        refund["status"] = "failed"
        self._emit("refund.failed", refund=self.kept(refund), payment=self.kept(payment))
        return refund

    def settle(self) -> Json:
        """Sends all that was not sent yet to the owner's bank."""
        lines = [each for kind in ("payment", "refund") for each in self.every(kind, _settlement=None)
                 if each.get("captured", each["status"] != "failed")]
        amount = sum(line_of(each)["credit"] - line_of(each)["debit"] for each in lines)
        made = self.made("setl", "settlement", amount=amount, status="processed", fees=0, tax=0, utr=secrets.token_hex(8))
        for each in lines:
            self.kept(each | {"_settlement": made["id"]})
        return made

    def lines(self, year: int, month: int, day: int) -> list[Json]:
        """Those of the settlements of one day of India's."""
        days = {each["id"]: (datetime.fromtimestamp(each["created_at"], UTC) + IN_INDIA).date() for each in self.every("settlement")}
        found = [each for kind in ("payment", "refund") for each in self.every(kind) if each["_settlement"] in days]
        return [line_of(each) for each in found if days[each["_settlement"]].timetuple()[:3] == (year, month, day)]

    def dispute(self, payment: Json, reason: str, phase: str = "chargeback") -> Json:
        self.kept(payment | {"_disputed": True})
        made = self.made("disp", "dispute", payment_id=payment["id"], amount=payment["amount"], currency=payment["currency"],
                         reason_code=reason, status="open", phase=phase,
                         respond_by=int(time.time()) + ANSWER_WITHIN_SECONDS)
        self._emit("payment.dispute.created", dispute=made, payment=payment)
        return made

    def end(self, dispute: Json, outcome: str) -> Json:
        dispute["status"] = outcome
        self._emit(f"payment.dispute.{outcome}", dispute=self.kept(dispute), payment=self.get(dispute["payment_id"], "payment"))
        return dispute


def line_of(each: Json) -> Json:
    """Of a settlement: what a payment or a refund does to the balance."""
    came = each["object"] == "payment"
    return {"entity_id": each["id"], "type": each["object"], "credit": each["amount"] - each["fee"] if came else 0,
            "debit": 0 if came else each["amount"], "amount": each["amount"], "currency": each["currency"],
            "fee": each["fee"] if came else 0, "settlement_id": each["_settlement"], "settled": True, "created_at": each["created_at"]}
