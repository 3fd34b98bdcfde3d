"""Where the records are that the audit log speaks of: by the prefix of an id, the feature in whose table it lies."""

from kernel import dynamodb
from kernel.audit import GENESIS
from kernel.config import table
from kernel.ids import prefix_of

# A test compares this with the models of all features: the log knows them by name only, it does not import them.
FEATURES = {
    "ann": "announcements", "art": "articles", "bak": "backups", "bal": "invoices", "bnk": "payments", "chk": "health", "clk": "clocks",
    "cnt": "content", "con": "tenants", "ctr": "contracts", "ent": "content", "era": "audit", "exp": "exports", "flg": "flags",
    "gat": "payments", "gev": "payments", "imp": "impersonation", "inc": "health", "ins": "insights", "inv": "invoices", "ivt": "staff",
    "key": "api_keys", "lea": "leads", "msg": "notifications", "obt": "onboarding", "onb": "onboarding", "pln": "plans", "pmt": "payments",
    "pri": "plans", "pyr": "payments", "rec": "reconciliation", "rol": "staff", "rru": "reconciliation", "ses": "staff", "set": "settings",
    "sla": "tickets", "stf": "staff", "sub": "subscriptions", "tax": "settings", "ten": "tenants", "tic": "tickets", "tpl": "contracts",
    "txn": "payments", "viw": "staff"}


def head(subject: str) -> str:
    """Hash of the last entry that the record knows of; the one before the first for a record that does not exist."""
    feature = FEATURES.get(prefix_of(subject))
    item = dynamodb.get(table(feature), subject) if feature else None
    return str(item["head"]["S"]) if item and "head" in item else GENESIS
