"""API keys: who calls with one, or why not. Of a key, its SHA-256 is kept; that names the one item which says everything else.

A key is 256 random bits, so a plain hash is enough (OWASP ASVS 11.4), and there is nothing to compare: another key leads to another item.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any

from kernel import dynamodb, limits
from kernel.access import Principal
from kernel.clock import stamp, wall
from kernel.config import table
from kernel.problems import Forbidden, Unauthenticated

PREFIX = "po"  # by which a key that was left somewhere is known for ours
# Keys that there are not, by one address. Open where it cannot be counted: guessing 256 bits gets nobody in, it only costs us a read each.
GUESSES = limits.Limit("unknown-keys", 30, 60)
_KNOWN, _known = 1000, set[str]()  # digests of keys that this process has found: they are no guesses, and cost their address nothing


def fresh(environment: str) -> str:
    """The plain text of a new key: whoever has it, has the key."""
    return f"{PREFIX}_{environment}_{secrets.token_urlsafe(32)}"


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def item(digest: str, *, id: str, holder: str, tenant_id: str | None, scopes: Sequence[str], status: str, expires_at: datetime | None,
         allowed_ips: Sequence[str], limits: Sequence[tuple[str, str, int, int]], credits: Mapping[str, Any] | None) -> dynamodb.Item:
    """What a key is looked up as. `limits` are (attribute, name, limit, window in seconds), `credits` what `Credits` takes; both are
    counted in the item of the `holder`."""
    said = {"id": id, "holder": holder, "tenant_id": tenant_id, "scopes": list(scopes), "status": status, "allowed_ips": list(allowed_ips),
            "expires_at": expires_at and stamp(expires_at), "limits": list(limits), "credits": credits and dict(credits)}
    return dynamodb.key(f"key#{digest}") | {"said": {"S": json.dumps(said)}}


def authenticated(key: str, ip: str) -> Principal:
    """Who calls with the key, from that address. In this order: it exists, has not been revoked or disabled, nor expired
    (`Unauthenticated`), and may be used from there (`Forbidden`). An address that guesses is not looked up for a while (`Limited`)."""
    digest = hashed(key)
    if digest not in _known and not (guesses := limits.per_ip(ip, GUESSES, now=wall(), taking=False)).admitted:
        raise guesses.problem()
    found = dynamodb.get(table("principals"), f"key#{digest}")
    if found is None:
        guesses = limits.per_ip(ip, GUESSES, now=wall())
        raise Unauthenticated("there is no such API key") if guesses.admitted else guesses.problem()
    if len(_known) >= _KNOWN:
        _known.clear()
    _known.add(digest)
    said = json.loads(found["said"]["S"])
    if said["status"] != "active":
        raise Unauthenticated(f"the API key is {said['status']}", code=f"key_{said['status']}")
    if said["expires_at"] is not None and said["expires_at"] <= stamp(wall()):
        raise Unauthenticated("the API key has expired", code="key_expired")
    bounds = tuple((attribute, limits.Limit(name, limit, window)) for attribute, name, limit, window in said["limits"])
    caller = Principal(said["id"], frozenset(said["scopes"]), tenant_id=said["tenant_id"], holder=said["holder"], limits=bounds,
                       credits=limits.Credits(**said["credits"]) if said["credits"] else None)
    if said["allowed_ips"] and not _is_in(ip, said["allowed_ips"]):
        raise Forbidden("the API key may not be used from this address", code="ip_not_allowed", caller=caller)
    return caller


def _is_in(ip: str, networks: Sequence[str]) -> bool:
    address = ip_address(ip)
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ip_network(each) for each in networks)
