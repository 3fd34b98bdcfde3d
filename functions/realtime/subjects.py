"""Whose changes are told: by the prefix of an id, what its resource is called and who may hear of it."""

from typing import NamedTuple


class Subject(NamedTuple):
    """`may_read`: the permission, None where nobody sees but what is their own. `owner`: where everybody sees what is their own, the field
    of an event's payload that says whose it is; without it, it is the actor's."""

    resource: str
    may_read: str | None
    owner: str | None = None


# A test compares this with the resources of all features: realtime knows them by name only, it does not import them.
SUBJECTS = {
    "bal": Subject("balances", "invoices.read"), "clk": Subject("test-clocks", "clocks.read"),
    "ctr": Subject("contracts", "contracts.read"), "tpl": Subject("contract-templates", "contracts.read"),
    "con": Subject("contacts", "tenants.read"), "lea": Subject("leads", "leads.read"),
    "exp": Subject("exports", "exports.all", "requested_by"), "flg": Subject("flags", "flags.read"),
    "gat": Subject("gateways", "payments.read"), "imp": Subject("impersonation", "impersonation.read"),
    "inv": Subject("invoices", "invoices.read"), "ivt": Subject("invitations", "staff.read"), "key": Subject("api-keys", "api_keys.read"),
    "msg": Subject("notifications", "notifications.read"), "pln": Subject("plans", "plans.read"),
    "pmt": Subject("payment-methods", "payments.read"), "pri": Subject("prices", "plans.read"), "rol": Subject("roles", "staff.read"),
    "ses": Subject("sessions", "staff.sessions", "staff_id"), "set": Subject("issuers", "settings.read"),
    "stf": Subject("staff", "staff.read"), "sub": Subject("subscriptions", "subscriptions.read"),
    "tax": Subject("tax-rates", "settings.read"), "ten": Subject("tenants", "tenants.read"),
    "txn": Subject("transactions", "payments.read"), "viw": Subject("views", None, "owner_id")}
