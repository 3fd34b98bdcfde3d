"""What other features may use of subscriptions: the resource, to count what a list of it would show."""

from functions.subscriptions.models import SUBSCRIPTIONS

__all__ = ["SUBSCRIPTIONS"]
