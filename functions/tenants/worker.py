"""Reacts to a tenant being requested: provisions it."""

from functions.tenants.events import Requested
from functions.tenants.service import provision
from kernel.worker import Event, Worker

handler = Worker("tenants")


@handler.on(Requested)
def requested(_: Requested, event: Event) -> None:
    provision(event.subject, actor=event.actor, at=event.at)  # idempotent: by the tenant's state
