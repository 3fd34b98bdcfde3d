"""Stripe, through its official SDK: off-session payment intents, refunds, saved cards and signed webhooks."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import stripe

from functions.payments.gateways import Card, KeysRefused, Notice, Order, RefundOrder, Result, Signed, Unacceptable, Unanswered
from functions.payments.models import Dispute, TransactionStatus
from functions.payments.statements import Statement
from functions.payments.stripe_amounts import from_stripe, to_stripe
from functions.payments.stripe_statement import statement
from kernel.config import setting
from kernel.problems import BadRequest, Invalid

TIMEOUT_SECONDS, RETRIES = 10, 1  # within a worker's minute; who gets no answer here asks again later, with the same key
LOOK_BACK = 100  # of a customer's payments: one that was asked for minutes ago is among them
AUTHENTICATION = "authentication_required"

# Declines after which the same card is not worth another attempt: those that Stripe itself does not retry
# (https://docs.stripe.com/billing/revenue-recovery/smart-retries) and those whose advice is another card
# (https://docs.stripe.com/declines/codes). Stripe's `advice_code`, where a bank sends one, comes before this list.
HARD_DECLINES = frozenset({
    "card_not_supported", "currency_not_supported", "do_not_try_again", "expired_card", "fraudulent", "highest_risk_level",
    "incorrect_number", "invalid_account", "invalid_expiry_month", "invalid_expiry_year", "lost_card", "merchant_blacklist",
    "new_account_information_available", "pickup_card", "restricted_card", "revocation_of_all_authorizations",
    "revocation_of_authorization", "security_violation", "service_not_allowed", "stolen_card", "stop_payment_order",
    "transaction_not_allowed"})
_HARD_ADVICE = {"do_not_try_again": True, "try_again_later": False}

Json = dict[str, Any]


class StripeGateway:
    """One account. Calls raise `Unanswered` for all that leaves open what happened, and for what only staff can put right (keys)."""

    def __init__(self, secret_key: str, webhook_secret: str | None, api_base: str) -> None:
        client = stripe.StripeClient(secret_key, base_addresses={"api": api_base}, max_network_retries=RETRIES,
                                     http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS))
        self._api: Any = client.v1
        self._webhook_secret = webhook_secret

    def customer(self, *, tenant_id: str, name: str, email: str) -> str:
        with _answered():
            key = {"idempotency_key": f"customer-{tenant_id}"}
            made: str = self._api.customers.create({"metadata": {"tenant_id": tenant_id}}, key).id
            # Apart from the first call, whose parameters must be the same whenever it is repeated.
            self._api.customers.update(made, {"name": name, "email": email})
            return made

    def attach(self, token: str, customer: str) -> Card:
        try:
            with _answered():
                method = self._api.payment_methods.attach(token, {"customer": customer})
        except stripe.CardError as error:
            raise Invalid(str(error.user_message), code=_decline_code(_error(error)), field="token") from error
        except stripe.InvalidRequestError as error:
            raise Invalid("Stripe knows no such payment method, or it cannot be saved", code="unusable_token", field="token") from error
        return Card(method.id, method.card.brand, method.card.last4, method.card.exp_month, method.card.exp_year)

    def detach(self, method: str, customer: str) -> None:
        with _answered():
            try:
                self._api.payment_methods.detach(method)
            except stripe.InvalidRequestError:
                return  # it was detached before

    def charge(self, order: Order, *, before: bool) -> Result:
        amount = to_stripe(order.amount, order.currency)
        if amount is None:
            raise Unacceptable(f"amount_not_chargeable: Stripe cannot write {order.amount} {order.currency}")
        try:
            with _answered():
                intent = self._confirmed(order, (self._found(order) if before else None) or self._created(order, amount))
        except stripe.InvalidRequestError as error:
            if not _about_method(error):
                raise Unacceptable(f"{error.code or 'invalid_request'}: {error.user_message}") from error
            return Result(status=TransactionStatus.FAILED, code=error.code or "unusable_method", hard=True)
        return _result(intent, return_url=_return_url(order.transaction_id))

    def _created(self, order: Order, amount: int) -> Json:
        metadata = {"transaction_id": order.transaction_id, "tenant_id": order.tenant_id}
        metadata |= {"invoice_id": order.invoice_id} if order.invoice_id else {}
        asked = {"amount": amount, "currency": order.currency.lower(), "customer": order.customer, "payment_method": order.method,
                 "payment_method_types": ["card"], "confirm": True, "off_session": True, "metadata": metadata,
                 "capture_method": "automatic",  # not `automatic_async`: the fee is known at once
                 "expand": ["latest_charge.balance_transaction"]}
        return _intent(lambda: self._api.payment_intents.create(asked, {"idempotency_key": order.transaction_id}))

    def _found(self, order: Order) -> Json | None:
        """The intent that an earlier, unanswered try made. Looked for because Stripe forgets keys after a day and repeats its 500s."""
        asked = {"customer": order.customer, "limit": LOOK_BACK, "expand": ["data.latest_charge.balance_transaction"]}
        listed: list[Json] = self._api.payment_intents.list(asked).to_dict()["data"]
        return next((each for each in listed if each["metadata"].get("transaction_id") == order.transaction_id), None)

    def _confirmed(self, order: Order, intent: Json) -> Json:
        """The intent taken further, where it stands still: Stripe failed before it confirmed it, or the bank wants the customer.

        For that, the same intent is confirmed as if the customer were present, which leads to the page where they can act.
        """
        if intent["status"] == "requires_confirmation":
            intent = self._confirm(order, intent, "confirm", off_session=True)
        if intent["status"] == "requires_payment_method" and _failure(intent) == AUTHENTICATION:
            intent = self._confirm(order, intent, "customer", return_url=_return_url(order.transaction_id))
        return intent

    def _confirm(self, order: Order, intent: Json, key: str, **how: Any) -> Json:
        asked = {"payment_method": order.method, "expand": ["latest_charge.balance_transaction"], **how}
        options = {"idempotency_key": f"{order.transaction_id}-{key}"}
        try:
            return _intent(lambda: self._api.payment_intents.confirm(intent["id"], asked, options))
        except stripe.InvalidRequestError as error:
            if error.code != "payment_intent_unexpected_state":
                raise
            return self._intent_of(intent["id"])  # it has gone further without us

    def refund(self, order: RefundOrder, *, before: bool) -> Result:
        amount = to_stripe(order.amount, order.currency)
        if amount is None:
            return Result(status=TransactionStatus.FAILED, code="amount_not_refundable")
        asked = {"payment_intent": order.payment, "amount": amount, "reason": order.reason, "expand": ["charge", "balance_transaction"],
                 "metadata": {"transaction_id": order.transaction_id}}
        try:
            with _answered():
                found = self._found_refund(order) if before else None
                refund = found or self._api.refunds.create(asked, {"idempotency_key": order.transaction_id}).to_dict()
        except stripe.InvalidRequestError as error:
            return Result(status=TransactionStatus.FAILED, code=error.code or "invalid_request")
        return _refund_result(refund)

    def _found_refund(self, order: RefundOrder) -> Json | None:
        asked = {"payment_intent": order.payment, "limit": LOOK_BACK, "expand": ["data.charge", "data.balance_transaction"]}
        listed: list[Json] = self._api.refunds.list(asked).to_dict()["data"]
        return next((each for each in listed if each["metadata"].get("transaction_id") == order.transaction_id), None)

    def abandon(self, payment: str) -> Result:
        with _answered():
            try:
                return _result(self._api.payment_intents.cancel(payment).to_dict())
            except stripe.InvalidRequestError:
                return _result(self._intent_of(payment))  # it has ended by itself: paid, refused or canceled before

    def payment(self, payment: str) -> Notice:
        with _answered():
            return _payment_notice(self._intent_of(payment))

    def _intent_of(self, payment: str) -> Json:
        found: Json = self._api.payment_intents.retrieve(payment, {"expand": ["latest_charge.balance_transaction"]}).to_dict()
        return found

    def statement(self, since: datetime, until: datetime) -> Statement:
        with _answered():
            return statement(self._api, since, until)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Signed | None:
        signature = headers.get("stripe-signature", "")
        try:
            if not signature.isascii():
                raise ValueError("a signature is ASCII")
            stripe.WebhookSignature.verify_header(body, signature, self._webhook_secret, stripe.Webhook.DEFAULT_TOLERANCE)
            event = json.loads(body)
            signed = Signed(str(event["id"]), str(event["type"]))
        except (ValueError, KeyError, TypeError, stripe.SignatureVerificationError) as error:
            raise BadRequest("this is not what Stripe signed for this gateway", code="bad_signature") from error
        return signed if signed.kind in _READERS else None

    def read(self, body: str) -> Notice:
        event = json.loads(body)
        return _READERS[event["type"]](event["data"]["object"])


@contextmanager
def _answered() -> Iterator[None]:
    """`Unanswered` for a lost connection, a 5xx, a 409 (the same key is being worked on) and a 429, `KeysRefused` for keys of no use."""
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise KeysRefused(f"{type(error).__name__}: {error.code or error.http_status}") from error
    except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as error:
        raise Unanswered(f"{type(error).__name__}: {error.code or error.http_status or 'no answer'}") from error


def _about_method(error: stripe.InvalidRequestError) -> bool:
    """Whether a card is unknown, detached or another customer's, which another card would mend."""
    return error.param == "payment_method" or error.code == "payment_method_unexpected_state"


