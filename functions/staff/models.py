"""The owner's own staff (GlobalUser), and what sign-in takes and gives."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from kernel.config import table
from kernel.fields import Email
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Json, Record, Text
from kernel.resource import Resource
from kernel.views import COMMON, View

ALL = "all"


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
    searched = ("name", "email")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("role",)), Path("gsi4", sort="name"))

    name = Text()
    email = Text()
    role = Text()
    status = Text(default=StaffStatus.ACTIVE)
    subject = Text()


class SavedView(Record):
    """A list of some resource as somebody wants to see it again. `audience`, by which it is found, is its owner or everybody."""

    class Meta:
        table_name = table("staff")

    prefix = "viw"
    searched = ("name", "resource")
    paths = (Path("gsi2", by=("audience", "resource")), Path("gsi3", by=("audience",)))

    name = Text()
    resource = Text()
    query = Json(default=dict)
    columns = Json(default=list)
    shared = Flag(default=False)
    owner_id = Text()
    audience = Text()


class StaffView(View):
    name: str
    email: Email
    role: Role
    status: StaffStatus


class SavedViewView(View):
    name: str
    resource: str
    query: dict[str, str]
    columns: list[str]
    shared: bool
    owner_id: str


Name = Annotated[str, Field(min_length=1, max_length=80)]
Query = Annotated[dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=500)]], Field(max_length=20)]
Columns = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=60)]
Shared = Annotated[bool, Field(strict=True)]


class SavedViewCreate(Body):
    """`resource` is the last part of a list's address, such as `tenants`; `query` what follows it, `columns` what is shown."""

    name: Name
    resource: str = Field(pattern="^[a-z]+([-/][a-z]+)*$", max_length=60, examples=["tenants"])
    query: Query = {}
    columns: Columns = []
    shared: Shared = False
    extra: dict[str, Any] = {}


class SavedViewUpdate(Body):
    name: Name = ""
    query: Annotated[dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=500)] | None], Field(max_length=20)] = {}
    columns: Columns = []
    shared: Shared = False
    extra: dict[str, Any] = {}


class Login(Body):
    email: str = Field(max_length=254)
    password: str = Field(max_length=256)


class Session(BaseModel):
    """The access token lives in memory; what renews it is in a cookie that no script reads."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: int


STAFF = Resource(name="staff", record=Staff, view=StaffView, filters=(*COMMON, "role", "status", "email", "name"))
VIEWS = Resource(name="staff", segment="staff/views", record=SavedView, view=SavedViewView, create=SavedViewCreate, update=SavedViewUpdate,
                 filters=(*COMMON, "resource", "name", "shared", "owner_id"), permission="staff.views")
