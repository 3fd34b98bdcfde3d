"""GET /v1/staff[/{id}]   /v1/staff/views: list, get, create, update, delete, restore, timeline   signing in and sessions: see `auth`"""

from aws_lambda_powertools.event_handler import Response

from functions.staff import views
from functions.staff.auth import handler
from functions.staff.models import SESSIONS, STAFF, VIEWS, SavedViewCreate, SavedViewUpdate, SavedViewView
from kernel.commit import again
from kernel.http import Id, requires
from kernel.lists import listing
from kernel.resource import Page, answer, made, sees_deleted
from kernel.timeline import Timeline
from kernel.verbs import mount, timeline_of

mount(handler, STAFF, verbs=("list", "get", "timeline"))
mount(handler, VIEWS, verbs=())  # each of them asks whose view it is
mount(handler, SESSIONS, verbs=())  # and whose session
own_views = requires(VIEWS.may_read)


@handler.get("/v1/staff/views", middlewares=own_views)
def list_views() -> Response[Page]:
    return listing(VIEWS, handler, only={"audience": views.audiences(handler.principal)})


@handler.post("/v1/staff/views", middlewares=own_views, status_code=201)
def post_view(body: SavedViewCreate) -> Response[SavedViewView]:
    return made(VIEWS, views.create(body, handler.principal, actor=handler.actor, at=handler.at))


@handler.get("/v1/staff/views/<id>", middlewares=own_views)
def get_view(id: Id) -> Response[SavedViewView]:
    return answer(views.read(id, handler.principal, deleted=sees_deleted(handler, VIEWS)), SavedViewView)


@handler.patch("/v1/staff/views/<id>", middlewares=own_views)
def patch_view(id: Id, body: SavedViewUpdate) -> Response[SavedViewView]:
    return answer(again(lambda: views.update(id, body, handler.principal, actor=handler.actor, at=handler.at)), SavedViewView)


@handler.delete("/v1/staff/views/<id>", middlewares=own_views, status_code=204)
def delete_view(id: Id) -> Response[None]:
    views.delete(id, handler.principal, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/staff/views/<id>/restore", middlewares=own_views)
def restore_view(id: Id) -> Response[SavedViewView]:
    return answer(views.restore(id, handler.principal, actor=handler.actor, at=handler.at), SavedViewView)


@handler.get("/v1/staff/views/<id>/timeline", middlewares=own_views)
def view_timeline(id: Id) -> Response[Timeline]:
    return timeline_of(handler, views.read(id, handler.principal, deleted=True).id)
