"""What the API shows of daily digests."""

import base64
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

from functions.audit import digests
from functions.audit.models import DigestDetail, DigestPage, DigestView
from kernel.audit import digest
from kernel.clock import wall
from kernel.config import aws, setting
from kernel.problems import BadRequest, NotFound
from kernel.query import opened, page_size, sealed

LINK = timedelta(hours=1)
AT_ONCE = 8


def page(params: Mapping[str, str], principal: str) -> DigestPage:
    """The newest first. 400 for what is no parameter."""
    if unknown := sorted(params.keys() - {"limit", "cursor"}):
        raise BadRequest(f"cannot filter by {unknown[0]}", code="unknown_filter", field=unknown[0], allowed=[])
    size, identity = page_size(params.get("limit")), digest(f"digests {principal}")
    before = date.fromisoformat(opened(params["cursor"], identity)) if "cursor" in params else date.max
    days = [day for day in digests.days() if day < before]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = [each for each in threads.map(digests.find, days[:size]) if each is not None]
    cursor = sealed(days[size - 1].isoformat(), identity) if len(days) > size else None
    return DigestPage(data=[DigestView(**_facts(each)) for each in found], next_cursor=cursor)


def detail(day: str) -> DigestDetail:
    """`NotFound` for a day without one: it is not over, or lies before the first."""
    try:
        found = digests.find(date.fromisoformat(day))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(f"there is no digest of {day}")
    until = wall() + LINK
    return DigestDetail(**_facts(found), digest_url=_link(digests.place(date.fromisoformat(day))), file_url=_link(found.facts["file"]),
                        urls_expire_at=until, public_key=pem(digests.public_key()))


def _facts(found: digests.Digest) -> dict[str, Any]:
    return {name: found.facts[name] for name in ("day", "count", "previous", "file_sha256", "key")} | {"hash": found.hash}


def _link(key: str) -> str:
    name = key.rsplit("/", 1)[1]
    asked = {"Bucket": setting("FILES"), "Key": key, "ResponseContentDisposition": f'attachment; filename="{name}"'}
    return str(aws("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=int(LINK.total_seconds())))


def pem(der: bytes) -> str:
    """RFC 7468."""
    text = base64.b64encode(der).decode()
    lines = [text[n:n + 64] for n in range(0, len(text), 64)]
    return "\n".join(("-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""))
