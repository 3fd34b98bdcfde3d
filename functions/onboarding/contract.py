"""What other features may use of onboarding: whether an item still waits to be done."""

from functions.onboarding.models import Checklist, ChecklistStatus


def waits(checklist_id: str, key: str) -> bool:
    """Whether the item is open, in a checklist that is. `NotFound` for one that does not exist."""
    checklist = Checklist.fetch(checklist_id)
    open_items = {item["key"] for item in checklist.items if item["status"] == "open"}
    return checklist.status == ChecklistStatus.OPEN and key in open_items