def _error(error: stripe.StripeError) -> Json:
    body: Any = error.json_body
    return dict(body["error"])


def _intent(ask: Callable[[], Any]) -> Json:
    """The intent of an answer; of a decline too, which carries it beside the error."""
    try:
        found: Json = ask().to_dict()
    except stripe.CardError as error:
        found = _error(error)["payment_intent"]
    return found


def _decline_code(error: Mapping[str, Any]) -> str:
    """The bank's reason where there is one, else Stripe's."""
    return str(error.get("decline_code") or error.get("code") or "declined")


def _failure(intent: Json) -> str | None:
    error = intent.get("last_payment_error")
    return _decline_code(error) if error else None


def _return_url(transaction_id: str) -> str:
    return f"{setting('ORIGIN')}/payments/{transaction_id}"


def _result(intent: Json, *, return_url: str | None = None) -> Result:
    """https://docs.stripe.com/payments/paymentintents/lifecycle in our states."""
    ref, code = intent["id"], _failure(intent)
    match intent["status"]:
        case "succeeded":
            charge = intent["latest_charge"]
            return Result(status=TransactionStatus.SUCCEEDED, ref=ref, **_settled(charge if isinstance(charge, dict) else {}))
        case "requires_action":
            redirect = (intent["next_action"] or {}).get("redirect_to_url") or {}
            url = redirect.get("url") or return_url or redirect.get("return_url")
            return Result(status=TransactionStatus.REQUIRES_ACTION, ref=ref, code=AUTHENTICATION, url=url)
        case "canceled":
            return Result(status=TransactionStatus.FAILED, ref=ref, code=code or "canceled")
        case "requires_payment_method" if code and code != AUTHENTICATION:
            advice = intent["last_payment_error"].get("advice_code")
            return Result(status=TransactionStatus.FAILED, ref=ref, code=code, hard=_HARD_ADVICE.get(advice, code in HARD_DECLINES))
    return Result(status=TransactionStatus.PROCESSING, ref=ref)


