"""Tenants' payment methods: saved with the gateway under one customer per tenant, one of them the default."""

from datetime import datetime

from functions.payments.events import MethodAdded, MethodChanged, MethodRemoved, PayerChanged
from functions.payments.gateways import Card, KeysRefused, PaymentGateway, Unanswered, connect
from functions.payments.models import Gateway, GatewayStatus, Payer, PaymentMethod, PaymentMethodCreate
from functions.payments.service.gateways import default_gateway
from functions.tenants.contract import Profile, billing_profile
from kernel import ids
from kernel.audit import Actor, Payload
from kernel.clock import resolve, wall
from kernel.commit import Marker, again, commit
from kernel.problems import Conflict, Duplicate, Invalid, Refused, Unavailable, referred
from kernel.records import Record

MAX_METHODS = 20
_Changes = list[tuple[Record, Payload]]


def add(body: PaymentMethodCreate, *, actor: Actor, at: datetime) -> PaymentMethod:
    """Saves the method with the default gateway and makes it the tenant's default. A token that was saved before is not saved again.

    `Invalid` for an unknown tenant or a token that the gateway or the bank refuses, `Unavailable` where the gateway does not answer.
    """
    with referred("tenant_id"):
        profile = billing_profile(body.tenant_id)
    gateway = default_gateway()
    if gateway.status != GatewayStatus.ACTIVE:
        raise Refused("gateway_inactive", "the default gateway is switched off")
    at, remote = resolve(profile.clock_id, at), connect(gateway)
    try:
        payer = again(lambda: _known_to(gateway, remote, profile, actor=actor, at=at))
        if len(payer.methods) >= MAX_METHODS:
            raise Refused("too_many_methods", f"a tenant has at most {MAX_METHODS} payment methods")
        card = remote.attach(body.token, payer.customers[gateway.id])
    except KeysRefused as refusal:
        raise Refused("gateway_keys_refused", "the payment gateway refuses the keys that it is asked with") from refusal
    except Unanswered as silence:
        raise Unavailable("the payment gateway does not answer, try again", retry_after=5) from silence
    return again(lambda: _saved(profile, gateway, card, actor=actor, at=at))


def _known_to(gateway: Gateway, remote: PaymentGateway, profile: Profile, *, actor: Actor, at: datetime) -> Payer:
    """The payer with a customer at the gateway. Written down before anything else can fail: a tenant never becomes a second customer.

    Two that do this at once use the same key, and so get the same customer.
    """
    payer = Payer.of(profile.id) or Payer(Payer.id_of(profile.id), tenant_id=profile.id, clock_id=profile.clock_id)
    if gateway.id not in payer.customers:
        customer = remote.customer(tenant_id=profile.id, name=profile.name, email=profile.email)
        payer.customers = {**payer.customers, gateway.id: customer}
        commit((payer, PayerChanged(tenant_id=profile.id)), actor=actor, at=at)
    return payer


def _saved(profile: Profile, gateway: Gateway, card: Card, *, actor: Actor, at: datetime) -> PaymentMethod:
    payer = Payer.fetch(Payer.id_of(profile.id))
    method = PaymentMethod(
        ids.new(PaymentMethod.prefix), tenant_id=profile.id, gateway_id=gateway.id, gateway_customer_id=payer.customers[gateway.id],
        gateway_method_id=card.id, brand=card.brand, last4=card.last4, exp_month=card.exp_month, exp_year=card.exp_year,
        clock_id=profile.clock_id)
    changes = _defaulted(payer, method)
    payer.methods = [*payer.methods, method.id]
    once = Marker(PaymentMethod, f"method#{gateway.id}#{card.id}", {"method_id": method.id})
    try:
        commit((method, MethodAdded(tenant_id=profile.id)), *changes, actor=actor, at=at, markers=[once])
    except Duplicate as found:
        there = PaymentMethod.fetch(found.found["method_id"], deleted=True)
        if there.tenant_id != profile.id or there.deleted_at is not None:
            raise Invalid("this token is another tenant's, or was removed", code="unusable_token", field="token") from found
        return there
    return method


def _defaulted(payer: Payer, method: PaymentMethod) -> _Changes:
    """The changes of others when a method becomes the default: the payer's, and the former default's."""
    former = PaymentMethod.find(payer.default_method_id) if payer.default_method_id else None
    payer.default_method_id, method.is_default = method.id, True
    changes: _Changes = [(payer, PayerChanged(tenant_id=payer.tenant_id))]
    if former is not None and former.id != method.id:
        former.is_default = False
        changes.append((former, MethodChanged(tenant_id=payer.tenant_id)))
    return changes


def choose(id: str, *, actor: Actor, at: datetime) -> PaymentMethod:
    """Makes it the tenant's default: as with a new one, what is owed can be collected now."""
    method = PaymentMethod.fetch(id)
    if method.is_default:
        raise Conflict(f"{id} is the default already")
    changes = _defaulted(Payer.fetch(Payer.id_of(method.tenant_id)), method)
    commit((method, MethodAdded(tenant_id=method.tenant_id)), *changes, actor=actor, at=resolve(method.clock_id, at))
    return method


def remove(id: str, *, actor: Actor, at: datetime) -> None:
    """Charges it no more; the newest of the others becomes the default in its place. The worker then has the gateway forget it."""
    method = PaymentMethod.fetch(id)
    payer = Payer.fetch(Payer.id_of(method.tenant_id))
    payer.methods = [other for other in payer.methods if other != id]
    changes: _Changes = [(payer, PayerChanged(tenant_id=payer.tenant_id))]
    if payer.default_method_id == id:
        payer.default_method_id = None
        changes = _successor(payer) or changes
    method.deleted_at, method.is_default = wall(), False
    commit((method, MethodRemoved(tenant_id=method.tenant_id)), *changes, actor=actor, at=resolve(method.clock_id, at))


def detach(id: str) -> None:
    """The gateway forgets a method that was removed. `Unanswered` where it does not answer: the message comes again."""
    method = PaymentMethod.find(id)
    if method is not None and method.deleted_at is not None:
        connect(Gateway.fetch(method.gateway_id)).detach(method.gateway_method_id, method.gateway_customer_id)


def _successor(payer: Payer) -> _Changes:
    if not payer.methods:
        return []
    newest = PaymentMethod.fetch(payer.methods[-1])
    return [*_defaulted(payer, newest), (newest, MethodChanged(tenant_id=payer.tenant_id))]
