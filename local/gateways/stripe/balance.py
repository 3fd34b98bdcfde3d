"""The account's balance: one transaction per movement of money with its fee, and the payouts that empty it."""

from local.gateways.stripe.call import Call, now, page
from local.gateways.stripe.errors import Json, invalid
from local.gateways.stripe.store import new_id

LIST_TRANSACTIONS = frozenset({"payout", "source", "type", "currency", "created", "limit", "starting_after", "ending_before", "expand"})
LIST_PAYOUTS = frozenset({"status", "created", "limit", "starting_after", "ending_before", "expand"})
DISPUTE_FEE = 2000
AVAILABLE_AFTER_SECONDS = 7 * 24 * 3600


def charge_fee(amount: int, currency: str) -> int:
    """1.5 % + 25 in EUR, 2.9 % + 30 in any other currency, in minor units; the share is rounded half up, the fee is at most the amount."""
    permille, fixed = (15, 25) if currency == "eur" else (29, 30)
    return min(amount, (amount * permille + 500) // 1000 + fixed)


def book(call: Call, type: str, amount: int, currency: str, source: str, *, fee: int = 0, category: str | None = None) -> Json:
    """Record a movement of `amount` minor units (negative leaves the balance); `net` is what it changes after the fee."""
    at = now()
    fees = [{"amount": fee, "application": None, "currency": currency, "description": "Stripe processing fees", "type": "stripe_fee"}]
    transaction = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at + AVAILABLE_AFTER_SECONDS,
        "balance_type": "payments",
        "created": at,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees if fee else [],
        "net": amount - fee,
        "reporting_category": category or type,
        "source": source,
        "status": "pending",
        "type": type,
        "_payout": None,
    }
    call.store.save(transaction)
    return transaction


def transactions(call: Call) -> Json:
    """All movements, or those of one payout: what it paid, and the payout's own movement."""
    payout = call.reference("payout", "payout")
    if payout and not payout["automatic"]:
        raise invalid("Balance transaction history can only be filtered on automatic transfers, not manual.", param="payout")
    filters = {"_payout": payout["id"] if payout else None} | {name: call.params.text(name) for name in ("source", "type", "currency")}
    return page(call, "balance_transaction", "/v1/balance_transactions", filters)


def payouts(call: Call) -> Json:
    return page(call, "payout", "/v1/payouts", {"status": call.params.text("status")})


def pay_out(call: Call, currency: str, *, automatic: bool = True) -> Json:
    """Pay out everything of a currency that no payout has paid yet; 400 when that is nothing, or less. One by hand is not itemized."""
    paid = call.store.find("balance_transaction", {"currency": currency, "_payout": None})
    amount = sum(transaction["net"] for transaction in paid)
    if amount <= 0:
        raise invalid(f"There is nothing to pay out in {currency}: the balance is {amount}", param="currency", code="balance_insufficient")
    payout = {
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "arrival_date": now(),
        "automatic": automatic,
        "balance_transaction": None,
        "created": now(),
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed" if automatic else "not_applicable",
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid",
        "type": "bank_account",
    }
    own = book(call, "payout", -amount, currency, payout["id"])
    payout["balance_transaction"] = own["id"]
    for transaction in [*paid, own]:
        call.store.save(transaction | {"_payout": payout["id"], "status": "available"})
    call.store.save(payout)
    for type in ("payout.created", "payout.paid", *(["payout.reconciliation_completed"] if automatic else [])):
        call.emit(type, payout)
    return payout
