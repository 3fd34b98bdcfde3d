"""The test cards: what each one does when it is attached, authenticated and charged (https://docs.stripe.com/testing)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Card:
    """A test card. `decline` is the decline code of its charges; `attaches` says whether it can be saved although it declines."""

    number: str
    brand: str = "visa"
    country: str = "DE"
    funding: str = "credit"
    decline: str | None = None
    attaches: bool = True
    authentication: Literal["never", "until_set_up", "always"] = "never"
    disputes: Literal["never", "inquiry", "chargeback"] = "never"


CARDS = {
    "visa": Card("4242424242424242"),
    "visa_debit": Card("4000056655665556", funding="debit"),
    "mastercard": Card("5555555555554444", brand="mastercard"),
    "amex": Card("378282246310005", brand="amex", country="US"),
    "chargeDeclined": Card("4000000000000002", decline="generic_decline", attaches=False),
    "chargeDeclinedInsufficientFunds": Card("4000000000009995", decline="insufficient_funds", attaches=False),
    "chargeDeclinedExpiredCard": Card("4000000000000069", decline="expired_card", attaches=False),
    "chargeDeclinedIncorrectCvc": Card("4000000000000127", decline="incorrect_cvc", attaches=False),
    "chargeDeclinedProcessingError": Card("4000000000000119", decline="processing_error", attaches=False),
    "chargeCustomerFail": Card("4000000000000341", decline="generic_decline"),
    "authenticationRequired": Card("4000002760003184", authentication="always"),
    "authenticationRequiredOnSetup": Card("4000002500003155", authentication="until_set_up"),
    "authenticationRequiredChargeDeclinedInsufficientFunds": Card(
        "4000008260003178", authentication="until_set_up", decline="insufficient_funds"
    ),
    "createDispute": Card("4000000000000259", disputes="chargeback"),
    "createDisputeInquiry": Card("4000000000001976", disputes="inquiry"),
}

NAME_BY_NUMBER = {card.number: name for name, card in CARDS.items()}
WELL_KNOWN = {f"pm_card_{name}": name for name in CARDS}
TOKENS = {f"tok_{name}": name for name in CARDS}

OWN_CODES = frozenset({"expired_card", "incorrect_cvc", "processing_error", "authentication_required"})
MESSAGES = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def error_code(decline_code: str) -> str:
    """The `code` that comes with a decline code: most declines are `card_declined`, a few have a code of their own."""
    return decline_code if decline_code in OWN_CODES else "card_declined"


def message(decline_code: str) -> str:
    return MESSAGES.get(decline_code, "Your card was declined.")
