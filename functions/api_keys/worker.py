"""Keys follow their tenants: bound by the plan's limit, suspended with them, revoked when they leave."""

from functions.api_keys import service
from functions.plans.events import Updated as PlanUpdated
from functions.tenants.events import Activated, Deleted, OffboardingStarted, Resumed, Suspended, Updated
from kernel.audit import Payload
from kernel.worker import Event, Worker

handler = Worker("api_keys")


def _tenant(_: Payload, event: Event) -> None:
    service.follow(service.of_tenant(event.subject), actor=event.actor, at=event.at)  # idempotent: by what the tenant is now


for _each in (Activated, Deleted, OffboardingStarted, Resumed, Suspended, Updated):
    handler.on(_each)(_tenant)


@handler.on(PlanUpdated)
def plan_updated(_: PlanUpdated, event: Event) -> None:
    service.follow(service.on_plan(event.subject), actor=event.actor, at=event.at)  # idempotent: by what the plan is now
