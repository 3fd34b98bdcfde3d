"""The template's rights hold in the local cloud: with a function's own role, what its policy lacks is refused, and what it has works."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Outputs = dict[str, str]


@pytest.fixture(scope="module")
def function(aws: Callable[..., Any]) -> Callable[[str], dict[str, Any]]:
    """The configuration of a function by its name in the template."""
    listed = [each for page in aws("lambda").get_paginator("list_functions").paginate() for each in page["Functions"]]

    def find(name: str) -> dict[str, Any]:
        [found] = [each for each in listed if f"-{name}-" in f"{each['FunctionName']}-"]
        return dict(found)

    return find


@pytest.fixture(scope="module")
def as_function(aws: Callable[..., Any], function: Callable[[str], dict[str, Any]]) -> Callable[[str, str], Any]:
    """`as_function("PlansApi", "dynamodb")`: a client with the rights of that function's role."""

    def client(name: str, service: str) -> Any:
        got = aws("sts").assume_role(RoleArn=function(name)["Role"], RoleSessionName="test")["Credentials"]
        return aws(service, aws_access_key_id=got["AccessKeyId"], aws_secret_access_key=got["SecretAccessKey"],
                   aws_session_token=got["SessionToken"])

    return client


KEY = {"pk": {"S": "x"}, "sk": {"S": "#"}}


def test_a_function_reads_its_own_table(as_function: Callable[[str, str], Any], outputs: Outputs) -> None:
    assert "Item" not in as_function("PlansApi", "dynamodb").get_item(TableName=outputs["PlansTable"], Key=KEY)


FOREIGN = [
    ("PlansApi", "dynamodb", "delete_table", {"TableName": "{PlansTable}"}),
    ("PlansApi", "dynamodb", "scan", {"TableName": "{PlansTable}"}),
    ("PlansApi", "dynamodb", "delete_item", {"TableName": "{PlansTable}", "Key": KEY}),
    ("PlansApi", "dynamodb", "get_item", {"TableName": "{TenantsTable}", "Key": KEY}),
    ("PlansApi", "dynamodb", "put_item", {"TableName": "{PrincipalsTable}", "Item": KEY}),
    ("PlansApi", "dynamodb", "delete_item", {"TableName": "{AuditTable}", "Key": KEY}),
    ("SubscriptionsApi", "dynamodb", "put_item", {"TableName": "{TenantsTable}", "Item": KEY}),
    ("SubscriptionsApi", "dynamodb", "put_item", {"TableName": "{PlansTable}", "Item": KEY}),
    ("TenantsWorker", "sqs", "send_message", {"QueueUrl": "{PaymentsQueue}", "MessageBody": "{}"}),
    ("TenantsWorker", "sqs", "purge_queue", {"QueueUrl": "{PaymentsQueue}"}),
    ("TenantsApi", "secretsmanager", "list_secrets", {}),
    ("TenantsApi", "secretsmanager", "get_secret_value", {"SecretId": "platform-owner/gateways/gat_x"}),
    ("ExportsApi", "s3", "put_object", {"Bucket": "{Files}", "Key": "exports/x", "Body": b""}),
    ("ExportsApi", "s3", "get_object", {"Bucket": "{Files}", "Key": "invoices/x"}),
    ("DocsApi", "dynamodb", "get_item", {"TableName": "{PrincipalsTable}", "Key": KEY}),
    ("StaffApi", "iam", "list_roles", {}),
    ("StaffApi", "cognito-idp", "list_users", {"UserPoolId": "{UserPool}"}),
]


@pytest.mark.parametrize(("name", "service", "call", "arguments"), FOREIGN, ids=[f"{name} {call} {n}" for n, (name, _, call, _) in enumerate(FOREIGN)])
def test_what_its_policy_lacks_is_refused(name: str, service: str, call: str, arguments: dict[str, Any],
                                          as_function: Callable[[str, str], Any], outputs: Outputs) -> None:
    asked = {key: outputs[value[1:-1]] if isinstance(value, str) and value[1:-1] in outputs else value for key, value in arguments.items()}
    with pytest.raises(ClientError) as refusal:
        getattr(as_function(name, service), call)(**asked)
    assert refusal.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException"), refusal.value


def test_a_running_function_has_its_roles_rights_and_no_others(function: Callable[[str], dict[str, Any]], aws: Callable[..., Any], ask: Any,
                                                               token: dict[str, str], outputs: Outputs) -> None:
    """Its role is taken away what it reads with, and the function can no longer: it does not run as somebody else."""
    role = function("PlansApi")["Role"].rpartition("/")[2]
    iam = aws("iam")
    deny = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}]}'
    assert ask("GET", "/v1/plans", **token)[0] == 200
    iam.put_role_policy(RoleName=role, PolicyName="nothing", PolicyDocument=deny)
    try:
        assert ask("GET", "/v1/plans", **token)[0] == 500
        assert ask("GET", "/v1/tenants", **token)[0] == 200
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="nothing")
    assert ask("GET", "/v1/plans", **token)[0] == 200


def test_browsers_are_told_what_to_forbid_through_the_gateway_too(ask: Any, token: dict[str, str]) -> None:
    for status, headers in ((200, token), (401, {})):
        found, _, told = ask("GET", "/v1/plans", **headers)
        assert (found, told["x-content-type-options"], told["cache-control"]) == (status, "nosniff", "no-store")
        assert told["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
