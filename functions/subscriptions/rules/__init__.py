"""The pure rules of subscriptions: states, proration and invoice lines. No clock, no I/O, no floats."""

from functions.subscriptions.rules.behind import Behind, Invoiced, backed, behind_change
from functions.subscriptions.rules.lines import Line, change_lines, credit_lines, explain, recurring_lines
from functions.subscriptions.rules.prices import Price, classify_change, cycle_after, monthly_value
from functions.subscriptions.rules.states import TRANSITIONS, Command, Refusal, SubscriptionState, transition, uncancel_command

__all__ = [
    "TRANSITIONS",
    "Behind",
    "Command",
    "Invoiced",
    "Line",
    "Price",
    "Refusal",
    "SubscriptionState",
    "backed",
    "behind_change",
    "change_lines",
    "classify_change",
    "credit_lines",
    "cycle_after",
    "explain",
    "monthly_value",
    "recurring_lines",
    "transition",
    "uncancel_command",
]
