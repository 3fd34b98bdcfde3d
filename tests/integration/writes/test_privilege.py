"""Every call to AWS that a function makes, whatever is asked of it, is one that its policy in the template allows."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatchcase
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from kernel import config
from kernel.http import Api
from local.gateways.stripe.remote import Remote
from tests.integration.kernel.things import hooked
from tests.integration.writes.company import APIS, MESSAGE, Company, Snapshot, owner_of
from tests.integration.writes.registry import WRITES
from tests.integration.writes.test_throttling import addresses
from tests.unit.test_privilege import granted
from tests.unit.test_template import LAMBDAS, QUEUES, TABLES, events_of, handler_of, listed

OTHERS = ("cognito-idp", "kms", "s3", "secretsmanager", "ses", "sns", "sqs")
# By IAM's names, where the call has another one; what is signed in with needs no right.
RIGHT = {
    "ListObjectsV2": "ListBucket", "SendMessageBatch": "SendMessage", "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject", "CopyObject": "PutObject"}
FREE = {"InitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken", "RevokeToken"}
PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
Asked = tuple[str, str, str]  # action; the table, index or queue as the template writes it, and the item's key, where they are known
Call = tuple[str, *Asked]  # with the function before it


def arn(table: str) -> str:
    """`PlansTable.Arn` of the table `plans`."""
    return next(f"{name}.Arn" for name in TABLES if name.removesuffix("Table").lower() == table.replace("_", ""))


def function_of(api: Api) -> str:
    return next(name for name, each in LAMBDAS.items() if each["Handler"].endswith(".api.handler") and handler_of(name) is api)


def asked_of_dynamodb(operation: str, body: dict[str, Any]) -> set[Asked]:
    """Each part of a call."""
    if operation == "TransactWriteItems":
        return {(f"dynamodb:{PARTS[kind]}", arn(part["TableName"]), key(part)) for each in body["TransactItems"] for kind, part in each.items()}
    if operation == "BatchGetItem":
        return {("dynamodb:BatchGetItem", arn(table), "") for table in body["RequestItems"]}
    table = arn(body["TableName"])
    return {(f"dynamodb:{operation}", f"${{{table}}}/index/{body['IndexName']}" if "IndexName" in body else table, key(body))}


def key(part: dict[str, Any]) -> str:
    return str((part.get("Key") or part.get("Item") or {}).get("pk", {}).get("S", ""))


class Watched(Company):
    """Notes which function made which calls."""

    def __init__(self, headers: dict[str, str], simulator: str) -> None:
        self.calls: set[Call] = set()
        self.function = ""
        super().__init__(headers, simulator)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> SimpleNamespace:
        with self.being(f"{path.title().replace('_', '')}Worker" if method == MESSAGE else function_of(owner_of(method, path))):
            return super().ask(method, path, body, **more)

    def woken(self, name: str, event: dict[str, Any]) -> None:
        """A schedule's call."""
        with self.being(name):
            import_module(LAMBDAS[name]["Handler"].rsplit(".", 1)[0]).handler(event, None)

    @contextmanager
    def being(self, name: str) -> Iterator[None]:
        """With the function's own queues."""
        place = os.environ["QUEUE_URL"].rsplit("/", 1)[0]
        told = LAMBDAS[name].get("Environment", {}).get("Variables", {}).items()
        os.environ |= {variable: f"{place}/{value}{'.fifo' if QUEUES[value].get('FifoQueue') else ''}" for variable, value in told if value in QUEUES}
        self.function = name
        try:
            yield
        finally:
            self.function = ""

    def to_dynamodb(self, request: Any, **_: Any) -> None:
        if self.function:
            operation = request.headers["X-Amz-Target"]
            name = (operation.decode() if isinstance(operation, bytes) else operation).split(".")[1]
            self.calls |= {(self.function, *each) for each in asked_of_dynamodb(name, json.loads(request.body))}

    def to_others(self, model: Any, params: Any, **_: Any) -> None:
        if self.function and model.name not in FREE:
            service = model.service_model.signing_name
            body = params["body"] if isinstance(params["body"], bytes) and model.service_model.service_name == "sqs" else b"{}"
            queue = json.loads(body).get("QueueUrl", "").rsplit("/", 1)[-1].removesuffix(".fifo")
            self.calls.add((self.function, f"{service}:{RIGHT.get(model.name, model.name)}", f"{queue}.Arn" if queue else "", ""))

    @contextmanager
    def listening(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(hooked("before-send.dynamodb", self.to_dynamodb))
            for service in OTHERS:
                config.aws(service).meta.events.register("before-call", self.to_others)
            yield


@pytest.fixture
def company(aws: None, owner: dict[str, str], simulator: str, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setenv("STRIPE_API_BASE", simulator)
    Remote(simulator).post("reset", webhook_endpoints=True)
    return Watched(owner, simulator)


def is_allowed(call: Call) -> bool:
    function, action, resource, pk = call
    owners = [function, *(each for each in LAMBDAS[function].get("Policies", []) if isinstance(each, str))]
    for statement in (each for owner in owners for each in granted(owner)):
        named = listed(statement.get("Resource", []))
        whole = resource.rsplit("/index/", 1)[0] + "/index/*"
        keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", ["*"])
        if action in listed(statement["Action"]) and (not resource or {resource, whole} & set(named)) and any(fnmatchcase(pk, each) for each in keys):
            return True
    return False


def test_every_call_of_every_feature_is_allowed_by_its_policy(company: Watched) -> None:
    base = Snapshot()
    with company.listening():
        for name, write in WRITES.items():
            base.restore()
            made = write.prepare(company)
            for _ in range(2):  # and what a repeat with the same key does
                answer = company.ask(*write.ask(company, made), at=write.at, headers=write.headers | {"Idempotency-Key": name.replace(" ", "-")})
            write.then(company, made, answer)
        for name in ("change the price now", "refund", "send a message again", "change a view", "advance a clock", "take an export back"):
            WRITES[name].prepare(company)  # something to read of each feature
        for path in (each for each in addresses(company) if each != "/v1/docs"):
            company.ask("GET", path, **({"q": "Acme"} if path == "/v1/search" else {}))
        for name in LAMBDAS:
            for event in events_of(name, "ScheduleV2"):
                company.woken(name, json.loads(event["Input"]) | {"time": "2026-03-10T00:00:00Z"})
    assert {call[0] for call in company.calls} >= {function_of(api) for api in APIS} - {"DocsApi"}
    assert sorted(call for call in company.calls if not is_allowed(call)) == []


def test_a_call_beyond_a_policy_would_be_seen() -> None:
    assert is_allowed(("PlansApi", "dynamodb:PutItem", "PlansTable.Arn", ""))
    assert is_allowed(("PlansApi", "dynamodb:Query", "${PlansTable.Arn}/index/gsi1", ""))
    assert not is_allowed(("PlansApi", "dynamodb:DeleteItem", "PlansTable.Arn", ""))
    assert not is_allowed(("PlansApi", "dynamodb:PutItem", "TenantsTable.Arn", ""))
    assert not is_allowed(("AuditWorker", "dynamodb:Query", "${PlansTable.Arn}/index/gsi1", ""))
