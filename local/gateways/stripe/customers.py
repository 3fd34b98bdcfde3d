"""Customers: create, retrieve, update."""

from local.gateways.stripe.call import Call, now
from local.gateways.stripe.errors import Json, invalid
from local.gateways.stripe.forms import Params
from local.gateways.stripe.store import new_id

FIELDS = frozenset({"address", "description", "email", "invoice_settings", "metadata", "name", "phone", "preferred_locales", "tax_exempt"})
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def create(call: Call) -> Json:
    customer: Json = {
        "id": new_id("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "email": None,
        "invoice_settings": {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None},
        "livemode": False,
        "metadata": {},
        "name": None,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
    }
    customer = _changed(call, customer)
    call.store.save(customer)
    call.emit("customer.created", customer)
    return customer


def retrieve(call: Call) -> Json:
    return call.subject("customer")


def update(call: Call) -> Json:
    customer = _changed(call, call.subject("customer"))
    call.store.save(customer)
    call.emit("customer.updated", customer)
    return customer


def _changed(call: Call, customer: Json) -> Json:
    params, sent = call.params, call.params.values
    changed = customer | {name: params.text(name) for name in ("description", "email", "name", "phone") if name in sent}
    if changed["email"] and "@" not in changed["email"]:
        raise invalid(f"Invalid email address: {changed['email']}", param="email", code="email_invalid")
    if "address" in sent:
        address = Params(params.mapping("address"))
        changed["address"] = {name: address.text(name) for name in ADDRESS} if address.values else None
    if "preferred_locales" in sent:
        changed["preferred_locales"] = params.texts("preferred_locales")
    changed["tax_exempt"] = params.choice("tax_exempt", ("none", "exempt", "reverse")) or customer["tax_exempt"]
    changed["metadata"] = params.metadata(customer["metadata"])
    settings = Params(params.mapping("invoice_settings"))
    if "default_payment_method" in settings.values:
        method = settings.text("default_payment_method")
        changed["invoice_settings"] = customer["invoice_settings"] | {"default_payment_method": _own_method(call, customer, method)}
    return changed


def _own_method(call: Call, customer: Json, id: str | None) -> str | None:
    method = call.store.get(id, "payment_method") if id else None
    if id and (method is None or method["customer"] != customer["id"]):
        raise invalid(f"No such PaymentMethod on this customer: '{id}'", param="invoice_settings[default_payment_method]")
    return id
