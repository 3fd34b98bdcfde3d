"""The states of a subscription and the one table that says what each command does in each of them.

`canceled` means: will not renew, and serves until the end of what was paid for; it can be taken back until then. `ended` is
final. A trial that is canceled runs to its end in the same way.
"""

from collections.abc import Mapping
from enum import StrEnum

from kernel.problems import Refused


class SubscriptionState(StrEnum):
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
TRANSITIONS: Mapping[SubscriptionState, Mapping[Command, SubscriptionState | Refusal]] = {
    SubscriptionState.TRIALING: {
        Command.ACTIVATE: SubscriptionState.ACTIVE,
        Command.RENEW: Refusal.TRIALING,
        Command.CHANGE: SubscriptionState.TRIALING,
        Command.PAYMENT_FAILED: SubscriptionState.TRIALING,
        Command.PAYMENT_RECOVERED: SubscriptionState.TRIALING,
        Command.UNCOLLECTIBLE: SubscriptionState.TRIALING,
        Command.PAUSE: Refusal.TRIALING,
        Command.RESUME: Refusal.NOT_PAUSED,
        Command.CANCEL_NOW: SubscriptionState.ENDED,
        Command.CANCEL_AT_PERIOD_END: SubscriptionState.CANCELED,
        Command.UNCANCEL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_TRIAL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_PAST_DUE: Refusal.NOT_CANCELED,
        Command.END: SubscriptionState.ENDED,
    },
    SubscriptionState.ACTIVE: {
        Command.ACTIVATE: Refusal.NOT_TRIALING,
        Command.RENEW: SubscriptionState.ACTIVE,
        Command.CHANGE: SubscriptionState.ACTIVE,
        Command.PAYMENT_FAILED: SubscriptionState.PAST_DUE,
        Command.PAYMENT_RECOVERED: SubscriptionState.ACTIVE,
        Command.UNCOLLECTIBLE: SubscriptionState.ENDED,
        Command.PAUSE: SubscriptionState.PAUSED,
        Command.RESUME: Refusal.NOT_PAUSED,
        Command.CANCEL_NOW: SubscriptionState.ENDED,
        Command.CANCEL_AT_PERIOD_END: SubscriptionState.CANCELED,
        Command.UNCANCEL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_TRIAL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_PAST_DUE: Refusal.NOT_CANCELED,
        Command.END: Refusal.NOT_CANCELED,
    },
    SubscriptionState.PAST_DUE: {
        Command.ACTIVATE: Refusal.NOT_TRIALING,
        Command.RENEW: SubscriptionState.PAST_DUE,
        Command.CHANGE: SubscriptionState.PAST_DUE,
        Command.PAYMENT_FAILED: SubscriptionState.PAST_DUE,
        Command.PAYMENT_RECOVERED: SubscriptionState.ACTIVE,
        Command.UNCOLLECTIBLE: SubscriptionState.ENDED,
        Command.PAUSE: Refusal.PAST_DUE,
        Command.RESUME: Refusal.NOT_PAUSED,
        Command.CANCEL_NOW: SubscriptionState.ENDED,
        Command.CANCEL_AT_PERIOD_END: SubscriptionState.CANCELED,
        Command.UNCANCEL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_TRIAL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_PAST_DUE: Refusal.NOT_CANCELED,
        Command.END: Refusal.NOT_CANCELED,
    },
    SubscriptionState.PAUSED: {
        Command.ACTIVATE: Refusal.NOT_TRIALING,
        Command.RENEW: Refusal.PAUSED,
        Command.CHANGE: Refusal.PAUSED,
        Command.PAYMENT_FAILED: SubscriptionState.PAUSED,
        Command.PAYMENT_RECOVERED: SubscriptionState.PAUSED,
        Command.UNCOLLECTIBLE: SubscriptionState.ENDED,
        Command.PAUSE: Refusal.PAUSED,
        Command.RESUME: SubscriptionState.ACTIVE,
        Command.CANCEL_NOW: SubscriptionState.ENDED,
        Command.CANCEL_AT_PERIOD_END: Refusal.PAUSED,  # no period runs
        Command.UNCANCEL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_TRIAL: Refusal.NOT_CANCELED,
        Command.UNCANCEL_PAST_DUE: Refusal.NOT_CANCELED,
        Command.END: Refusal.NOT_CANCELED,
    },
    SubscriptionState.CANCELED: {
        Command.ACTIVATE: Refusal.CANCELED,
        Command.RENEW: Refusal.CANCELED,
        Command.CHANGE: Refusal.CANCELED,
        Command.PAYMENT_FAILED: SubscriptionState.CANCELED,
        Command.PAYMENT_RECOVERED: SubscriptionState.CANCELED,
        Command.UNCOLLECTIBLE: SubscriptionState.ENDED,
        Command.PAUSE: Refusal.CANCELED,
        Command.RESUME: Refusal.NOT_PAUSED,
        Command.CANCEL_NOW: SubscriptionState.ENDED,
        Command.CANCEL_AT_PERIOD_END: Refusal.CANCELED,
        Command.UNCANCEL: SubscriptionState.ACTIVE,
        Command.UNCANCEL_TRIAL: SubscriptionState.TRIALING,
        Command.UNCANCEL_PAST_DUE: SubscriptionState.PAST_DUE,
        Command.END: SubscriptionState.ENDED,
    },
    SubscriptionState.ENDED: {
        **dict.fromkeys(Command, Refusal.ENDED),
        Command.PAYMENT_FAILED: SubscriptionState.ENDED,
        Command.PAYMENT_RECOVERED: SubscriptionState.ENDED,
        Command.UNCOLLECTIBLE: SubscriptionState.ENDED,
    },
}


def transition(state: SubscriptionState, command: Command) -> SubscriptionState:
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
