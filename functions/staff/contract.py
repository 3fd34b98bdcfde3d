"""What other features may use of staff: whom to write to."""

from dataclasses import dataclass

from functions.staff.models import Staff, StaffStatus


@dataclass(frozen=True)
class Member:
    """A member of staff. `active`: may sign in."""

    id: str
    name: str
    email: str
    active: bool


def member(id: str) -> Member | None:
    """None for one who never was, or was deleted, and for callers that are no people."""
    found = Staff.find(id)
    if found is None or found.deleted_at is not None:
        return None
    return Member(found.id, found.name, found.email, found.status == StaffStatus.ACTIVE)
