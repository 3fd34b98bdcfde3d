"""/v1/subscriptions: list, get, timeline, create   POST …/{id}/change|preview-change|cancel|uncancel|pause|resume"""

from aws_lambda_powertools.event_handler import Response

from functions.subscriptions import service
from functions.subscriptions.models import SUBSCRIPTIONS, Cancel, Change, ChangePreview, Pause, SubscriptionCreate, SubscriptionView
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, SUBSCRIPTIONS, verbs=("list", "get", "retry", "timeline", "bulk"))
may_write = requires("subscriptions.write")


@handler.post("/v1/subscriptions", middlewares=may_write, status_code=201)
def post(body: SubscriptionCreate) -> Response[SubscriptionView]:
    """Subscribes a tenant at a price, with a trial where the plan has one."""
    return made(SUBSCRIPTIONS, service.create(body, actor=handler.actor, at=handler.at))


@handler.post("/v1/subscriptions/<id>/change", middlewares=may_write)
def change(id: Id, body: Change) -> Response[SubscriptionView]:
    """Changes price or quantity, now with proration or with the next period."""
    return answer(service.change(id, body, actor=handler.actor, at=handler.at), SubscriptionView)


@handler.post("/v1/subscriptions/<id>/preview-change", middlewares=requires("subscriptions.read", tenants=True))
def preview_change(id: Id, body: Change) -> ChangePreview:
    """What a change would do, and the invoice that it would make. Nothing is stored."""
    return service.preview_change(id, body, at=handler.at)


@handler.post("/v1/subscriptions/<id>/cancel", middlewares=may_write)
def cancel(id: Id, body: Cancel) -> Response[SubscriptionView]:
    """Ends the subscription, with its period or now."""
    return answer(service.cancel(id, body, actor=handler.actor, at=handler.at), SubscriptionView)


@handler.post("/v1/subscriptions/<id>/uncancel", middlewares=may_write)
def uncancel(id: Id) -> Response[SubscriptionView]:
    """Takes back a cancellation that has not come into effect."""
    return answer(service.uncancel(id, actor=handler.actor, at=handler.at), SubscriptionView)


@handler.post("/v1/subscriptions/<id>/pause", middlewares=may_write)
def pause(id: Id, body: Pause) -> Response[SubscriptionView]:
    """Nothing is billed until it is resumed, by hand or at `resumes_at`."""
    return answer(service.pause(id, body, actor=handler.actor, at=handler.at), SubscriptionView)


@handler.post("/v1/subscriptions/<id>/resume", middlewares=may_write)
def resume(id: Id) -> Response[SubscriptionView]:
    """A paused subscription goes on: a new period begins now, and is billed."""
    return answer(service.resume(id, actor=handler.actor, at=handler.at), SubscriptionView)
