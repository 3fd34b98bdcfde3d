"""Feature flags: what is switched on for whom, and who is served which variant."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Json, Record, Text
from kernel.resource import Resource
from kernel.views import COMMON, View


class FlagKind(StrEnum):
    """A `number` is always served with a decimal point, an `integer` never: clients of both kinds are strict about it."""

    BOOLEAN = "boolean"
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    JSON = "json"


class FlagStatus(StrEnum):
    ACTIVE = "active"
    KILLED = "killed"  # everybody is served the off variant, whatever the rules say


class Operator(StrEnum):
    EQUALS = "equals"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    LESS = "lt"
    AT_MOST = "lte"
    MORE = "gt"
    AT_LEAST = "gte"
    SEMVER_EQUALS = "semver_equals"
    SEMVER_LESS = "semver_lt"
    SEMVER_AT_MOST = "semver_lte"
    SEMVER_MORE = "semver_gt"
    SEMVER_AT_LEAST = "semver_gte"
    EXISTS = "exists"
    NOT_EXISTS = "not_exists"


class EvaluationReason(StrEnum):
    """Why a variant is served, as OpenFeature names it."""

    STATIC = "STATIC"
    TARGETING_MATCH = "TARGETING_MATCH"
    SPLIT = "SPLIT"
    DEFAULT = "DEFAULT"
    DISABLED = "DISABLED"


class EvaluationError(StrEnum):
    """Why no variant is served, as OpenFeature names it."""

    PARSE_ERROR = "PARSE_ERROR"
    TARGETING_KEY_MISSING = "TARGETING_KEY_MISSING"
    INVALID_CONTEXT = "INVALID_CONTEXT"
    FLAG_NOT_FOUND = "FLAG_NOT_FOUND"


class Flag(Record):
    """A flag. Its `key`, which programs know it by, is one flag's alone by the marker `key#<key>`, and never changes.

    What it was at version n is its child `version#<n>`, whole, since the audit log shortens long values.
    """

    class Meta:
        table_name = table("flags")

    prefix = "flg"
    retention = None  # programs go on asking for its key
    searched = ("key", "description")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi4", sort="key"))

    key = Text()
    description = Text(default="")
    kind = Text(default=FlagKind.BOOLEAN)
    status = Text(default=FlagStatus.ACTIVE)
    variants = Json(default=list)
    default_variant = Text()
    off_variant = Text()
    rules = Json(default=list)
    salt = Text()


Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", examples=["new-checkout"])]
VariantName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$", examples=["on"])]
Attribute = Annotated[str, Field(min_length=1, max_length=100, examples=["plan_id"])]
Description = Annotated[str, Field(max_length=2000)]
_Whole = Annotated[int, Field(strict=True, ge=-(10**15), le=10**15)]
_Fraction = Annotated[float, Field(strict=True, ge=-1e15, le=1e15)]
_Words = Annotated[str, StringConstraints(strip_whitespace=False, max_length=200)]


class FlagVariant(Body):
    """`value` is of the flag's kind; of a `json` flag an object or a list."""

    name: VariantName
    value: Any = Field(examples=[True])


class FlagClause(Body):
    """Whether an attribute of the context is as one of the `values`. One that the context does not have is as none of them."""

    attribute: Attribute
    operator: Operator
    values: Annotated[list[StrictBool | _Whole | _Fraction | _Words], Field(max_length=100)] = []


class FlagShare(Body):
    """`weight`: thousandths of those whom the rule is about."""

    variant: VariantName
    weight: Annotated[int, Field(strict=True, ge=0, le=1000)]


class FlagRule(Body):
    """Serves one `variant`, or a `rollout` of several, to whom all clauses are true of; without clauses to everybody.

    `bucket_by`: the attribute by which a rollout tells one from another; without it, `targetingKey`, or else the tenant.
    """

    name: Annotated[str, Field(max_length=80)] = ""
    clauses: Annotated[list[FlagClause], Field(max_length=20)] = []
    variant: VariantName | None = None
    rollout: Annotated[list[FlagShare], Field(max_length=20)] = []
    bucket_by: Attribute | None = None


Variants = Annotated[list[FlagVariant], Field(min_length=1, max_length=20)]
Rules = Annotated[list[FlagRule], Field(max_length=50)]
_ON_OFF = [FlagVariant(name="on", value=True), FlagVariant(name="off", value=False)]


class FlagView(View):
    key: str
    description: str
    kind: FlagKind
    status: FlagStatus
    variants: list[FlagVariant]
    default_variant: str
    off_variant: str
    rules: list[FlagRule]
    salt: str


class FlagCreate(Body):
    """Without `variants` it is `on` or `off`. `salt`, unless given its key: two flags with one salt choose the same contexts."""

    key: Key
    description: Description = ""
    kind: FlagKind = FlagKind.BOOLEAN
    variants: Variants = _ON_OFF
    default_variant: VariantName = "off"
    off_variant: VariantName = "off"
    rules: Rules = []
    salt: Key | None = None
    extra: dict[str, Any] = {}


class FlagUpdate(Body):
    """Lists are replaced whole. Another `salt` chooses other contexts."""

    description: Description = ""
    variants: Variants = _ON_OFF
    default_variant: VariantName = ""
    off_variant: VariantName = ""
    rules: Rules = []
    salt: Key = ""
    extra: dict[str, Any] = {}


class FlagVersion(BaseModel):
    """What a flag was at a version: what a PATCH takes to make it so again."""

    version: int
    status: FlagStatus
    description: str
    variants: list[FlagVariant]
    default_variant: str
    off_variant: str
    rules: list[FlagRule]
    salt: str


class Preview(Body):
    """For whom: tenants, contexts as a program would send them, or both. `rules`: as they might become; nothing is saved."""

    tenant_ids: Annotated[list[Annotated[str, Field(pattern="^ten_[A-Za-z0-9_]{1,36}$")]], Field(max_length=100)] = []
    contexts: Annotated[list[dict[str, Any]], Field(max_length=100)] = []
    rules: Rules | None = None


class Previewed(BaseModel):
    """What one of them is served: `tenant_id` for a tenant, null for a context. Without a variant, `error` says why."""

    tenant_id: str | None
    value: Any
    variant: str | None
    reason: EvaluationReason | None
    error: EvaluationError | None


class PreviewedShare(BaseModel):
    """`per_mille`: of a thousand, rounded."""

    variant: str
    count: int
    per_mille: int


class FlagPreview(BaseModel):
    """In the order of the request, tenants first; `shares` in the order of the flag's variants."""

    data: list[Previewed]
    shares: list[PreviewedShare]


class Evaluation(BaseModel):
    """A request of the OpenFeature Remote Evaluation Protocol."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    context: dict[str, Any] | None = Field(default=None, examples=[{"targetingKey": "user-1"}])


class Evaluated(BaseModel):
    """A flag for one context. `metadata`: the flag's version."""

    key: str
    value: Any
    variant: str
    reason: EvaluationReason
    metadata: dict[str, Any]


class ContextRefused(BaseModel):
    """Nothing could be evaluated. The names are the protocol's own."""

    errorCode: EvaluationError
    errorDetails: str


class NotEvaluated(ContextRefused):
    """A flag that could not be evaluated."""

    key: str


class AllEvaluated(BaseModel):
    """Every flag for one context, by key. One that could not be evaluated says so beside the others."""

    flags: list[Evaluated | NotEvaluated]


FLAGS = Resource(name="flags", record=Flag, view=FlagView, create=FlagCreate, update=FlagUpdate, filters=(
    *COMMON, "key", "description", "kind", "status", "default_variant", "off_variant", "salt"), match_required=True)
