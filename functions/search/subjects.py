"""What can be searched for: by the prefix of an id, the feature, whose read permission is asked for, and where its records are."""

from typing import NamedTuple


class Subject(NamedTuple):
    feature: str
    path: str


# A test compares this with the models of all features: search knows them by name only, it does not import them.
SUBJECTS = {
    "bal": Subject("invoices", "/v1/invoices/balances"), "clk": Subject("clocks", "/v1/test-clocks"),
    "ctr": Subject("contracts", "/v1/contracts"), "tpl": Subject("contracts", "/v1/contract-templates"),
    "con": Subject("tenants", "/v1/contacts"), "flg": Subject("flags", "/v1/flags"), "lea": Subject("leads", "/v1/leads"),
    "gat": Subject("payments", "/v1/gateways"), "imp": Subject("impersonation", "/v1/impersonation"),
    "inv": Subject("invoices", "/v1/invoices"),
    "key": Subject("api_keys", "/v1/api-keys"), "msg": Subject("notifications", "/v1/notifications"), "pln": Subject("plans", "/v1/plans"),
    "pmt": Subject("payments", "/v1/payment-methods"), "pri": Subject("plans", "/v1/prices"),
    "set": Subject("settings", "/v1/settings/issuers"), "stf": Subject("staff", "/v1/staff"),
    "ivt": Subject("staff", "/v1/staff/invitations"), "rol": Subject("staff", "/v1/staff/roles"),
    "sub": Subject("subscriptions", "/v1/subscriptions"), "tax": Subject("settings", "/v1/settings/tax-rates"),
    "ten": Subject("tenants", "/v1/tenants"), "txn": Subject("payments", "/v1/transactions")}
