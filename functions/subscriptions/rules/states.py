"""The states of a subscription and the one table that says what each command does in each of them.

`canceled` means: will not renew, and serves until the end of what was paid for; it can be taken back until then. `ended` is
final. A trial that is canceled runs to its end in the same way.
"""

from collections.abc import Mapping
from enum import StrEnum

from kernel.problems import Refused


class State(StrEnum):
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    PAUSED = "paused"
    CANCELED = "canceled"
    ENDED = "ended"


class Command(StrEnum):
    ACTIVATE = "activate"  # the trial is over, the first period begins
    RENEW = "renew"  # a period is over, the next begins
    CHANGE = "change"  # another price or quantity
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_RECOVERED = "payment_recovered"
    UNCOLLECTIBLE = "uncollectible"  # dunning has given up
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL_NOW = "cancel_now"
    CANCEL_AT_PERIOD_END = "cancel_at_period_end"
    UNCANCEL = "uncancel"
    UNCANCEL_TRIAL = "uncancel_trial"
    UNCANCEL_PAST_DUE = "uncancel_past_due"
    END = "end"  # what was paid for (or the trial without conversion) is over


class Refusal(StrEnum):
    TRIALING = "subscription_trialing"
    NOT_TRIALING = "subscription_not_trialing"
    PAST_DUE = "subscription_past_due"
    PAUSED = "subscription_paused"
    NOT_PAUSED = "subscription_not_paused"
    CANCELED = "subscription_canceled"
    NOT_CANCELED = "subscription_not_canceled"
    ENDED = "subscription_ended"


# A payment's fate is a fact, not a request: it is never refused, however late or doubled it arrives.
TRANSITIONS: Mapping[State, Mapping[Command, State | Refusal]] = {
    State.TRIALING: {
        Command.ACTIVATE: State.ACTIVE,
        Command.RENEW: Refusal.TRIALING,
        Command.CHANGE: State.TRIALING,
        Command.PAYMENT_FAILED: State.TRIALING,
        Command.PAYMENT_RECOVERED: State.TRIALING,
        Command.UNCOLLECTIBLE: State.TRIALING,
        Command.PAUSE: Refusal.TRIALING,
        Command.RESUME: Refusal.NOT_PAUSED,
        Command.CANCEL_NOW: State.ENDED,
        Command.CANCEL_AT_PERIOD_END: State.CANCELED,
        Command.UNCANCEL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_TRIAL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_PAST_DUE: Refusal.NOT_CANCELED,
        Command.END: State.ENDED,
    },
    State.ACTIVE: {
        Command.ACTIVATE: Refusal.NOT_TRIALING,
        Command.RENEW: State.ACTIVE,
        Command.CHANGE: State.ACTIVE,
        Command.PAYMENT_FAILED: State.PAST_DUE,
        Command.PAYMENT_RECOVERED: State.ACTIVE,
        Command.UNCOLLECTIBLE: State.ENDED,
        Command.PAUSE: State.PAUSED,
        Command.RESUME: Refusal.NOT_PAUSED,
        Command.CANCEL_NOW: State.ENDED,
        Command.CANCEL_AT_PERIOD_END: State.CANCELED,
        Command.UNCANCEL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_TRIAL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_PAST_DUE: Refusal.NOT_CANCELED,
        Command.END: Refusal.NOT_CANCELED,
    },
    State.PAST_DUE: {
        Command.ACTIVATE: Refusal.NOT_TRIALING,
        Command.RENEW: State.PAST_DUE,
        Command.CHANGE: State.PAST_DUE,
        Command.PAYMENT_FAILED: State.PAST_DUE,
        Command.PAYMENT_RECOVERED: State.ACTIVE,
        Command.UNCOLLECTIBLE: State.ENDED,
        Command.PAUSE: Refusal.PAST_DUE,
        Command.RESUME: Refusal.NOT_PAUSED,
        Command.CANCEL_NOW: State.ENDED,
        Command.CANCEL_AT_PERIOD_END: State.CANCELED,
        Command.UNCANCEL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_TRIAL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_PAST_DUE: Refusal.NOT_CANCELED,
        Command.END: Refusal.NOT_CANCELED,
    },
    State.PAUSED: {
        Command.ACTIVATE: Refusal.NOT_TRIALING,
        Command.RENEW: Refusal.PAUSED,
        Command.CHANGE: Refusal.PAUSED,
        Command.PAYMENT_FAILED: State.PAUSED,
        Command.PAYMENT_RECOVERED: State.PAUSED,
        Command.UNCOLLECTIBLE: State.ENDED,
        Command.PAUSE: Refusal.PAUSED,
        Command.RESUME: State.ACTIVE,
        Command.CANCEL_NOW: State.ENDED,
        Command.CANCEL_AT_PERIOD_END: Refusal.PAUSED,  # no period runs
        Command.UNCANCEL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_TRIAL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_PAST_DUE: Refusal.NOT_CANCELED,
        Command.END: Refusal.NOT_CANCELED,
    },
    State.CANCELED: {
        Command.ACTIVATE: Refusal.CANCELED,
        Command.RENEW: Refusal.CANCELED,
        Command.CHANGE: Refusal.CANCELED,
        Command.PAYMENT_FAILED: State.CANCELED,
        Command.PAYMENT_RECOVERED: State.CANCELED,
        Command.UNCOLLECTIBLE: State.ENDED,
        Command.PAUSE: Refusal.CANCELED,
        Command.RESUME: Refusal.NOT_PAUSED,
        Command.CANCEL_NOW: State.ENDED,
        Command.CANCEL_AT_PERIOD_END: Refusal.CANCELED,
        Command.UNCANCEL: State.ACTIVE,
        Command.UNCANCEL_TRIAL: State.TRIALING,
        Command.UNCANCEL_PAST_DUE: State.PAST_DUE,
        Command.END: State.ENDED,
    },
    State.ENDED: {
        **dict.fromkeys(Command, Refusal.ENDED),
        Command.PAYMENT_FAILED: State.ENDED,
        Command.PAYMENT_RECOVERED: State.ENDED,
        Command.UNCOLLECTIBLE: State.ENDED,
    },
}


def transition(state: State, command: Command) -> State:
    """The state after a command; Refused where the table says so."""
    outcome = TRANSITIONS[state][command]
    if isinstance(outcome, Refusal):
        raise Refused(outcome, f"A subscription that is {state.replace('_', ' ')} does not take “{command.replace('_', ' ')}”.")
    return outcome


def uncancel_command(*, trial_running: bool, overdue: bool) -> Command:
    """Which command takes a cancellation back: it returns to the trial while that runs, to past_due while an invoice is in dunning."""
    if trial_running:
        return Command.UNCANCEL_TRIAL
    return Command.UNCANCEL_PAST_DUE if overdue else Command.UNCANCEL
