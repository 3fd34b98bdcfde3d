"""What other features may use of subscriptions: the resource, to count what a list of it would show, and the builder of a trial."""

from functions.subscriptions.models import SUBSCRIPTIONS
from functions.subscriptions.service.create import new_trial

__all__ = ["SUBSCRIPTIONS", "new_trial"]
