"""Content that creators sell through the platform, with its file and price; and the entitlement of each tenant that has bought it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from functions.content.rules import ContentState, EntitlementState, Pricing
from kernel.calendar import Interval
from kernel.config import table
from kernel.fields import Email
from kernel.http import Body
from kernel.money import Amount, Currency, Money
from kernel.paths import Path
from kernel.records import Integer, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View

MAX_SIZE = 100 * 1024 * 1024


class ContentCategory(StrEnum):
    COURSE = "course"
    DATASET = "dataset"
    DOCUMENT = "document"
    MEDIA = "media"
    TEMPLATE = "template"
    OTHER = "other"


class ContentKind(StrEnum):
    FILE = "file"


class Content(Record):
    """`edition` is what buyers get, 0 while there is none; `pending_edition` waits to be reviewed. `price` is minor units of `currency`.

    Its children: `edition#<n>` (an `Edition`), `sale#<invoice>` (a `Sale`), and `totals#<currency>`, which holds the sum of the sales.
    """

    class Meta:
        table_name = table("content")

    prefix = "cnt"
    searched = ("title", "creator_name", "creator_email")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("category",)), Path("gsi4", sort="title"))

    title = Text()
    description = Text(default="")
    category = Text(default=ContentCategory.OTHER)
    kind = Text(default=ContentKind.FILE)
    status = Text(default=ContentState.DRAFT)
    creator_name = Text()
    creator_email = Text()
    creator_share = Integer()  # of a thousand
    pricing = Text(default=Pricing.FREE)
    price = Integer(null=True)
    currency = Text(null=True)
    interval = Text(null=True)
    interval_count = Integer(default=1)
    edition = Integer(default=0)
    pending_edition = Integer(null=True)
    editions = Integer(default=0)  # that were ever attached: the next one's number follows
    file_name = Text(null=True)  # of `edition`
    file_size = Integer(null=True)
    rejected_because = Text(null=True)
    published_at = Time(null=True)
    retired_at = Time(null=True)


class ContentView(View):
    title: str
    description: str
    category: ContentCategory
    kind: ContentKind
    status: ContentState
    creator_name: str
    creator_email: Email
    creator_share: int
    pricing: Pricing
    price: Money | None
    currency: Currency | None
    interval: Interval | None
    interval_count: int
    edition: int
    pending_edition: int | None
    editions: int
    file_name: str | None
    file_size: int | None
    rejected_because: str | None
    published_at: datetime | None
    retired_at: datetime | None


Title = Annotated[str, Field(min_length=1, max_length=120)]
Description = Annotated[str, Field(max_length=4000)]
Share = Annotated[int, Field(strict=True, ge=0, le=1000)]
Count = Annotated[int, Field(strict=True, ge=1, le=60)]


class ContentCreate(Body):
    """`creator_share`: how much of a thousand the creator gets of a sale. What is not free has a `price` in minor
    units of `currency`, what recurs an `interval`."""

    title: Title
    description: Description = ""
    category: ContentCategory = ContentCategory.OTHER
    creator_name: Annotated[str, Field(min_length=1, max_length=120)]
    creator_email: Email
    creator_share: Share = 700
    pricing: Pricing = Pricing.FREE
    price: Annotated[Amount, Field(gt=0)] | None = None
    currency: Currency | None = None
    interval: Interval | None = None
    interval_count: Count = 1
    extra: dict[str, Any] = {}


class ContentUpdate(ContentCreate):
    """Who has bought it keeps the price and the creator's share that were agreed then."""

    title: Title = ""
    creator_name: Annotated[str, Field(min_length=1, max_length=120)] = ""
    creator_email: Email = ""


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["0" * 64])]
_FILE_NAME = r"^[^\x00-\x1f\x7f/\\]+\.[A-Za-z0-9]{1,8}$"
FileName = Annotated[str, Field(min_length=3, max_length=120, pattern=_FILE_NAME, examples=["guide.pdf"])]


class ContentUploadCreate(Body):
    size: Annotated[int, Field(strict=True, ge=1, le=MAX_SIZE)]
    sha256: Sha256


class ContentUpload(BaseModel):
    """Where the file is sent by PUT, with these headers, until `expires_at`; then it is attached by its `upload_id`."""

    upload_id: str
    url: Annotated[str, Field(json_schema_extra={"format": "uri"})]
    headers: dict[str, str]
    expires_at: datetime


