"""How the first owner gets in: without an invitation."""

from datetime import datetime

from functions.staff import members
from functions.staff.models import Role, Staff, StaffStatus
from kernel import ids
from kernel.audit import Actor


def create(*, name: str, email: str, role: Role, subject: str, actor: Actor, at: datetime) -> Staff:
    """A member of staff for a user of the pool, without an invitation."""
    staff = Staff(ids.new("stf"), name=name, email=email, role=role, subject=subject, status=StaffStatus.ACTIVE)
    members.create(staff, actor=actor, at=at)
    return staff
