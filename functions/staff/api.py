"""POST /v1/auth/login|refresh|logout   GET /v1/staff[/{id}]   /v1/staff/views: list, get, create, update, delete, restore, timeline"""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from functions.staff import service, views
from functions.staff.models import STAFF, VIEWS, Login, SavedViewCreate, SavedViewUpdate, SavedViewView, Session
from kernel.commit import again
from kernel.config import setting
from kernel.http import Api, Id, requires
from kernel.limits import Limit
from kernel.lists import listing
from kernel.problems import Forbidden, Unauthenticated
from kernel.resource import Page, answer, made, sees_deleted
from kernel.timeline import Timeline
from kernel.verbs import mount, timeline_of

COOKIE = "__Secure-session"
MAX_AGE = 30 * 24 * 3600

# One address is a whole office at nine in the morning, or somebody who tries passwords: who cannot be counted is not let in.
handler = Api(public=("/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout"),
              per_ip={"/v1/auth/login": Limit("sign-in", 30, 60, closed=True), "/v1/auth/refresh": Limit("refresh", 120, 60, closed=True)})
mount(handler, STAFF, verbs=("list", "get", "timeline"))
mount(handler, VIEWS, verbs=())  # each of them asks whose view it is
own_views = requires(VIEWS.may_read)


def _signed_in(session: Session, cookie: str | None) -> Response[Session]:
    return Response(200, "application/json", session, cookies=[_cookie(cookie, MAX_AGE)] if cookie else [],
                    headers={"Cache-Control": "no-store"})


def _cookie(value: str, age: int) -> Cookie:
    return Cookie(COOKIE, value, path="/v1/auth", secure=True, http_only=True, same_site=SameSite.STRICT_MODE, max_age=age)


def _same_origin() -> None:
    """A cookie is only listened to from our own pages: a foreign site can make a browser send it, but not with this Origin."""
    origin = handler.current_event.headers.get("origin")
    if origin not in setting("ALLOWED_ORIGINS").split(","):
        raise Forbidden("cookies are only taken from this application's own origin")


def _held() -> str:
    _same_origin()
    cookie = handler.cookie(COOKIE)
    if not cookie:
        raise Unauthenticated("no session, sign in")
    return cookie


@handler.post("/v1/auth/login", operation_id="login")
def login(body: Login) -> Response[Session]:
    """Signs in. The answer to an unknown address, a wrong password and a disabled account is the same."""
    return _signed_in(*service.login(body.email, body.password, at=handler.at))


@handler.post("/v1/auth/refresh", operation_id="refresh", security=[{"session": []}])
def refresh() -> Response[Session]:
    """A new access token for the session in the cookie, which is changed too."""
    return _signed_in(*service.refresh(_held(), at=handler.at))


@handler.post("/v1/auth/logout", status_code=204, operation_id="logout", security=[{"session": []}])
def logout() -> Response[None]:
    """Ends the session in the cookie."""
    service.logout(_held())
    return Response(204, cookies=[_cookie("", 0)])


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
