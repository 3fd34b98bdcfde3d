"""What can be searched for: by the prefix of an id, the feature, whose read permission is asked for, and where its records are."""

from typing import NamedTuple


class Subject(NamedTuple):
    feature: str
    path: str


# A test compares this with the models of all features: search knows them by name only, it does not import them.
SUBJECTS = {
    "ann": Subject("announcements", "/v1/announcements"), "art": Subject("articles", "/v1/articles"),
    "bal": Subject("invoices", "/v1/invoices/balances"), "chk": Subject("health", "/v1/health/checks"),
    "clk": Subject("clocks", "/v1/test-clocks"), "con": Subject("tenants", "/v1/contacts"), "flg": Subject("flags", "/v1/flags"),
    "gat": Subject("payments", "/v1/gateways"), "imp": Subject("impersonation", "/v1/impersonation"),
    "inc": Subject("health", "/v1/health/incidents"), "inv": Subject("invoices", "/v1/invoices"),
    "ivt": Subject("staff", "/v1/staff/invitations"), "key": Subject("api_keys", "/v1/api-keys"), "lea": Subject("leads", "/v1/leads"),
    "msg": Subject("notifications", "/v1/notifications"), "obt": Subject("onboarding", "/v1/onboarding/templates"),
    "onb": Subject("onboarding", "/v1/onboarding"), "pln": Subject("plans", "/v1/plans"), "pmt": Subject("payments", "/v1/payment-methods"),
    "pri": Subject("plans", "/v1/prices"), "rol": Subject("staff", "/v1/staff/roles"), "set": Subject("settings", "/v1/settings/issuers"),
    "sla": Subject("tickets", "/v1/sla-policies"), "stf": Subject("staff", "/v1/staff"),
    "sub": Subject("subscriptions", "/v1/subscriptions"), "tax": Subject("settings", "/v1/settings/tax-rates"),
    "ten": Subject("tenants", "/v1/tenants"), "tic": Subject("tickets", "/v1/tickets"), "txn": Subject("payments", "/v1/transactions"),
    "bak": Subject("backups", "/v1/backups"), "cnt": Subject("content", "/v1/content"),
    "ent": Subject("content", "/v1/content/entitlements"), "rec": Subject("reconciliation", "/v1/reconciliation"),
    "rru": Subject("reconciliation", "/v1/reconciliation/runs"), "ctr": Subject("contracts", "/v1/contracts"),
    "tpl": Subject("contracts", "/v1/contract-templates")}
