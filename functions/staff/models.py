"""The owner's own staff (GlobalUser), their roles, invitations, sessions and saved views."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, StrictBool

from kernel.config import table
from kernel.fields import Email, Language
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time
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
    unaudited = frozenset({"subject", "recovery_codes"})
    searched = ("name", "email")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("role",)), Path("gsi4", sort="name"))

    name = Text()
    email = Text()
    role = Text()
    status = Text(default=StaffStatus.ACTIVE)
    subject = Text()
    mfa = Flag(default=False)  # whether sign-in asks for a code
    language = Text(null=True)  # of the console; none: the company's, as with `zone`
    zone = Text(null=True)
    theme = Text(default="system")
    shortcuts = Flag(default=True)
    recovery_codes = Json(default=list)  # SHA-256 of those that are left


class EndReason(StrEnum):
    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    REUSED = "reused"
    PASSWORD_CHANGED = "password_changed"
    DISABLED = "disabled"


class Session(Record):
    """A sign-in of a member of staff. What lets them in is its item in the principals' table, `key`, which goes with the end of it."""

    class Meta:
        table_name = table("staff")

    prefix = "ses"
    searched = ("user_agent",)
    unaudited = frozenset({"key"})
    paths = (Path("gsi1", bucket=True), Path("gsi2", by=("staff_id",)))

    staff_id = Text()
    key = Text()
    mfa = Flag(default=False)  # whether a code was given
    ip_hash = Text(null=True)
    user_agent = Text()
    last_seen_at = Time()  # when it was last renewed
    expires_at = Time()
    ended_at = Time(null=True)
    end_reason = Text(null=True)


class CustomRole(Record):
    """A role that the owner has made. What it permits is also in the principals' item `roles`, where every request reads it."""

    class Meta:
        table_name = table("staff")

    prefix = "rol"
    searched = ("name",)
    paths = (Path("gsi1"), Path("gsi4", sort="name"))

    name = Text()
    description = Text(default="")
    permissions = Json(default=list)


class InvitationStatus(StrEnum):
    PENDING = "pending"  # until `expires_at`
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class Invitation(Record):
    """Someone is asked to become a member of staff. With `nonce` its link is made anew wherever it is needed, and so is stored nowhere."""

    class Meta:
        table_name = table("staff")

    prefix = "ivt"
    unaudited = frozenset({"nonce"})
    searched = ("name", "email")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi4", sort="name"))

    name = Text()
    email = Text()
    role = Text()
    status = Text(default=InvitationStatus.PENDING)
    expires_at = Time()
    invited_by = Text()
    language = Text(default="en")
    nonce = Text()
    staff_id = Text(null=True)  # who they became


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
    position = Integer(default=0)  # its place among the tabs of its list
    owner_id = Text()
    audience = Text()


class StaffView(View):
    """`role` is a built-in one, or the id of one of your own."""

    name: str
    email: Email
    role: str
    status: StaffStatus
    mfa: bool


class SessionView(View):
    """`last_seen_at` is when it was last renewed, `mfa` whether a code was given. It is over with `ended_at`, or at `expires_at`."""

    staff_id: str
    mfa: bool
    ip_hash: str | None
    user_agent: str
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: EndReason | None


class RoleView(View):
    name: str
    description: str
    permissions: list[str]


class InvitationView(View):
    """A pending one can be accepted until `expires_at`."""

    name: str
    email: Email
    role: str
    language: Language
    status: InvitationStatus
    expires_at: datetime
    invited_by: str
    staff_id: str | None


class SavedViewView(View):
    name: str
    resource: str
    query: dict[str, str]
    columns: list[str]
    shared: bool
    position: int
    owner_id: str


Name = Annotated[str, Field(min_length=1, max_length=80)]
Query = Annotated[dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=500)]], Field(max_length=20)]
Columns = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=60)]
Shared = StrictBool
Position = Annotated[int, Field(strict=True, ge=0, le=999)]


class SavedViewCreate(Body):
    """`resource` is the last part of a list's address, such as `tenants`; `query` what follows it, `columns` what is shown."""

    name: Name
    resource: str = Field(pattern="^[a-z]+([-/][a-z]+)*$", max_length=60, examples=["tenants"])
    query: Query = {}
    columns: Columns = []
    shared: Shared = False
    position: Position = 0
    extra: dict[str, Any] = {}


class SavedViewUpdate(Body):
    name: Name = ""
    query: Annotated[dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=500)] | None], Field(max_length=20)] = {}
    columns: Columns = []
    shared: Shared = False
    position: Position = 0
    extra: dict[str, Any] = {}


RoleName = Annotated[str, Field(pattern="^([a-z]+|rol_[0-9A-Z]{26})$", max_length=40, examples=["viewer"])]
Permissions = Annotated[list[Annotated[str, Field(max_length=60)]],
                        Field(min_length=1, max_length=200, examples=[["*.read", "tenants.write"]])]


class StaffUpdate(Body):
    """`role`: a built-in one, or the id of one of your own."""

    name: Name = ""
    role: RoleName = Role.VIEWER
    extra: dict[str, Any] = {}


class CustomRoleCreate(Body):
    """`permissions` as `GET /v1/staff/permissions` lists them; of each, resource or verb, or both, may be `*`."""

    name: Name
    description: str = Field(default="", max_length=500)
    permissions: Permissions
    extra: dict[str, Any] = {}


class CustomRoleUpdate(Body):
    name: Name = ""
    description: Annotated[str, Field(max_length=500)] = ""
    permissions: Permissions = []
    extra: dict[str, Any] = {}


class InvitationCreate(Body):
    name: Name
    email: Email
    role: RoleName
    language: Language = "en"
    extra: dict[str, Any] = {}


class Permission(BaseModel):
    """Something that a role may permit, and the built-in roles that do."""

    permission: str
    held_by: list[Role]


class Grantable(BaseModel):
    """`roles`: what each built-in role permits; `tenants`: what a tenant's key may hold."""

    data: list[Permission]
    roles: dict[Role, list[str]]
    tenants: list[str]


STAFF = Resource(name="staff", record=Staff, view=StaffView, update=StaffUpdate,
                 filters=(*COMMON, "role", "status", "email", "name", "mfa"))
VIEWS = Resource(name="staff", segment="staff/views", record=SavedView, view=SavedViewView, create=SavedViewCreate, update=SavedViewUpdate,
                 filters=(*COMMON, "resource", "name", "shared", "position", "owner_id"), permission="staff.views")
CUSTOM_ROLES = Resource(name="staff", segment="staff/roles", record=CustomRole, view=RoleView, create=CustomRoleCreate,
                        update=CustomRoleUpdate, filters=(*COMMON, "name", "description"), match_required=True)
INVITATIONS = Resource(name="staff", segment="staff/invitations", record=Invitation, view=InvitationView, create=InvitationCreate,
                       filters=(*COMMON, "email", "name", "role", "language", "status", "expires_at", "invited_by", "staff_id"))
SESSIONS = Resource(name="staff", segment="staff/sessions", record=Session, view=SessionView, permission="staff.sessions",
                    filters=(*COMMON, "staff_id", "mfa", "last_seen_at", "expires_at", "ended_at", "end_reason"))
