"""Whose changes are told: by the prefix of an id, what its resource is called (its address after /v1/) and who may hear of it."""

from typing import NamedTuple


class Subject(NamedTuple):
    """`may_read`: the permission, None where nobody sees but what is their own. `owner`: where everybody sees what is their own, the field
    of an event's payload that says whose it is; without it, it is the actor's."""

    resource: str
    may_read: str | None
    owner: str | None = None


# A test compares this with the resources of all features: realtime knows them by name only, it does not import them.
SUBJECTS = {
    "ann": Subject("announcements", "announcements.read"), "art": Subject("articles", "articles.read"),
    "bak": Subject("backups", "backups.read"), "bal": Subject("invoices/balances", "invoices.read"),
    "chk": Subject("health/checks", "health.read"), "clk": Subject("test-clocks", "clocks.read"), "cnt": Subject("content", "content.read"),
    "con": Subject("contacts", "tenants.read"), "ctr": Subject("contracts", "contracts.read"),
    "ent": Subject("content/entitlements", "content.read"), "era": Subject("audit/erasures", "audit.erase"),
    "exp": Subject("exports", "exports.all", "requested_by"), "flg": Subject("flags", "flags.read"),
    "gat": Subject("gateways", "payments.read"), "imp": Subject("impersonation", "impersonation.read"),
    "inc": Subject("health/incidents", "health.read"), "ins": Subject("insights/churn", "insights.read"),
    "inv": Subject("invoices", "invoices.read"), "ivt": Subject("staff/invitations", "staff.read"),
    "key": Subject("api-keys", "api_keys.read"), "lea": Subject("leads", "leads.read"),
    "msg": Subject("notifications", "notifications.read"), "obt": Subject("onboarding/templates", "onboarding.read"),
    "onb": Subject("onboarding", "onboarding.read"), "pln": Subject("plans", "plans.read"),
    "pmt": Subject("payment-methods", "payments.read"), "pri": Subject("prices", "plans.read"),
    "rec": Subject("reconciliation", "reconciliation.read"), "rol": Subject("staff/roles", "staff.read"),
    "rru": Subject("reconciliation/runs", "reconciliation.read"), "ses": Subject("staff/sessions", "staff.sessions", "staff_id"),
    "set": Subject("settings/issuers", "settings.read"), "sla": Subject("sla-policies", "tickets.read"),
    "stf": Subject("staff", "staff.read"), "sub": Subject("subscriptions", "subscriptions.read"),
    "tax": Subject("settings/tax-rates", "settings.read"), "ten": Subject("tenants", "tenants.read"),
    "tic": Subject("tickets", "tickets.read"), "tpl": Subject("contract-templates", "contracts.read"),
    "txn": Subject("transactions", "payments.read"), "viw": Subject("staff/views", None, "owner_id")}
