"""The owner's own staff (GlobalUser), and what sign-in takes and gives."""

from enum import StrEnum

from pydantic import BaseModel, Field

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Record, Text
from kernel.resource import Resource
from kernel.views import View


class StaffStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    BILLING = "billing"
    SUPPORT = "support"
    DEVELOPER = "developer"
    VIEWER = "viewer"


class Staff(Record):
    """A member of staff. `subject` is the user pool's `sub`; role and state decide at every request (`kernel.access`)."""

    class Meta:
        table_name = table("staff")

    prefix = "stf"
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("role",)), Path("gsi4", sort="name"))

    name = Text()
    email = Text()
    role = Text()
    status = Text(default=StaffStatus.ACTIVE)
    subject = Text()


class StaffView(View):
    name: str
    email: str
    role: Role
    status: StaffStatus


class Login(Body):
    email: str = Field(max_length=254)
    password: str = Field(max_length=256)


class Session(BaseModel):
    """The access token lives in memory; what renews it is in a cookie that no script reads."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: int


STAFF = Resource(name="staff", record=Staff, view=StaffView, filters=("role", "status", "email", "name", "created_at"))
