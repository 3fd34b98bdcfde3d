"""One DynamoDB client per process, with a direct parser for DynamoDB's JSON, and the few reads that everything is made of.

botocore's generic parser is half of the CPU of reading 100 items; its retries, signing and checksums are kept.
"""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from botocore import parsers
from botocore.awsrequest import prepare_request_dict
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.retries import standard
from botocore.retries.quota import RetryQuota
from pydantic_core import from_json

from kernel import sdk
from kernel.problems import Unavailable

BATCH_TRIES = 5
BUSY = {"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "InternalServerError",
        "TransactionInProgressException", "TransactionConflictException"}
UNREACHABLE = (NoConnection, HTTPClientError)  # no answer: nobody knows whether the call was served
TRIES = 6  # of one call: of those that are turned away three times in ten, one in 1,400 fails
Item = dict[str, dict[str, Any]]  # an item in DynamoDB's own JSON: {"pk": {"S": "ten_…"}}


class _Parser(parsers.JSONParser):
    """Takes the body as it is. No record of ours stores binary, the one type that JSON carries differently."""

    def _handle_json_body(self, raw_body: bytes, shape: Any) -> dict[str, Any]:
        body: dict[str, Any] = from_json(raw_body) if raw_body else {}
        return body


class _ParserFactory(parsers.ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> _Parser:
        return _Parser(**self._defaults)  # type: ignore[attr-defined]


class _Backoff(standard.BaseRetryBackoff):
    """Waits up to 50 ms before the second try, twice as long before each other, evenly spread. botocore's own begins with a second:
    whoever asked us would be gone."""

    def delay_amount(self, context: Any) -> float:
        return random.uniform(0, 0.025 * 2**context.attempt_number)


def _retrying(made: Any) -> None:
    """The client's own rules of what is tried again, with more and shorter waits, and enough of them for a minute of such weather: a
    function works on one request at a time, so that it cannot ask in crowds."""
    events, quota = made.meta.events, standard.RetryQuotaChecker(RetryQuota(initial_capacity=5000))
    policy = standard.RetryPolicy(standard.StandardRetryConditions(max_attempts=TRIES), _Backoff())
    events.unregister("needs-retry.dynamodb", unique_id="retry-config-dynamodb")
    handler = standard.RetryHandler(policy, standard.RetryEventAdapter(), quota)  # type: ignore[arg-type]  # the stubs name another

    def again(attempts: int, request_dict: dict[str, Any], **about: Any) -> float | None:
        if attempts >= request_dict["context"].get("tries", TRIES):
            return None
        found: float | None = handler.needs_retry(attempts=attempts, request_dict=request_dict, **about)
        return found

    events.register("needs-retry.dynamodb", again)
    events.register("after-call.dynamodb", quota.release_retry_quota)


@cache
def client() -> Any:
    config = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": TRIES}, tcp_keepalive=True)
    made = sdk.client("dynamodb", config)
    made._endpoint._response_parser_factory = _ParserFactory()
    _retrying(made)
    # The name that we go by does not change from call to call, and making it anew is a tenth of what one costs.
    made.meta.events.unregister("request-created.dynamodb", made._user_agent_creator.rebuild_and_replace_user_agent_handler)
    return made


def read(operation: str, **asked: Any) -> dict[str, Any]:
    """One call that changes nothing."""
    return call(operation, asked)


def call(operation: str, asked: dict[str, Any], *, tries: int = TRIES) -> dict[str, Any]:
    """One call. Validation, serialising and the search for the endpoint, a third of what a call costs, are left out: what we ask is JSON
    already, and the address is the client's. Hooks, signing, retries and checksums are botocore's as ever."""
    made = client()
    model, prepared = _prepared(made, operation)
    context = {**prepared["context"], "tries": tries}
    request = prepared | {"headers": {**prepared["headers"]}, "body": json.dumps(asked).encode(), "context": context}
    events, about = made.meta.events, {"model": model, "context": context}
    hook, signer = f"before-call.dynamodb.{operation}", made._request_signer
    _, answered = events.emit_until_response(hook, params=request, request_signer=signer, **about)
    http, parsed = answered or made._make_request(model, request, context)
    events.emit(f"after-call.dynamodb.{operation}", http_response=http, parsed=parsed, **about)
    if http.status_code >= 300:
        raise ClientError(parsed, operation)
    found: dict[str, Any] = parsed
    return found


@lru_cache(maxsize=16)
def _prepared(made: Any, operation: str) -> tuple[Any, dict[str, Any]]:
    """The model of an operation, and its request without a body, as the client would make it."""
    model = made.meta.service_model.operation_model(operation)
    context = {"client_region": made.meta.region_name, "client_config": made.meta.config, "has_streaming_input": False,
               "auth_type": model.resolved_auth_type, "unsigned_payload": model.unsigned_payload,
               "auth_options": model.service_model.metadata.get("auth")}
    url, more, properties = made._resolve_endpoint_ruleset(model, {"TableName": "any", "RequestItems": {}}, context)
    if properties:
        context["endpoint_properties"] = properties
    headers = {"X-Amz-Target": f"{model.metadata['targetPrefix']}.{operation}", "Content-Type": "application/x-amz-json-1.0", **more}
    request = {"url_path": "/", "query_string": "", "method": "POST", "headers": headers, "body": b""}
    prepare_request_dict(request, endpoint_url=url, user_agent=made._user_agent_creator.to_string(), context=context)
    return model, request


class Update:
    """A conditional UpdateItem in the making: what must hold, and what is set then. Either way the answer has the item."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, dict[str, str]] = {}
        self.conditions: list[str] = []
        self.sets: list[str] = []

    def add(self, attribute: str, condition: str, assignment: str, *values: int | str) -> None:
        """`{0}` stands for the attribute in both, `{1}` and so on for the values."""
        name, n = f"#a{len(self.names)}", len(self.values)
        self.names[name] = attribute
        called = [f":v{n + k}" for k in range(len(values))]
        self.values |= {each: {"N" if isinstance(value, int) else "S": str(value)} for each, value in zip(called, values, strict=True)}
        self.conditions += [condition.format(name, *called)] if condition else []
        self.sets += [assignment.format(name, *called)] if assignment else []

    def asked(self, table: str, pk: str) -> dict[str, Any]:
        return {"TableName": table, "Key": key(pk), "ReturnValues": "ALL_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                "UpdateExpression": "SET " + ", ".join(self.sets), "ConditionExpression": " AND ".join(self.conditions),
                "ExpressionAttributeNames": self.names, "ExpressionAttributeValues": self.values}


def key(pk: str, sk: str = "#") -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def get(table: str, pk: str, sk: str = "#") -> Item | None:
    """The newest state of one item, or None."""
    found: Item | None = read("GetItem", TableName=table, Key=key(pk, sk), ConsistentRead=True).get("Item")
    return found


def children(table: str, pk: str, prefix: str = "") -> Iterator[Item]:
    """The items of a partition whose sort key begins with `prefix`, in order."""
    start: Item | None = None
    below = {":s": {"S": prefix}} if prefix else {}
    while True:
        asked = {"TableName": table, "ConsistentRead": True, "ExpressionAttributeValues": {":p": {"S": pk}, **below},
                 "KeyConditionExpression": "pk = :p" + (" AND begins_with(sk, :s)" if prefix else "")}
        page = read("Query", **asked, **({"ExclusiveStartKey": start} if start else {}))
        yield from page["Items"]
        start = page.get("LastEvaluatedKey")
        if not start:
            return


def ask(table: str, index: str, partition: str, *, low: str | None = None, high: str | None = None, forward: bool = True,
        limit: int = 100, start: Item | None = None) -> tuple[list[Item], Item | None]:
    """One Query on an index, or ("") on the table: a partition's items with `low` <= sort <= `high`, and where the next page begins."""
    values = {":p": {"S": partition}, ":l": {"S": low or "\x00"}, ":h": {"S": high or "\U0010ffff"}}
    asked: dict[str, Any] = {
        "TableName": table, "Limit": limit, "ScanIndexForward": forward, "ConsistentRead": not index, "ExpressionAttributeValues": values,
        "KeyConditionExpression": f"{index}pk = :p AND {index}sk BETWEEN :l AND :h"}
    if index:
        asked["IndexName"] = index
    page = read("Query", **asked, **({"ExclusiveStartKey": start} if start else {}))
    return page["Items"], page.get("LastEvaluatedKey")


def many(table: str, ids: Sequence[str]) -> list[Item]:
    """The root items of up to 100 records, in the order asked for; those that do not exist are left out."""
    found: dict[str, Item] = {}
    wanted, attempts = [key(id) for id in ids], tries(BATCH_TRIES)
    while wanted and next(attempts, None) is not None:
        answer = read("BatchGetItem", RequestItems={table: {"Keys": wanted}})
        found |= {item["pk"]["S"]: item for item in answer["Responses"].get(table, [])}
        wanted = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
    if wanted:
        raise Unavailable("the database is busy, try again", retry_after=1)
    return [found[id] for id in ids if id in found]


def tries(most: int) -> Iterator[int]:
    """So many tries, with ever longer pauses between them: full jitter, so that those who collided part."""
    yield 0
    for attempt in range(1, most):
        time.sleep(random.uniform(0, 0.025 * 2**attempt))
        yield attempt


def held(write: Callable[..., dict[str, Any]], **asked: Any) -> dict[str, Any] | None:
    """The answer to a conditional write of the client's; None where its condition does not hold, or another transaction is in the way."""
    try:
        return write(**asked)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ConditionalCheckFailedException", "TransactionCanceledException"):
            raise
        return None


def chunks(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(things)
    while batch := list(islice(left, size)):
        yield batch