def _settled(holder: Json) -> Json:
    """Fee and net of a charge or refund whose balance transaction came with it."""
    booked = holder.get("balance_transaction")
    if not isinstance(booked, dict):
        return {}
    currency = booked["currency"].upper()
    fee, net = from_stripe(booked["fee"], currency), from_stripe(booked["net"], currency)
    return {"fee": fee, "net": net, "settlement_currency": currency}


def _refund_result(refund: Json) -> Result:
    """https://docs.stripe.com/api/refunds/object#refund_object-status in our states."""
    states = {"succeeded": TransactionStatus.SUCCEEDED, "failed": TransactionStatus.FAILED, "canceled": TransactionStatus.FAILED}
    status = states.get(refund["status"], TransactionStatus.PROCESSING)
    code = (refund.get("failure_reason") or refund["status"]) if status == TransactionStatus.FAILED else None
    refunded = from_stripe(refund["charge"]["amount_refunded"], refund["currency"].upper())
    return Result(status=status, ref=refund["id"], code=code, refunded=refunded, **_settled(refund))


def _payment_notice(intent: Json) -> Notice:
    """With what went back of it, where its charge came with it."""
    charge = intent.get("latest_charge")
    refunded = from_stripe(charge["amount_refunded"], charge["currency"].upper()) if isinstance(charge, dict) else None
    return Notice(payment=intent["id"], transaction_id=intent["metadata"].get("transaction_id"), result=_result(intent), refunded=refunded)


