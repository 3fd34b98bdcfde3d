"""The states of an invoice and the one table that says what each command does in each of them."""

from collections.abc import Mapping
from enum import StrEnum

from kernel.problems import Refused


class InvoiceState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class Command(StrEnum):
    EDIT = "edit"  # deleting included: a draft has no number yet
    FINALIZE = "finalize"
    PAYMENT_FAILED = "payment_failed"
    PAY = "pay"  # nothing is left to pay
    VOID = "void"
    MARK_UNCOLLECTIBLE = "mark_uncollectible"


class Refusal(StrEnum):
    DRAFT = "invoice_draft"
    FINALIZED = "invoice_finalized"
    PAID = "invoice_paid"
    VOID = "invoice_void"
    UNCOLLECTIBLE = "invoice_uncollectible"


# A failed payment is a fact that changes nothing, however late it arrives; paid and void are final. Money for an invoice that is
# paid or void already is refused here and becomes the customer's balance.
TRANSITIONS: Mapping[InvoiceState, Mapping[Command, InvoiceState | Refusal]] = {
    InvoiceState.DRAFT: {
        Command.EDIT: InvoiceState.DRAFT,
        Command.FINALIZE: InvoiceState.OPEN,
        Command.PAYMENT_FAILED: Refusal.DRAFT,
        Command.PAY: Refusal.DRAFT,
        Command.VOID: Refusal.DRAFT,
        Command.MARK_UNCOLLECTIBLE: Refusal.DRAFT,
    },
    InvoiceState.OPEN: {
        Command.EDIT: Refusal.FINALIZED,
        Command.FINALIZE: Refusal.FINALIZED,
        Command.PAYMENT_FAILED: InvoiceState.OPEN,
        Command.PAY: InvoiceState.PAID,
        Command.VOID: InvoiceState.VOID,
        Command.MARK_UNCOLLECTIBLE: InvoiceState.UNCOLLECTIBLE,
    },
    InvoiceState.UNCOLLECTIBLE: {
        Command.EDIT: Refusal.FINALIZED,
        Command.FINALIZE: Refusal.FINALIZED,
        Command.PAYMENT_FAILED: InvoiceState.UNCOLLECTIBLE,
        Command.PAY: InvoiceState.PAID,
        Command.VOID: InvoiceState.VOID,
        Command.MARK_UNCOLLECTIBLE: Refusal.UNCOLLECTIBLE,
    },
    InvoiceState.PAID: {
        Command.EDIT: Refusal.FINALIZED,
        Command.FINALIZE: Refusal.FINALIZED,
        Command.PAYMENT_FAILED: InvoiceState.PAID,
        Command.PAY: Refusal.PAID,
        Command.VOID: Refusal.PAID,
        Command.MARK_UNCOLLECTIBLE: Refusal.PAID,
    },
    InvoiceState.VOID: {
        Command.EDIT: Refusal.FINALIZED,
        Command.FINALIZE: Refusal.FINALIZED,
        Command.PAYMENT_FAILED: InvoiceState.VOID,
        Command.PAY: Refusal.VOID,
        Command.VOID: Refusal.VOID,
        Command.MARK_UNCOLLECTIBLE: Refusal.VOID,
    },
}


def transition(state: InvoiceState, command: Command) -> InvoiceState:
    """The state after a command; Refused where the table says so."""
    outcome = TRANSITIONS[state][command]
    if isinstance(outcome, Refusal):
        raise Refused(outcome, f"An invoice that is {state} does not take “{command.replace('_', ' ')}”.")
    return outcome
