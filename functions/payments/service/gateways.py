"""Configuring gateways: their keys, which one is the default, and whether they are charged with."""

from collections.abc import Sequence
from datetime import datetime

from functions.payments.events import GatewayChanged
from functions.payments.gateways import read_secrets, write_secrets
from functions.payments.models import Gateway, GatewayCreate, GatewayKind, GatewayStatus, GatewayUpdate
from kernel import ids
from kernel.audit import Actor
from kernel.commit import Marker, commit, marker
from kernel.problems import Conflict, Duplicate, Invalid, NotFound, Refused, Stale
from kernel.resource import patch

DEFAULT = "default#gateway"
NO_SECRETS = "none"
_SECRETS = ("secret_key", "webhook_secret")


def default_gateway() -> Gateway:
    """The gateway that new payment methods are saved with. `NotFound` before the first one is configured."""
    chosen = marker(Gateway, DEFAULT)
    if chosen is None:
        raise NotFound("no payment gateway is configured")
    return Gateway.fetch(chosen["gateway_id"])


def create(body: GatewayCreate, *, actor: Actor, at: datetime) -> Gateway:
    """A gateway with its keys. The first one is the default, whatever it says."""
    _demand_keys(body)
    gateway = Gateway(ids.new(Gateway.prefix), kind=body.kind, name=body.name, publishable_key=body.publishable_key, extra=body.extra)
    sent = {name: getattr(body, name) for name in _SECRETS if getattr(body, name) is not None}
    gateway.secrets_version = write_secrets(gateway.id, sent, new=True) if sent else NO_SECRETS
    former = marker(Gateway, DEFAULT)
    gateway.is_default = body.is_default or (former is None and body.kind != GatewayKind.BANK_TRANSFER)
    _commit(gateway, former["gateway_id"] if former else None, actor=actor, at=at)
    return gateway


def _demand_keys(body: GatewayCreate) -> None:
    """`Invalid` for a gateway without the keys that it is asked with, and for an account at a bank that has some or is the default."""
    if body.kind == GatewayKind.BANK_TRANSFER:
        if body.is_default:
            raise Invalid("no card is saved with a bank account", code="not_chargeable", field="is_default")
        if body.secret_key or body.webhook_secret:
            raise Invalid("a bank account has no keys", code="no_keys", field="secret_key")
        return
    if body.secret_key is None:
        raise Invalid("it is asked with a secret key", code="missing", field="secret_key")
    if body.kind == GatewayKind.RAZORPAY and body.publishable_key is None:
        raise Invalid("Razorpay is asked with a key id", code="missing", field="publishable_key")


def update(gateway: Gateway, body: GatewayUpdate, *, actor: Actor, at: datetime) -> Gateway:
    """Change what is sent. A secret that is sent takes the place of the old one with the commit, or not at all."""
    former, was_default = marker(Gateway, DEFAULT), gateway.is_default
    if actor.expects is not None and actor.expects != gateway.version:
        raise Stale(f"{gateway.id} was changed by someone else, read it again")  # before a secret is written for nothing
    secrets = body.model_dump(include=set(_SECRETS), exclude_unset=True)
    if not secrets or body.model_fields_set - set(_SECRETS):
        patch(gateway, GatewayUpdate(**body.model_dump(exclude=set(_SECRETS), exclude_unset=True)))
    if gateway.kind == GatewayKind.BANK_TRANSFER and (gateway.is_default or secrets):
        raise Refused("not_chargeable", "a bank account has no keys, and no card is saved with it")
    if was_default and not gateway.is_default:
        raise Refused("default_gateway", "make another gateway the default instead")
    if secrets:
        gateway.secrets_version = write_secrets(gateway.id, read_secrets(gateway.id, gateway.secrets_version) | secrets, new=False)
    _commit(gateway, former["gateway_id"] if former else None, actor=actor, at=at)
    return gateway


def switch(id: str, status: GatewayStatus, *, actor: Actor, at: datetime) -> Gateway:
    """Charge with it, or no more. `Conflict` where it is so already."""
    gateway = Gateway.fetch(id)
    if gateway.status == status:
        raise Conflict(f"{id} is {status} already", status_now=gateway.status)
    gateway.status = status
    commit((gateway, GatewayChanged(kind=gateway.kind)), actor=actor, at=at)
    return gateway


def _commit(gateway: Gateway, default_id: str | None, *, actor: Actor, at: datetime) -> None:
    """The gateway, and where it becomes the default also the former one and the marker that says which it is."""
    changes, markers = [(gateway, GatewayChanged(kind=gateway.kind))], []
    if gateway.is_default and gateway.id != default_id:
        markers = [Marker(Gateway, DEFAULT, {"gateway_id": gateway.id}, expect={"gateway_id": default_id} if default_id else None)]
        changes += [(former, GatewayChanged(kind=former.kind)) for former in _undefaulted(default_id)]
    try:
        commit(*changes, actor=actor, at=at, markers=markers)
    except Duplicate as found:
        raise Conflict("another gateway has just become the default, try again") from found


def _undefaulted(id: str | None) -> Sequence[Gateway]:
    if id is None:
        return []
    former = Gateway.fetch(id)
    former.is_default = False
    return [former]
