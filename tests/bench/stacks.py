"""The stacks that are compared: ours and the peers, each with the same tenants, the same caller and the same request, in fresh processes.

Ours reads DynamoDB over real HTTP from `table_server`; the peers read their own SQLite file, which asks no other process for anything.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from local.settings import BUNDLE, KERNEL, ROOT
from tests.bench.table_server import Item, Tables, serve

PEERS = ROOT / "tests" / "bench" / "peers"
PEERS_PYTHON = ROOT / ".local" / "peers" / "bin" / "python"
DRIVER = PEERS / "driver.py"
TENANTS = 1000
SUBJECT, ISSUER = "subject-owner", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_test"
FAR = "2100-01-01T00:00:00.000000Z"
ENVIRONMENT = {
    "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_SERVICE_NAME": "platform-owner", "POWERTOOLS_LOG_LEVEL": "WARNING", "STACK_ID": "bench", "USER_POOL_ID": "us-east-1_test",
    "USER_POOL_CLIENT_ID": "client", "ALLOWED_ORIGINS": "http://localhost:8080", "ORIGIN": "http://localhost:8080", "CURSOR_SECRET": "cursor"}


@dataclass(frozen=True)
class Stack:
    """How one stack is run: its interpreter, its handler's module, what its environment has."""

    name: str
    python: Path
    module: str
    environment: dict[str, str]

    def run(self, mode: str, facts: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """What the driver found, and the seconds on the wall from before the process began to after it ended."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("AWS_", "POWERTOOLS_")) and name != "PYTHONDONTWRITEBYTECODE"}
        began = perf_counter()
        done = subprocess.run([self.python, DRIVER, self.module, mode], input=json.dumps(facts), env=kept | self.environment,
                              cwd=ROOT / "infra", capture_output=True, text=True, timeout=300)
        took = perf_counter() - began
        if done.returncode:
            raise SystemExit(f"{self.name} {mode}: {done.stderr[-2000:]}{done.stdout[-500:]}")
        return (json.loads(done.stdout) if done.stdout else {}), took


def ours(url: str, module: str = "functions.tenants.api") -> Stack:
    path = os.pathsep.join(map(str, (BUNDLE, KERNEL, PEERS)))
    return Stack("ours", Path(sys.executable), module, ENVIRONMENT | {"PYTHONPATH": path, "AWS_ENDPOINT_URL": url})


def peers(url: str, folder: Path) -> list[Stack]:
    if not PEERS_PYTHON.exists():
        raise SystemExit("The peers are not installed: make bench does it.")
    return [Stack(name, PEERS_PYTHON, module, {
        "PYTHONPATH": str(PEERS), "PEER_DATABASE": str(folder / f"{module}.sqlite"), "ISSUER": ISSUER,
        "JWKS_URL": f"{url}/us-east-1_test/.well-known/jwks.json"}) for name, module in (("DRF", "drf_app"), ("FastAPI", "fastapi_app"))]


@contextmanager
def stacks() -> Iterator[list[Stack]]:
    """Ours first, then the peers, each with a thousand tenants and a signed-in owner."""
    tables = Tables()
    with serve(tables) as url, tempfile.TemporaryDirectory() as folder:
        found = [ours(url), *peers(url, Path(folder))]
        set_up(tables)
        rows = [shown_of(item) for item in tenants(TENANTS)]
        staff, session = {"subject": SUBJECT, "role": "owner"}, {"id": f"origin-{SUBJECT}", "expires_at": FAR}
        for peer in found[1:]:
            peer.run("fill", {"rows": rows, "staff": staff, "session": session})
        yield found


def set_up(tables: Tables, n: int = TENANTS) -> None:
    """The owner, the key that tokens are verified by, and `n` tenants."""
    from jwt.algorithms import RSAAlgorithm

    from kernel import access, dynamodb
    from tests import callers

    public = RSAAlgorithm.to_jwk(callers.key().public_key(), as_dict=True)
    tables.keys = {"keys": [public | {"kid": "test", "use": "sig", "alg": "RS256"}]}
    session = dynamodb.key(f"session#origin-{SUBJECT}") | {"subject": {"S": SUBJECT}, "expires_at": {"S": FAR}}
    tables.load("principals", [access.staff_item(SUBJECT, staff_id="stf_owner", role="owner", active=True), session])
    tables.load("tenants", tenants(n))


def tenants(n: int) -> Iterator[Item]:
    """Tenants as `commit` stores them: a hundred plans and owners, six states, a second between any two."""
    from functions.tenants.models import Tenant, TenantStatus

    began = datetime(2026, 1, 1, 12, tzinfo=UTC)
    states = list(TenantStatus)
    for i in range(n):
        at = began + timedelta(seconds=i, microseconds=i)
        yield Tenant(
            f"ten_{i:026d}", name=f"Customer {i} GmbH", email=f"billing@customer-{i}.example.test", status=states[i % 6], phone="+4940123456",
            address={"line1": f"Hafenstraße {i}", "line2": "", "postal_code": "20359", "city": "Hamburg", "region": "", "country": "DE"},
            vat_id="DE136695976", vat_id_valid=True, zone="Europe/Berlin", language="de", plan_id=f"pln_{i % 100:026d}",
            owner_id=f"stf_{i // 7 % 100:026d}", created_at=at, updated_at=at, version=3, head="0" * 64, extra={"tier": "gold"}).item()


def shown_of(item: Item) -> dict[str, Any]:
    from functions.tenants.models import Tenant, TenantView
    from kernel.views import projection

    return projection(Tenant, TenantView)(item)


def event(path: str = "/v1/tenants", **query: str) -> dict[str, Any]:
    """A GET as API Gateway's HTTP API sends it (payload format 2.0), of the signed-in owner."""
    from urllib.parse import urlencode

    from tests import callers

    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "bench"}
    headers = {"authorization": f"Bearer {callers.token(SUBJECT)}", "accept": "application/json", "host": "api.example.test",
               "x-forwarded-for": "192.0.2.1", "x-forwarded-port": "443", "x-forwarded-proto": "https"}
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": urlencode(query), "headers": headers,
        "queryStringParameters": query or None, "isBase64Encoded": False, "body": None, "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "api.example.test", "stage": "$default", "requestId": "req-1",
            "time": "25/Nov/2026:12:00:00 +0000", "routeKey": "$default", "timeEpoch": 1795608000000, "http": http}}
