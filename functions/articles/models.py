"""An article of the knowledge base: a draft that staff work on, and the versions of it that were published."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, StrictBool

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class ArticleStatus(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Visibility(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


class Article(Record):
    """Title, summary, category and body are the draft's; `edition` is the number of what was published last, `pending` whether the draft
    differs from it, `shown` what a list says of it: {"title", "summary", "category"}, `words` by which it is found. `shelf` is "public"
    while anybody may read it.

    Its children `version#<edition>` are what was published: {"title", "summary", "category", "body", "at", "by"}. `votes` counts those whom
    it has helped and those whom it has not; the items `vote#<article>#<voter>` say what each has said. A slug belongs to one article, by
    the marker `slug#<slug>`; so do its `former` ones, the newest last, which lead to it as well.
    """

    class Meta:
        table_name = table("articles")

    prefix = "art"
    searched = ("title", "slug", "summary", "body")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("category",)), Path("gsi4", sort="title"),
             Path("gsi5", by=("shelf",), sort="published_at", where={"shelf": ("public",)}))

    title = Text()
    slug = Text()
    former = Json(default=list)
    summary = Text(null=True)
    category = Text(null=True)
    body = Text()
    visibility = Text(default=Visibility.INTERNAL)
    status = Text(default=ArticleStatus.DRAFT)
    shelf = Text(null=True)
    shown = Json(default=dict)
    words = Text(null=True)
    edition = Integer(default=0)
    pending = Flag(default=True)
    published_at = Time(null=True)


class ArticleView(View):
    title: str
    slug: str
    summary: str | None
    category: str | None
    body: str
    visibility: Visibility
    status: ArticleStatus
    edition: int
    pending: bool
    published_at: datetime | None


Title = Annotated[str, Field(min_length=1, max_length=160)]
Slug = Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Summary = Annotated[str, Field(min_length=1, max_length=300)]
Category = Annotated[str, Field(min_length=1, max_length=60)]
Markdown = Annotated[str, Field(min_length=1, max_length=10_000)]


class ArticleCreate(Body):
    """`body` is Markdown. Without a `slug` it is made of the title. `internal`: for staff alone."""

    title: Title
    slug: Slug | None = None
    summary: Summary | None = None
    category: Category | None = None
    body: Markdown
    visibility: Visibility = Visibility.INTERNAL
    extra: dict[str, Any] = {}


class ArticleUpdate(Body):
    """Of what was published, its readers see a change when it is published again, but who they are, and where they find it, counts at
    once: the address that it had leads to it from then on."""

    title: Title = ""
    slug: Slug = ""
    summary: Summary | None = None
    category: Category | None = None
    body: Markdown = ""
    visibility: Visibility = Visibility.INTERNAL
    extra: dict[str, Any] = {}


class ArticlePreviewBody(Body):
    body: Markdown


class ArticlePreview(BaseModel):
    """The text as its readers get to see it: HTML without anything that could run, load or send."""

    html: str


class ArticleVersion(BaseModel):
    """`by`: the member of staff who published it."""

    edition: int
    title: str
    summary: str | None
    category: str | None
    body: str
    at: datetime
    by: str


class ArticleVersions(BaseModel):
    """The newest first; at most 20."""

    data: list[ArticleVersion]


class RestoreVersion(Body):
    edition: Annotated[int, Field(strict=True, ge=1, le=10**6)]


class Vote(Body):
    helpful: StrictBool


class Votes(BaseModel):
    helpful: int
    unhelpful: int


class PublicArticle(BaseModel):
    """What anybody may read of one. `slug` is where it is now, by whichever address it was asked for. `html` is safe as it is; in a list
    it is left out."""

    slug: str
    title: str
    summary: str | None
    category: str | None
    published_at: datetime
    html: str | None = None


class PublicArticles(BaseModel):
    """The newest first, at most 100 of those that fit."""

    data: list[PublicArticle]


ARTICLES = Resource(name="articles", record=Article, view=ArticleView, filters=(
    *COMMON, "status", "visibility", "category", "title", "slug", "summary", "edition", "pending", "published_at"))
