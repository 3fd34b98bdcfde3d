"""What can be done to a subscription, one module a use case."""

from functions.subscriptions.service.cancel import cancel, end_all_of, uncancel
from functions.subscriptions.service.change import change, preview_change
from functions.subscriptions.service.create import create
from functions.subscriptions.service.pause import pause, resume
from functions.subscriptions.service.react import payment_failed, payment_recovered, uncollectible
from functions.subscriptions.service.renew import step

__all__ = ["cancel", "change", "create", "end_all_of", "pause", "payment_failed", "payment_recovered", "preview_change", "resume", "step",
           "uncancel", "uncollectible"]
