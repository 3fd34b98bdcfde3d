"""/v1/tenants with its standard verbs   POST /v1/tenants/{id}/suspend|resume|offboard   /v1/contacts with its standard verbs"""

from aws_lambda_powertools.event_handler import Response

from functions.tenants import contacts, service
from functions.tenants.models import (
    CONTACTS,
    TENANTS,
    ContactCreate,
    ContactUpdate,
    ContactView,
    Reason,
    Tenant,
    TenantCreate,
    TenantUpdate,
    TenantView,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, TENANTS, verbs=("list", "get", "retry", "timeline", "bulk"))
mount(handler, CONTACTS, verbs=("list", "get", "timeline", "bulk"))
may_write = requires("tenants.write")


@handler.post("/v1/tenants", middlewares=may_write, status_code=201)
def post(body: TenantCreate) -> Response[TenantView]:
    return made(TENANTS, service.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/tenants/<id>", middlewares=may_write)
def patch(id: Id, body: TenantUpdate) -> Response[TenantView]:
    return answer(again(lambda: service.update(id, body, actor=handler.actor, at=handler.at)), TenantView)


@handler.post("/v1/tenants/<id>/suspend", middlewares=may_write)
def suspend(id: Id, body: Reason) -> Response[TenantView]:
    """Suspends an active tenant."""
    return answer(service.move(Tenant.fetch(id), "suspend", reason=body.reason, actor=handler.actor, at=handler.at), TenantView)


@handler.post("/v1/tenants/<id>/resume", middlewares=may_write)
def resume(id: Id) -> Response[TenantView]:
    """Makes a suspended tenant active again."""
    return answer(service.move(Tenant.fetch(id), "resume", actor=handler.actor, at=handler.at), TenantView)


@handler.post("/v1/tenants/<id>/offboard", middlewares=may_write)
def offboard(id: Id, body: Reason) -> Response[TenantView]:
    """Begins to let the tenant go: for 30 days its data can still be given back, then it is deleted."""
    return answer(service.move(Tenant.fetch(id), "offboard", reason=body.reason, actor=handler.actor, at=handler.at), TenantView)


@handler.post("/v1/contacts", middlewares=may_write, status_code=201)
def post_contact(body: ContactCreate) -> Response[ContactView]:
    return made(CONTACTS, contacts.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/contacts/<id>", middlewares=may_write)
def patch_contact(id: Id, body: ContactUpdate) -> Response[ContactView]:
    return answer(again(lambda: contacts.update(id, body, actor=handler.actor, at=handler.at)), ContactView)


@handler.delete("/v1/contacts/<id>", middlewares=may_write, status_code=204)
def delete_contact(id: Id) -> Response[None]:
    again(lambda: contacts.delete(id, actor=handler.actor, at=handler.at))
    return Response(204)


@handler.post("/v1/contacts/<id>/restore", middlewares=may_write)
def restore_contact(id: Id) -> Response[ContactView]:
    return answer(contacts.restore(id, actor=handler.actor, at=handler.at), ContactView)
