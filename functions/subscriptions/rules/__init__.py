"""The pure rules of subscriptions: states, billing periods, proration, invoice lines and dunning. No clock, no I/O, no floats."""

from functions.subscriptions.rules.dunning import DEFAULT_POLICY, next_attempt
from functions.subscriptions.rules.lines import Invoiced, Line, change_lines, credit_lines, explain, recurring_lines
from functions.subscriptions.rules.periods import Cycle, Interval, add_days, boundary, day_position, instant, period_at, remaining_factor
from functions.subscriptions.rules.prices import Price, classify_change, cycle_after, monthly_value
from functions.subscriptions.rules.states import TRANSITIONS, Command, Refusal, Refused, State, transition, uncancel_command

__all__ = [
    "DEFAULT_POLICY",
    "TRANSITIONS",
    "Command",
    "Cycle",
    "Interval",
    "Invoiced",
    "Line",
    "Price",
    "Refusal",
    "Refused",
    "State",
    "add_days",
    "boundary",
    "change_lines",
    "classify_change",
    "credit_lines",
    "cycle_after",
    "day_position",
    "explain",
    "instant",
    "monthly_value",
    "next_attempt",
    "period_at",
    "recurring_lines",
    "remaining_factor",
    "transition",
    "uncancel_command",
]
