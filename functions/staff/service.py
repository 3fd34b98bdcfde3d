"""Members of staff."""

from datetime import datetime

from functions.staff.events import Created
from functions.staff.models import Role, Staff, StaffStatus
from kernel import access, ids
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import table


def create(*, name: str, email: str, role: Role, subject: str, actor: Actor, at: datetime) -> Staff:
    """A member of staff for a user of the pool, with the principal that lets them in: one commit."""
    staff = Staff(ids.new("stf"), name=name, email=email, role=role, subject=subject, status=StaffStatus.ACTIVE)
    principal = access.staff_item(subject, staff_id=staff.id, role=role, active=True)
    commit((staff, Created(role=role)), actor=actor, at=at, items=[(table("principals"), principal)])
    return staff