def _refund_notice(charge: Json) -> Notice:
    refunded = from_stripe(charge["amount_refunded"], charge["currency"].upper())
    return Notice(payment=charge["payment_intent"], transaction_id=charge["metadata"].get("transaction_id"), refunded=refunded)


def _updated_refund_notice(refund: Json) -> Notice:
    """https://docs.stripe.com/refunds#failed-refunds: the customer's bank could not take it, and the money is ours again. Nothing else is
    news: the refund itself is asked for until it has ended."""
    failed = refund["status"] in ("failed", "canceled")
    return Notice(payment=refund["payment_intent"], refund_id=(refund["metadata"] or {}).get("transaction_id"),
                  failure=refund.get("failure_reason") or refund["status"] if failed else None)


def _dispute_notice(dispute: Json) -> Notice:
    """https://docs.stripe.com/disputes/how-disputes-work: an inquiry (`warning_…`) has moved no money, and none when it is closed; a
    dispute may still follow. One that was prevented never became one. Its fee is in what it has moved so far."""
    states = {"won": Dispute.WON, "lost": Dispute.LOST, "warning_needs_response": Dispute.INQUIRY,
              "warning_under_review": Dispute.INQUIRY, "warning_closed": Dispute.INQUIRY_CLOSED,
              "prevented": Dispute.INQUIRY_CLOSED}
    due = (dispute.get("evidence_details") or {}).get("due_by")
    fees = [from_stripe(each["fee"], each["currency"].upper()) for each in dispute.get("balance_transactions") or []]
    return Notice(payment=dispute["payment_intent"], dispute=states.get(dispute["status"], Dispute.OPEN), reason=dispute["reason"],
                  disputed=from_stripe(dispute["amount"], dispute["currency"].upper()), dispute_fee=sum(fees) if fees else None,
                  respond_by=datetime.fromtimestamp(due, UTC) if due else None)


_READERS: dict[str, Callable[[Json], Notice]] = {
    "payment_intent.succeeded": _payment_notice, "payment_intent.payment_failed": _payment_notice,
    "payment_intent.requires_action": _payment_notice, "payment_intent.canceled": _payment_notice, "charge.refunded": _refund_notice,
    "refund.failed": _updated_refund_notice, "charge.refund.updated": _updated_refund_notice,
    "charge.dispute.created": _dispute_notice, "charge.dispute.updated": _dispute_notice, "charge.dispute.closed": _dispute_notice,
    "charge.dispute.funds_withdrawn": _dispute_notice, "charge.dispute.funds_reinstated": _dispute_notice}
