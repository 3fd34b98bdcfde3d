"""What can be done to a tenant's contacts."""

from datetime import datetime

from functions.tenants import events
from functions.tenants.models import Contact, ContactCreate, ContactUpdate, Tenant
from kernel import ids
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.problems import Conflict, referred
from kernel.resource import attributes, patch


def create(body: ContactCreate, *, actor: Actor, at: datetime) -> Contact:
    """`Invalid` for a tenant that does not exist."""
    with referred("tenant_id"):
        Tenant.fetch(body.tenant_id)
    contact = Contact(ids.new("con"), **attributes(body))
    commit((contact, events.ContactCreated(tenant_id=contact.tenant_id)), actor=actor, at=at)
    return contact


def update(id: str, body: ContactUpdate, *, actor: Actor, at: datetime) -> Contact:
    contact = Contact.fetch(id)
    patch(contact, body)
    change((contact, events.ContactUpdated(tenant_id=contact.tenant_id)), actor=actor, at=at)
    return contact


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    contact = Contact.fetch(id)
    contact.deleted_at = wall()
    commit((contact, events.ContactDeleted(tenant_id=contact.tenant_id)), actor=actor, at=at)


def restore(id: str, *, actor: Actor, at: datetime) -> Contact:
    """`Conflict` for one that is not deleted."""
    contact = Contact.fetch(id, deleted=True)
    if contact.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    contact.deleted_at = None
    commit((contact, events.ContactRestored(tenant_id=contact.tenant_id)), actor=actor, at=at)
    return contact
