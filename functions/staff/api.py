"""/v1/staff with its /roles, /invitations and /views   GET and PATCH /v1/me   POST /v1/auth/accept   signing in and sessions: see `auth`"""

from aws_lambda_powertools.event_handler import Response

from functions.staff import grants, invitations, members, profile, roles, views
from functions.staff.auth import handler
from functions.staff.credentials import Accept
from functions.staff.models import (
    CUSTOM_ROLES,
    INVITATIONS,
    SESSIONS,
    STAFF,
    VIEWS,
    CustomRoleCreate,
    CustomRoleUpdate,
    Grantable,
    InvitationCreate,
    InvitationView,
    RoleView,
    SavedViewCreate,
    SavedViewUpdate,
    SavedViewView,
    StaffUpdate,
    StaffView,
)
from functions.staff.profile import Me, Preferences
from kernel.commit import again
from kernel.http import Id, requires
from kernel.lists import listing
from kernel.resource import Page, answer, made, sees_deleted
from kernel.timeline import Timeline
from kernel.verbs import mount, timeline_of

for _each in (STAFF, CUSTOM_ROLES, INVITATIONS):
    mount(handler, _each, verbs=("list", "get", "timeline", "bulk"))
mount(handler, VIEWS, verbs=())  # each of them asks whose view it is
mount(handler, SESSIONS, verbs=())  # and whose session
own_views = requires(VIEWS.may_read)
may_write = requires(STAFF.may_write)


@handler.post("/v1/auth/accept", operation_id="acceptInvitation")
def accept(body: Accept) -> Response[StaffView]:
    """Makes whoever was invited a member of staff, who can sign in with this password."""
    return answer(again(lambda: invitations.accept(body, actor=handler.acting(""), at=handler.at)), StaffView)


@handler.get("/v1/me", middlewares=requires(tenants=True), operation_id="whoAmI")
def me() -> Me:
    """Who is calling, and what they may do."""
    return profile.me(handler.principal)


@handler.patch("/v1/me", middlewares=requires(), operation_id="changePreferences")
def patch_me(body: Preferences) -> Me:
    """How a member of staff wants to see the console. What is null is as the company has it."""
    return again(lambda: profile.prefer(body, handler.principal, actor=handler.actor, at=handler.at))


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