class EditionAttach(Body):
    """`upload_id`: of what was uploaded; `sha256`: what it must be."""

    upload_id: Annotated[str, Field(pattern="^upl_[0-9A-Z]{26}$", examples=["upl_01KGA0000000000000000000U0"])]
    filename: FileName
    sha256: Sha256
    notes: str = Field(default="", max_length=1000)


class Edition(BaseModel):
    """`reviewed_by` is None until it is published."""

    number: int
    filename: str
    size: int
    sha256: str
    media_type: str
    notes: str
    attached_by: str
    attached_at: datetime
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None


class Editions(BaseModel):
    """Newest first."""

    data: list[Edition]


class ContentReject(Body):
    reason: str = Field(min_length=1, max_length=500)


class Buy(Body):
    tenant_id: str = Field(max_length=40)


class Sale(BaseModel):
    """What one paid invoice has brought, in minor units: `amount` is `creator` and `fee` together, `reversed` what went back of it."""

    invoice_id: str
    entitlement_id: str
    tenant_id: str
    sold_at: datetime
    currency: Currency
    amount: Amount
    creator: Amount
    fee: Amount
    creator_reversed: Amount = 0
    fee_reversed: Amount = 0


class SalesTotal(BaseModel):
    """Of all sales in one currency, in minor units; `creator` and `fee` are what is left after refunds."""

    currency: Currency
    sales: int
    amount: Amount
    creator: Amount
    fee: Amount
    reversed: Amount


class Earnings(BaseModel):
    """`sales`: at most the 100 that belong to the newest invoices."""

    totals: list[SalesTotal]
    sales: list[Sale]


class Entitlement(Record):
    """Price, interval and the creator's share are as they were when it was bought. `invoice_id` is of the running period.

    The marker `invoice#<id>` leads from each of its invoices back to it, `holds#<tenant>#<content>` to the one that counts.
    """

    class Meta:
        table_name = table("content")

    prefix = "ent"
    retention = None  # its invoices and sales refer to it
    searched = ("title", "tenant_id")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("tenant_id",)), Path("gsi4", by=("content_id",)))

    tenant_id = Text()
    content_id = Text()
    title = Text()
    status = Text(default=EntitlementState.PENDING)
    pricing = Text()
    price = Integer(null=True)
    currency = Text(null=True)
    interval = Text(null=True)
    interval_count = Integer(default=1)
    creator_share = Integer()
    zone = Text()
    anchor = Time(null=True)
    period_start = Time(null=True)
    period_end = Time(null=True)
    invoice_id = Text(null=True)
    canceled_at = Time(null=True)
    ended_at = Time(null=True)
    downloads = Integer(default=0)
    downloaded_at = Time(null=True)
    url = Text(null=True)  # an address is never stored: it joins the one answer that shows it


class EntitlementView(View):
    tenant_id: str
    content_id: str
    title: str
    status: EntitlementState
    pricing: Pricing
    price: Money | None
    currency: Currency | None
    interval: Interval | None
    interval_count: int
    period_start: datetime | None
    period_end: datetime | None
    invoice_id: str | None
    canceled_at: datetime | None
    ended_at: datetime | None
    downloads: int
    downloaded_at: datetime | None
    next_action_at: datetime | None
    stuck: str | None
    clock_id: str | None


class EntitlementLink(EntitlementView):
    """With the address of the newest edition, which needs no further permission and works for two minutes. It is shown this once; a repeat
    of the request is answered without it."""

    url: str | None


CONTENT = Resource(name="content", record=Content, view=ContentView, filters=(
    *COMMON, "title", "description", "category", "kind", "status", "creator_name", "creator_email", "creator_share", "pricing", "price",
    "currency", "interval", "interval_count", "edition", "pending_edition", "published_at", "retired_at"))
ENTITLEMENTS = Resource(name="content", segment="content/entitlements", record=Entitlement, view=EntitlementView, filters=(
    *COMMON, "tenant_id", "content_id", "title", "status", "pricing", "price", "currency", "interval", "period_start", "period_end",
    "invoice_id", "canceled_at", "ended_at", "downloads", "downloaded_at", "next_action_at", "stuck", "clock_id"))
