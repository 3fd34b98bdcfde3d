"""/v1/articles: standard verbs, POST …/preview   POST …/{id}/submit|return|publish|archive|reopen|restore-version|vote
GET …/{id}/versions|votes   and for everybody GET /v1/public/articles[/{slug}]   POST /v1/public/articles/{slug}/vote"""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.articles import reading, service
from functions.articles.models import (
    ARTICLES,
    ArticleCreate,
    ArticlePreview,
    ArticlePreviewBody,
    ArticleUpdate,
    ArticleVersions,
    ArticleView,
    PublicArticle,
    PublicArticles,
    RestoreVersion,
    Vote,
    Votes,
)
from kernel.commit import again
from kernel.config import hashed
from kernel.http import Api, Id, requires
from kernel.problems import BadRequest, Forbidden
from kernel.quotas import Limit
from kernel.resource import answer, made
from kernel.verbs import mount

Slug = Annotated[str, Path(max_length=80)]
READING = Limit("public-articles", 120, 60)
handler = Api(public=("/v1/public/articles", "/v1/public/articles/*"), per_ip={
    "/v1/public/articles": READING, "/v1/public/articles/<slug>": READING,
    "/v1/public/articles/<slug>/vote": Limit("public-votes", 10, 60, closed=True)})
mount(handler, ARTICLES, verbs=("list", "get", "timeline", "bulk"))
may_read, may_write, may_publish = requires("articles.read"), requires("articles.write"), requires("articles.publish")


@handler.get("/v1/public/articles", operation_id="readArticles")
def read_public(category: Annotated[str | None, Query(max_length=60)] = None,
                q: Annotated[str | None, Query(max_length=200)] = None) -> PublicArticles:
    """What anybody may read, without the texts. `q`: words that it has, or their beginnings."""
    if unknown := sorted(handler.query().keys() - {"category", "q"}):
        raise BadRequest(f"this takes no {unknown[0]}", code="unknown_filter", field=unknown[0], allowed=["category", "q"])
    return reading.articles(category, q)


@handler.get("/v1/public/articles/<slug>", operation_id="readArticle")
def read_one(slug: Slug) -> PublicArticle:
    """One article as it was published last, also by an address that it had before."""
    return reading.article(slug)


@handler.post("/v1/public/articles/<slug>/vote", operation_id="voteOnArticle")
def vote_publicly(slug: Slug, body: Vote) -> Votes:
    """Whether it has helped. One vote for each address, which can be changed."""
    ip = handler.current_event.request_context.http.source_ip
    return reading.vote_publicly(slug, f"ip:{hashed(ip)}", body.helpful)


@handler.post("/v1/articles/preview", middlewares=may_read, operation_id="previewArticle")
def preview(body: ArticlePreviewBody) -> ArticlePreview:
    """How a text is going to look. Nothing is kept."""
    return reading.preview(body.body)


@handler.post("/v1/articles", middlewares=may_write, status_code=201)
def post(body: ArticleCreate) -> Response[ArticleView]:
    return made(ARTICLES, service.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/articles/<id>", middlewares=may_write)
def patch(id: Id, body: ArticleUpdate) -> Response[ArticleView]:
    publishes = handler.principal.may("articles.publish")
    return answer(again(lambda: service.update(id, body, publishes=publishes, actor=handler.actor, at=handler.at)), ArticleView)


@handler.delete("/v1/articles/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    service.delete(id, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/articles/<id>/restore", middlewares=may_write)
def restore(id: Id) -> Response[ArticleView]:
    return answer(service.restore(id, actor=handler.actor, at=handler.at), ArticleView)


@handler.post("/v1/articles/<id>/submit", middlewares=may_write)
def submit(id: Id) -> Response[ArticleView]:
    """Somebody else is to look at it."""
    return answer(service.move(id, "submit", actor=handler.actor, at=handler.at), ArticleView)


@handler.post("/v1/articles/<id>/return", middlewares=may_write)
def return_(id: Id) -> Response[ArticleView]:
    """It is not ready yet."""
    return answer(service.move(id, "return", actor=handler.actor, at=handler.at), ArticleView)


@handler.post("/v1/articles/<id>/publish", middlewares=may_publish)
def publish(id: Id) -> Response[ArticleView]:
    """What is written is what its readers see from now on."""
    return answer(service.publish(id, actor=handler.actor, at=handler.at), ArticleView)


@handler.post("/v1/articles/<id>/archive", middlewares=may_publish)
def archive(id: Id) -> Response[ArticleView]:
    """No reader sees it any more."""
    return answer(service.move(id, "archive", actor=handler.actor, at=handler.at), ArticleView)


@handler.post("/v1/articles/<id>/reopen", middlewares=may_write)
def reopen(id: Id) -> Response[ArticleView]:
    """What was archived is worked on again."""
    return answer(service.move(id, "reopen", actor=handler.actor, at=handler.at), ArticleView)


@handler.post("/v1/articles/<id>/restore-version", middlewares=may_write)
def restore_version(id: Id, body: RestoreVersion) -> Response[ArticleView]:
    """What was once published is the draft again. Readers see no change before that is published."""
    return answer(service.restore_version(id, body.edition, actor=handler.actor, at=handler.at), ArticleView)


@handler.get("/v1/articles/<id>/versions", middlewares=may_read)
def read_versions(id: Id) -> ArticleVersions:
    """What was published of it, newest first."""
    return service.versions(id)


@handler.post("/v1/articles/<id>/vote", middlewares=requires("articles.read", tenants=True))
def vote(id: Id, body: Vote) -> Votes:
    """Whether it has helped the caller. One vote each, which can be changed."""
    caller = handler.principal
    if caller.impersonation:
        raise Forbidden("who acts as a tenant has no vote")
    return reading.vote(id, caller.id, body.helpful, tenants=caller.tenant_id is not None)


@handler.get("/v1/articles/<id>/votes", middlewares=may_read)
def read_votes(id: Id) -> Votes:
    """How many it has helped, and how many not."""
    return reading.votes(id)
