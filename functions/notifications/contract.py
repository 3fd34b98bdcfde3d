"""What other features may use of notifications: the resource, to count what a list of it would show."""

from functions.notifications.models import MESSAGES

__all__ = ["MESSAGES"]
