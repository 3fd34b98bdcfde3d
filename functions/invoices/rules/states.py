"""The states of an invoice and the one table that says what each command does in each of them."""

from collections.abc import Mapping
from enum import StrEnum

from kernel.problems import Refused


class State(StrEnum):
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
TRANSITIONS: Mapping[State, Mapping[Command, State | Refusal]] = {
    State.DRAFT: {
        Command.EDIT: State.DRAFT,
        Command.FINALIZE: State.OPEN,
        Command.PAYMENT_FAILED: Refusal.DRAFT,
        Command.PAY: Refusal.DRAFT,
        Command.VOID: Refusal.DRAFT,
        Command.MARK_UNCOLLECTIBLE: Refusal.DRAFT,
    },
    State.OPEN: {
        Command.EDIT: Refusal.FINALIZED,
        Command.FINALIZE: Refusal.FINALIZED,
        Command.PAYMENT_FAILED: State.OPEN,
        Command.PAY: State.PAID,
        Command.VOID: State.VOID,
        Command.MARK_UNCOLLECTIBLE: State.UNCOLLECTIBLE,
    },
    State.UNCOLLECTIBLE: {
        Command.EDIT: Refusal.FINALIZED,
        Command.FINALIZE: Refusal.FINALIZED,
        Command.PAYMENT_FAILED: State.UNCOLLECTIBLE,
        Command.PAY: State.PAID,
        Command.VOID: State.VOID,
        Command.MARK_UNCOLLECTIBLE: Refusal.UNCOLLECTIBLE,
    },
    State.PAID: {
        Command.EDIT: Refusal.FINALIZED,
        Command.FINALIZE: Refusal.FINALIZED,
        Command.PAYMENT_FAILED: State.PAID,
        Command.PAY: Refusal.PAID,
        Command.VOID: Refusal.PAID,
        Command.MARK_UNCOLLECTIBLE: Refusal.PAID,
    },
    State.VOID: {
        Command.EDIT: Refusal.FINALIZED,
        Command.FINALIZE: Refusal.FINALIZED,
        Command.PAYMENT_FAILED: State.VOID,
        Command.PAY: Refusal.VOID,
        Command.VOID: Refusal.VOID,
        Command.MARK_UNCOLLECTIBLE: Refusal.VOID,
    },
}


def transition(state: State, command: Command) -> State:
    """The state after a command; Refused where the table says so."""
    outcome = TRANSITIONS[state][command]
    if isinstance(outcome, Refusal):
        raise Refused(outcome, f"An invoice that is {state} does not take “{command.replace('_', ' ')}”.")
    return outcome
