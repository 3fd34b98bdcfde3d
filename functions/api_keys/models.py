"""API keys: of a tenant, which see what is that tenant's, or the owner's own, for automation."""

from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv6Network, ip_network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class KeyStatus(StrEnum):
    ACTIVE = "active"  # until it expires, if it does
    DISABLED = "disabled"
    REVOKED = "revoked"  # for ever


class Environment(StrEnum):
    LIVE = "live"
    TEST = "test"


class ApiKey(Record):
    """A key without its plain text. `digest` names its principal, which is written in the same commit (`kernel.keys`)."""

    class Meta:
        table_name = table("api_keys")

    prefix = "key"
    searched = ("name", "last4")
    unaudited = frozenset({"digest"})
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("tenant_id",)), Path("gsi4", sort="name"),
             Path("gsi5", by=("plan_id",)))

    tenant_id = Text(null=True)
    name = Text()
    environment = Text()
    last4 = Text()
    scopes = Json(default=list)
    allowed_ips = Json(default=list)
    expires_at = Time(null=True)
    status = Text(default=KeyStatus.ACTIVE)
    suspended = Flag(default=False)  # its tenant may not use the product for the time being
    limits = Json(default=list)
    credits = Json(null=True)
    plan_id = Text(null=True)
    plan_limit = Integer(null=True)  # requests a minute of all keys of the tenant, by its plan
    replaces = Text(null=True)
    replaced_by = Text(null=True)
    created_by = Text()
    counted_as = Text()  # the first of a row of rotations: a new key has what was left of limits and credits
    digest = Text()
    key = Text(null=True)  # the plain text is never stored: it joins the one answer that shows it


class KeyLimit(Body):
    """`limit` requests in `window` seconds."""

    name: str = Field(pattern="^[a-z][a-z0-9_-]{0,31}$", examples=["burst"])
    limit: Annotated[int, Field(strict=True, ge=1, le=10**6)]
    window: Annotated[int, Field(strict=True, ge=1, le=2_678_400)]


class KeyCredits(Body):
    """Requests that a key is good for. A refill sets them to `amount` again: `daily` at 00:00 UTC, or `monthly` on `day` (or the last)."""

    amount: Annotated[int, Field(strict=True, ge=1, le=10**9)]
    refill: Literal["daily", "monthly"] | None = None
    day: Annotated[int, Field(strict=True, ge=1, le=31)] = 1


class ApiKeyView(View):
    tenant_id: str | None
    name: str
    environment: Environment
    last4: str
    scopes: list[str]
    allowed_ips: list[str]
    expires_at: datetime | None
    status: KeyStatus
    suspended: bool
    limits: list[KeyLimit]
    credits: KeyCredits | None
    plan_id: str | None
    plan_limit: int | None
    replaces: str | None
    replaced_by: str | None
    created_by: str


class ApiKeyMade(ApiKeyView):
    """With the plain text, which is shown this once; a repeat of the request is answered without it."""

    key: str | None


class ApiKeyUsage(BaseModel):
    """What is left, as of now. Nothing was used yet where `last_used_at` is null."""

    last_used_at: datetime | None
    credits_left: int | None
    limits: list["LimitUsage"]


class LimitUsage(BaseModel):
    """`remaining` requests at once; all of the limit is there again in `full_in` seconds."""

    name: str
    limit: int
    window: int
    remaining: int
    full_in: int


def _network(text: str) -> str:
    """An address or a range as CIDR, v4 or v6. ValueError where it is none, or host bits are set."""
    found = ip_network(text)
    if isinstance(found, IPv6Network) and (mapped := found.network_address.ipv4_mapped) and found.prefixlen >= 96:
        return str(ip_network(f"{mapped}/{found.prefixlen - 96}"))
    return str(found)


def _distinct(limits: list[KeyLimit]) -> list[KeyLimit]:
    if len({each.name for each in limits}) < len(limits):
        raise ValueError("two limits have one name")
    return limits


Name = Annotated[str, Field(min_length=1, max_length=80)]
Scope = Annotated[str, Field(pattern=r"^(\*|\*\.[a-z_]+|[a-z_]+\.(\*|[a-z_]+))$", max_length=60, examples=["invoices.read"])]
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=100)]
Network = Annotated[str, Field(max_length=50, examples=["192.0.2.0/24"]), AfterValidator(_network)]
Networks = Annotated[list[Network], Field(max_length=50)]
Limits = Annotated[list[KeyLimit], Field(max_length=10), AfterValidator(_distinct)]
End = Annotated[AwareDatetime, Field(lt=datetime(9999, 1, 1, tzinfo=UTC))]  # it is a time in every zone


class ApiKeyCreate(Body):
    """Without a `tenant_id` it is the owner's own key."""

    name: Name
    tenant_id: str | None = Field(default=None, max_length=40)
    environment: Environment = Environment.LIVE
    scopes: Scopes
    allowed_ips: Networks = []
    expires_at: End | None = None
    limits: Limits = []
    credits: KeyCredits | None = None
    extra: dict[str, Any] = {}


class ApiKeyUpdate(Body):
    name: Name = ""
    scopes: Scopes = []
    allowed_ips: Networks = []
    expires_at: End | None = None
    limits: Limits = []
    credits: KeyCredits | None = None
    extra: dict[str, Any] = {}


class Rotate(Body):
    """For how long the old key stays good beside the new one, at most until it would have expired anyway."""

    grace_seconds: Annotated[int, Field(strict=True, ge=0, le=30 * 86400)] = 0


API_KEYS = Resource(name="api_keys", record=ApiKey, view=ApiKeyView, filters=(
    *COMMON, "tenant_id", "name", "environment", "last4", "status", "suspended", "expires_at", "plan_id", "created_by"))
