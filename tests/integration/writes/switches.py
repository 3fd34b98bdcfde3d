"""What can be asked about flags."""

from uuid import uuid4

from tests.integration.writes.asking import Write, after, bulk, delete, gone, patch, post, two
from tests.integration.writes.company import Company

SEEN = {"if-match": '"1"'}


def key(_: Company) -> str:
    """One that no other flag has."""
    return f"flag-{uuid4().hex}"


def flag(company: Company) -> str:
    return company.made("/v1/flags", {"key": key(company)})


def flags() -> dict[str, Write]:
    path = "/v1/flags/{}"
    kill, killed = path + "/kill", {"flags.killed": 1}
    return {
        "add a flag": Write(lambda company, it: ("POST", "/v1/flags", {"key": it}), {"flags.created": 1}, key),
        "change a flag": patch(path, {"rules": [{"variant": "on"}]}, {"flags.updated": 1}, flag),
        "delete a flag": delete(path, {"flags.deleted": 1}, flag, headers=SEEN),
        "restore a flag": post(path + "/restore", None, {"flags.restored": 1}, gone("/v1/flags", flag)),
        "kill a flag": post(kill, None, killed, flag),
        "enable a flag": post(path + "/enable", None, {"flags.enabled": 1}, after(flag, (kill, None))),
        "kill two flags": bulk("/v1/flags", "kill", {"flags.killed": 2}, two(flag)),
    }
