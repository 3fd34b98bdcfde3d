"""/v1/api-keys with its standard verbs   POST …/{id}/rotate|disable|enable|revoke   GET …/{id}/usage"""

from datetime import timedelta

from aws_lambda_powertools.event_handler import Response

from functions.api_keys import service
from functions.api_keys.models import (
    API_KEYS,
    ApiKey,
    ApiKeyCreate,
    ApiKeyMade,
    ApiKeyUpdate,
    ApiKeyUsage,
    ApiKeyView,
    LimitUsage,
    Rotate,
)
from kernel.clock import wall
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer
from kernel.verbs import mount

handler = Api()
mount(handler, API_KEYS, verbs=("list", "get", "timeline", "bulk"))
handler.shows[ApiKeyMade] = ApiKey, API_KEYS.path
may_read, may_write = requires(API_KEYS.may_read), requires(API_KEYS.may_write)


def _made(key: ApiKey, secret: str) -> Response[ApiKeyMade]:
    handler.show_once(key=secret)
    found = answer(key, ApiKeyMade, status=201)
    found.headers["Location"] = f"{API_KEYS.path}/{key.id}"
    return found


@handler.post("/v1/api-keys", middlewares=may_write, status_code=201)
def post_key(body: ApiKeyCreate) -> Response[ApiKeyMade]:
    """Makes a key. `key` is its plain text: it is shown in this answer alone and stored nowhere."""
    return _made(*service.create(body, handler.principal, actor=handler.actor, at=handler.at))


@handler.patch("/v1/api-keys/<id>", middlewares=may_write)
def patch_key(id: Id, body: ApiKeyUpdate) -> Response[ApiKeyView]:
    """Changes what is sent; credits that are sent are there in full. But for its name, who changes a key may do all that it may."""
    return answer(again(lambda: service.update(id, body, handler.principal, actor=handler.actor, at=handler.at)), ApiKeyView)


@handler.post("/v1/api-keys/<id>/rotate", middlewares=requires(API_KEYS.may_write, alone=True), status_code=201)
def rotate(id: Id, body: Rotate) -> Response[ApiKeyMade]:
    """A new key in place of this one, which stays good for the grace."""
    grace = timedelta(seconds=body.grace_seconds)
    return _made(*service.rotate(id, grace, handler.principal, actor=handler.actor, at=handler.at))


@handler.post("/v1/api-keys/<id>/disable", middlewares=may_write)
def disable(id: Id) -> Response[ApiKeyView]:
    """The key is refused until it is enabled again."""
    return answer(again(lambda: service.move(id, "disable", handler.principal, actor=handler.actor, at=handler.at)), ApiKeyView)


@handler.post("/v1/api-keys/<id>/enable", middlewares=may_write)
def enable(id: Id) -> Response[ApiKeyView]:
    """Takes a disabling back, for who may do all that the key may."""
    return answer(again(lambda: service.move(id, "enable", handler.principal, actor=handler.actor, at=handler.at)), ApiKeyView)


@handler.post("/v1/api-keys/<id>/revoke", middlewares=may_write)
def revoke(id: Id) -> Response[ApiKeyView]:
    """Takes the key away for ever: the next request with it is refused."""
    return answer(again(lambda: service.move(id, "revoke", handler.principal, actor=handler.actor, at=handler.at)), ApiKeyView)


@handler.get("/v1/api-keys/<id>/usage", middlewares=may_read)
def usage(id: Id) -> ApiKeyUsage:
    """When the key was last used, and what is left of its limits and credits."""
    item, found = service.usage(id, at=wall())
    used = item.get(f"last_used_at#{id}")
    limits = [LimitUsage(name=each.limit.name, limit=each.limit.limit, window=each.limit.window, remaining=each.left, full_in=each.full)
              for each in found.states]
    return ApiKeyUsage(last_used_at=used and used["S"], credits_left=found.credits, limits=limits)
