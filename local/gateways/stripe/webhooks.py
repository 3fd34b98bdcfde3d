"""Webhook endpoints and events: who is told, what was told, and Stripe's signature of it."""

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from local.gateways.stripe.call import API_VERSION, Call, now, page
from local.gateways.stripe.errors import Json, invalid
from local.gateways.stripe.store import Store, new_id

CREATE = frozenset({"url", "enabled_events", "description", "metadata", "api_version"})
LIST = frozenset({"limit", "starting_after", "ending_before"})
LIST_EVENTS = frozenset({"type", "types", "created", "limit", "starting_after", "ending_before"})


def create_endpoint(call: Call) -> Json:
    """The answer is the only one that carries the signing secret."""
    types = call.params.texts("enabled_events")
    if not types:
        raise invalid("Missing required param: enabled_events.", param="enabled_events", code="parameter_missing")
    return register(call, call.params.required("url"), types, secret=new_id("whsec"))


def register(call: Call, url: str, types: list[str], *, secret: str) -> Json:
    if not _is_local(url):
        raise invalid("The simulator sends webhooks to this machine only: http://localhost, http://*.localhost or 127.0.0.1", param="url")
    endpoint = {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": now(),
        "description": call.params.text("description"),
        "enabled_events": types,
        "livemode": False,
        "metadata": call.params.metadata(),
        "status": "enabled",
        "url": url,
        "_secret": secret,
    }
    call.store.save(endpoint)
    return endpoint | {"secret": secret}


def endpoints(call: Call) -> Json:
    return page(call, "webhook_endpoint", "/v1/webhook_endpoints")


def event(call: Call) -> Json:
    return seen(call.store, call.subject("event"))


def events(call: Call) -> Json:
    """Events, newest first, of one `type` or of several `types`."""
    found = page(call, "event", "/v1/events", {"type": call.params.text("type") or call.params.texts("types") or None})
    return found | {"data": [seen(call.store, one) for one in found["data"]]}


def seen(store: Store, event: Json) -> Json:
    """The event with the number of webhooks still to be delivered."""
    return event | {"pending_webhooks": store.pending(event["id"])}


def signature(payload: str, secret: str, at: int) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 over `<seconds>.<body>` (https://docs.stripe.com/webhooks#verify-manually)."""
    return f"t={at},v1={hmac.digest(secret.encode(), f'{at}.{payload}'.encode(), 'sha256').hex()}"


def _is_local(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port  # reading an impossible port raises
        named = host == "localhost" or host.endswith(".localhost")
        return parts.scheme == "http" and (named or ip_address(host).is_loopback)
    except ValueError:
        return False
