"""/v1/content: standard verbs, POST …/{id}/uploads|editions|submit|publish|reject|retire|buy   GET …/{id}/editions|earnings
and /v1/content/entitlements with list, get, timeline, retry, POST …/{id}/download|cancel"""

from aws_lambda_powertools.event_handler import Response

from functions.content import billing, buying, service
from functions.content.models import (
    CONTENT,
    ENTITLEMENTS,
    Buy,
    ContentCreate,
    ContentReject,
    ContentUpdate,
    ContentUpload,
    ContentUploadCreate,
    ContentView,
    Earnings,
    EditionAttach,
    Editions,
    Entitlement,
    EntitlementLink,
    EntitlementView,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, ENTITLEMENTS, verbs=("list", "get", "retry", "timeline", "bulk"))
mount(handler, CONTENT, verbs=("list", "get", "restore", "timeline", "bulk"))
handler.shows[EntitlementLink] = Entitlement, ENTITLEMENTS.path
may_read, may_write, may_publish = requires("content.read"), requires("content.write"), requires("content.publish")


@handler.post("/v1/content/entitlements/<id>/download", middlewares=requires("content.download", tenants=True))
def download(id: Id) -> Response[EntitlementLink]:
    """Counts a download; `url` is where the newest edition is for two minutes. It is in this answer alone."""
    entitlement, link = again(lambda: buying.download(id, actor=handler.actor, at=handler.at))
    handler.show_once(url=link)
    return answer(entitlement, EntitlementLink)


@handler.post("/v1/content/entitlements/<id>/cancel", middlewares=may_write)
def cancel(id: Id) -> Response[EntitlementView]:
    """What recurs ends with its period, or now where that is not paid."""
    return answer(buying.cancel(id, actor=handler.actor, at=handler.at), EntitlementView)


@handler.post("/v1/content", middlewares=may_write, status_code=201)
def post(body: ContentCreate) -> Response[ContentView]:
    return made(CONTENT, service.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/content/<id>", middlewares=may_write)
def patch(id: Id, body: ContentUpdate) -> Response[ContentView]:
    return answer(again(lambda: service.update(id, body, actor=handler.actor, at=handler.at)), ContentView)


@handler.delete("/v1/content/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    """A draft. What was published is retired instead."""
    service.delete(id, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/content/<id>/uploads", middlewares=may_write)
def post_upload(id: Id, body: ContentUploadCreate) -> ContentUpload:
    """A link to send a file of this size and SHA-256 by, within 15 minutes."""
    return service.upload(id, body)


@handler.post("/v1/content/<id>/editions", middlewares=may_write)
def attach(id: Id, body: EditionAttach) -> Response[ContentView]:
    """What was sent becomes the next edition, which waits to be reviewed."""
    return answer(service.attach(id, body, actor=handler.actor, at=handler.at), ContentView)


@handler.get("/v1/content/<id>/editions", middlewares=may_read)
def read_editions(id: Id) -> Editions:
    """All editions of its file, newest first."""
    return service.editions(id)


@handler.post("/v1/content/<id>/submit", middlewares=may_write)
def submit(id: Id) -> Response[ContentView]:
    """It is to be reviewed."""
    return answer(service.submit(id, actor=handler.actor, at=handler.at), ContentView)


@handler.post("/v1/content/<id>/publish", middlewares=may_publish)
def publish(id: Id) -> Response[ContentView]:
    """The edition that waits was reviewed: it is sold, and what buyers get."""
    return answer(service.publish(id, actor=handler.actor, at=handler.at), ContentView)


@handler.post("/v1/content/<id>/reject", middlewares=may_publish)
def reject(id: Id, body: ContentReject) -> Response[ContentView]:
    """The edition that waits is not published, for that reason."""
    return answer(service.reject(id, body.reason, actor=handler.actor, at=handler.at), ContentView)


@handler.post("/v1/content/<id>/retire", middlewares=may_publish)
def retire(id: Id) -> Response[ContentView]:
    """Nobody new buys it; who has it keeps it."""
    return answer(service.retire(id, actor=handler.actor, at=handler.at), ContentView)


@handler.post("/v1/content/<id>/buy", middlewares=requires("content.buy"), status_code=201)
def buy(id: Id, body: Buy) -> Response[EntitlementView]:
    """Gives a tenant the content at today's price: at once where it is free, else once its invoice is paid."""
    return made(ENTITLEMENTS, buying.buy(id, body, actor=handler.actor, at=handler.at))


@handler.get("/v1/content/<id>/earnings", middlewares=may_read)
def read_earnings(id: Id) -> Earnings:
    """What it has brought its creator and the platform, by currency, with its newest sales."""
    return billing.earnings(id)
