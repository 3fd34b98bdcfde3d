"""/v1/announcements: standard verbs, GET …/current   POST …/preview   POST …/{id}/publish|withdraw|read|dismiss   GET …/{id}/seen"""

from aws_lambda_powertools.event_handler import Response

from functions.announcements import readers, service
from functions.announcements.markdown import html
from functions.announcements.models import (
    ANNOUNCEMENTS,
    Announcement,
    AnnouncementCreate,
    AnnouncementPreview,
    AnnouncementPreviewBody,
    AnnouncementUpdate,
    AnnouncementView,
    Current,
    Seen,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, ANNOUNCEMENTS, verbs=("list", "get", "restore", "retry", "timeline", "bulk"))
may_read, may_write, may_see = requires("announcements.read"), requires("announcements.write"), requires("announcements.read", tenants=True)


@handler.get("/v1/announcements/current", middlewares=may_see, operation_id="readCurrentAnnouncements")
def read_current() -> Current:
    """What is live for the caller: of a tenant's key what addresses its tenant, of staff all there is."""
    return readers.current(handler.principal, at=handler.at)


@handler.post("/v1/announcements/preview", middlewares=may_read, operation_id="previewAnnouncement")
def preview(body: AnnouncementPreviewBody) -> AnnouncementPreview:
    """How a text is going to look. Nothing is kept."""
    return AnnouncementPreview(html=html(body.body))


@handler.post("/v1/announcements", middlewares=may_write, status_code=201)
def post(body: AnnouncementCreate) -> Response[AnnouncementView]:
    return made(ANNOUNCEMENTS, service.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/announcements/<id>", middlewares=may_write)
def patch(id: Id, body: AnnouncementUpdate) -> Response[AnnouncementView]:
    return answer(again(lambda: service.update(id, body, actor=handler.actor, at=handler.at)), AnnouncementView)


@handler.delete("/v1/announcements/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    service.delete(id, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/announcements/<id>/publish", middlewares=may_write)
def publish(id: Id) -> Response[AnnouncementView]:
    """Those whom it is for see it from its beginning on, or from now. Whom that is cannot change any more."""
    return answer(service.publish(id, actor=handler.actor, at=handler.at), AnnouncementView)


@handler.post("/v1/announcements/<id>/withdraw", middlewares=may_write)
def withdraw(id: Id) -> Response[AnnouncementView]:
    """Takes it back: nobody sees it any more, and no more mails go out."""
    return answer(service.withdraw(id, actor=handler.actor, at=handler.at), AnnouncementView)


@handler.post("/v1/announcements/<id>/read", middlewares=may_see)
def read(id: Id) -> Seen:
    """The caller has read it. Twice is once."""
    return readers.see(id, handler.principal, dismiss=False, at=handler.at)


@handler.post("/v1/announcements/<id>/dismiss", middlewares=may_see)
def dismiss(id: Id) -> Seen:
    """The caller has read it, and wants to see no more of it until its text changes. Twice is once."""
    return readers.see(id, handler.principal, dismiss=True, at=handler.at)


@handler.get("/v1/announcements/<id>/seen", middlewares=may_read)
def read_seen(id: Id) -> Seen:
    """How many have read and dismissed it."""
    return readers.count(Announcement.fetch(id))
