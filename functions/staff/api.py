"""POST /v1/auth/login|refresh|logout|accept   GET /v1/me   /v1/staff   /v1/staff/roles   /v1/staff/invitations   /v1/staff/views"""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from functions.staff import grants, invitations, members, roles, service, views
from functions.staff.models import (
    CUSTOM_ROLES,
    INVITATIONS,
    STAFF,
    VIEWS,
    Accept,
    CustomRoleCreate,
    CustomRoleUpdate,
    Grantable,
    InvitationCreate,
    InvitationView,
    Login,
    Me,
    RoleView,
    SavedViewCreate,
    SavedViewUpdate,
    SavedViewView,
    Session,
    StaffUpdate,
    StaffView,
)
from kernel.commit import again
from kernel.config import setting
from kernel.http import Api, Id, requires
from kernel.lists import listing
from kernel.problems import Forbidden, Unauthenticated
from kernel.resource import Page, answer, made, sees_deleted
from kernel.timeline import Timeline
from kernel.verbs import mount, timeline_of

COOKIE = "__Secure-session"
MAX_AGE = 30 * 24 * 3600

handler = Api(public=("/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout", "/v1/auth/accept"))
for _each in (STAFF, CUSTOM_ROLES, INVITATIONS):
    mount(handler, _each, verbs=("list", "get", "timeline", "bulk"))
mount(handler, VIEWS, verbs=())  # each of them asks whose view it is
own_views = requires(VIEWS.may_read)
may_write = requires(STAFF.may_write)


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


@handler.post("/v1/auth/accept", operation_id="acceptInvitation")
def accept(body: Accept) -> Response[StaffView]:
    """Makes whoever was invited a member of staff, who can sign in with this password."""
    return answer(again(lambda: invitations.accept(body, actor=handler.acting(""), at=handler.at)), StaffView)


@handler.get("/v1/me", operation_id="whoAmI")
def me() -> Me:
    """Who is calling, and what they may do."""
    return members.me(handler.principal)


@handler.get("/v1/staff/permissions", middlewares=requires(STAFF.may_read), operation_id="listPermissions")
def permissions() -> Grantable:
    """Everything that a role can permit, and what the built-in roles do."""
    return grants.grantable()


@handler.patch("/v1/staff/<id>", middlewares=may_write)
def patch_member(id: Id, body: StaffUpdate) -> Response[StaffView]:
    return answer(again(lambda: members.update(id, body, handler.principal, actor=handler.actor, at=handler.at)), StaffView)


@handler.post("/v1/staff/<id>/disable", middlewares=may_write)
def disable(id: Id) -> Response[StaffView]:
    """From the next request on they can do nothing. The last active owner stays one."""
    return answer(again(lambda: members.disable(id, handler.principal, actor=handler.actor, at=handler.at)), StaffView)


@handler.post("/v1/staff/<id>/enable", middlewares=may_write)
def enable(id: Id) -> Response[StaffView]:
    """Takes back that they were disabled."""
    return answer(again(lambda: members.enable(id, handler.principal, actor=handler.actor, at=handler.at)), StaffView)


@handler.delete("/v1/staff/<id>", middlewares=may_write, status_code=204)
def delete_member(id: Id) -> Response[None]:
    again(lambda: members.delete(id, handler.principal, actor=handler.actor, at=handler.at))
    return Response(204)


@handler.post("/v1/staff/<id>/restore", middlewares=may_write)
def restore_member(id: Id) -> Response[StaffView]:
    return answer(members.restore(id, handler.principal, actor=handler.actor, at=handler.at), StaffView)


@handler.post("/v1/staff/roles", middlewares=may_write, status_code=201)
def post_role(body: CustomRoleCreate) -> Response[RoleView]:
    return made(CUSTOM_ROLES, roles.create(body, handler.principal, actor=handler.actor, at=handler.at))


@handler.patch("/v1/staff/roles/<id>", middlewares=may_write)
def patch_role(id: Id, body: CustomRoleUpdate) -> Response[RoleView]:
    handler.demand_match()
    return answer(again(lambda: roles.update(id, body, handler.principal, actor=handler.actor, at=handler.at)), RoleView)


@handler.delete("/v1/staff/roles/<id>", middlewares=may_write, status_code=204)
def delete_role(id: Id) -> Response[None]:
    handler.demand_match()
    roles.delete(id, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/staff/roles/<id>/restore", middlewares=may_write)
def restore_role(id: Id) -> Response[RoleView]:
    return answer(roles.restore(id, handler.principal, actor=handler.actor, at=handler.at), RoleView)


@handler.post("/v1/staff/invitations", middlewares=may_write, status_code=201)
def post_invitation(body: InvitationCreate) -> Response[InvitationView]:
    """Sends somebody a mail with a link, by which they become a member of staff."""
    return made(INVITATIONS, invitations.create(body, handler.principal, actor=handler.actor, at=handler.at))


@handler.post("/v1/staff/invitations/<id>/resend", middlewares=may_write)
def resend_invitation(id: Id) -> Response[InvitationView]:
    """Sends a new link, which is good for a week. The one sent before is good no longer."""
    return answer(again(lambda: invitations.resend(id, handler.principal, actor=handler.actor, at=handler.at)), InvitationView)


@handler.post("/v1/staff/invitations/<id>/revoke", middlewares=may_write)
def revoke_invitation(id: Id) -> Response[InvitationView]:
    """The link that was sent is good no longer."""
    return answer(again(lambda: invitations.revoke(id, actor=handler.actor, at=handler.at)), InvitationView)


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
