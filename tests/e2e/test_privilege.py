"""The rights that the template gives are the ones that functions have: each is asked, as itself, for what is not its own."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.test_privilege import granted
from tests.unit.test_template import LAMBDAS, QUEUES, TABLES, listed

KEY: dict[str, Any] = {"pk": {"S": "nobody"}, "sk": {"S": "#"}}
NEVER = {"ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(pk)"}  # so that what is allowed does nothing
CALLS: dict[str, Callable[[Any, str], Any]] = {
    "dynamodb:GetItem": lambda client, table: client.get_item(TableName=table, Key=KEY),
    "dynamodb:Query": lambda client, table: client.query(
        TableName=table, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "nobody"}}),
    "dynamodb:PutItem": lambda client, table: client.put_item(TableName=table, Item=KEY, **NEVER),
    "dynamodb:DeleteItem": lambda client, table: client.delete_item(TableName=table, Key=KEY, **NEVER),
    "dynamodb:UpdateItem": lambda client, table: client.update_item(TableName=table, Key=KEY, UpdateExpression="REMOVE x", **NEVER),
    "dynamodb:Scan": lambda client, table: client.scan(TableName=table, Limit=1)}  # fmt: skip

ONCE = ("dynamodb:Query", "dynamodb:PutItem")


@pytest.fixture(scope="session")
def roles(aws: Callable[..., Any], cloud: Any) -> dict[str, str]:
    """The name of each function's role, by the function's name in the template."""
    found = {each["LogicalResourceId"]: each["PhysicalResourceId"]
             for each in aws("cloudformation").describe_stack_resources(StackName=cloud.facts["stack"])["StackResources"]}
    return {name: found[f"{name}Role"] for name in LAMBDAS}


@pytest.fixture(scope="session")
def acting(aws: Callable[..., Any], roles: dict[str, str]) -> Callable[..., Any]:
    """A client of a service with the rights of a function: `acting("PlansApi", "dynamodb")`."""
    iam, got = aws("iam"), {}

    def client(name: str, service: str, **options: Any) -> Any:
        if name not in got:
            role = iam.get_role(RoleName=roles[name])["Role"]
            trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
            iam.update_assume_role_policy(RoleName=roles[name], PolicyDocument=json.dumps(trust))
            got[name] = aws("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
            iam.update_assume_role_policy(RoleName=roles[name], PolicyDocument=json.dumps(role["AssumeRolePolicyDocument"]))
        return aws(service, aws_access_key_id=got[name]["AccessKeyId"], aws_secret_access_key=got[name]["SecretAccessKey"],
                   aws_session_token=got[name]["SessionToken"], **options)

    return client


def is_denied(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError as error:
        return "AccessDenied" in error.response["Error"]["Code"]
    return False


def rights(name: str) -> list[dict[str, Any]]:
    """What a function's own policy and those that it shares with others allow."""
    shared = [each for each in LAMBDAS[name].get("Policies", []) if isinstance(each, str)]
    return [statement for owner in (name, *shared) for statement in granted(owner)]


def allowed(name: str, action: str, resource: str) -> set[bool]:
    """Whether a function may: one answer, or both where that depends on the item."""
    found = [statement for statement in rights(name)
             if action in listed(statement["Action"]) and f"{resource}.Arn" in listed(statement.get("Resource", []))]
    return {True} if any("Condition" not in each for each in found) else {True, False} if found else {False}


@pytest.mark.parametrize("name", LAMBDAS)
def test_a_function_reaches_the_tables_that_its_policy_names_and_no_other(
    name: str, acting: Callable[..., Any], outputs: dict[str, str]) -> None:
    """A table to which it has no right at all is read once, or written: what one function does not ask of a table, the next one does."""
    client, place = acting(name, "dynamodb"), list(LAMBDAS).index(name)
    its_own = {table for table in TABLES if any(allowed(name, action, table) != {False} for action in CALLS)}
    wrong = [(action, table) for n, table in enumerate(TABLES, place) for action, call in CALLS.items()
             if (table in its_own or action == ONCE[n % 2])
             and is_denied(lambda call=call, table=table: call(client, outputs[table])) not in {not may for may in allowed(name, action, table)}]
    assert wrong == []


@pytest.mark.parametrize("name", LAMBDAS)
def test_nobody_but_the_one_worker_tells_sockets_anything(name: str, acting: Callable[..., Any], outputs: dict[str, str], cloud: Any) -> None:
    place = f"{cloud.facts['aws_endpoint_url']}/_aws/execute-api/{outputs['Sockets']}/live"
    client = acting(name, "apigatewaymanagementapi", endpoint_url=place)
    for call in (lambda: client.post_to_connection(ConnectionId="c", Data="x"), lambda: client.delete_connection(ConnectionId="c")):
        with pytest.raises(ClientError) as refused:
            call()
        found = refused.value.response["ResponseMetadata"]["HTTPStatusCode"]
        assert found == (410 if name == "RealtimeWorker" else 403)


@pytest.mark.parametrize("name", [name for name in LAMBDAS if name.endswith("Worker")])
def test_a_worker_reads_no_queue_but_its_own(name: str, acting: Callable[..., Any], outputs: dict[str, str]) -> None:
    client = acting(name, "sqs")
    own = {f"{each['Properties']['Queue']}" for each in LAMBDAS[name]["Events"].values() if each["Type"] == "SQS"}
    for queue in QUEUES:
        if f"{queue}.Arn" not in own:
            assert is_denied(lambda queue=queue: client.receive_message(QueueUrl=outputs[queue])), queue


@pytest.mark.parametrize("name", LAMBDAS)
def test_a_function_sends_to_no_queue_that_its_policy_does_not_name(
    name: str, acting: Callable[..., Any], outputs: dict[str, str]) -> None:
    client = acting(name, "sqs")
    for queue in QUEUES:
        if allowed(name, "sqs:SendMessage", queue) == {False}:
            assert is_denied(lambda queue=queue: client.send_message(QueueUrl=outputs[queue], MessageBody="x")), queue


@pytest.mark.parametrize("name", LAMBDAS)
def test_files_secrets_mails_and_the_bus_are_for_those_whose_policy_says_so(
    name: str, acting: Callable[..., Any], aws: Callable[..., Any], outputs: dict[str, str]) -> None:
    if not any(each["Name"] == "platform-owner/gateways/other" for each in aws("secretsmanager").list_secrets()["SecretList"]):
        aws("secretsmanager").create_secret(Name="platform-owner/gateways/other", SecretString="x")
    actions = {action for statement in rights(name) for action in listed(statement["Action"])}
    asked = {
        "s3:PutObject": lambda: acting(name, "s3").put_object(Bucket=outputs["Files"], Key="elsewhere/x", Body=b"x"),
        "s3:GetObject": lambda: acting(name, "s3").get_object(Bucket=outputs["Files"], Key="elsewhere/x"),
        "secretsmanager:PutSecretValue": lambda: acting(name, "secretsmanager").put_secret_value(
            SecretId="platform-owner/gateways/other", SecretString="y"),
        "ses:SendRawEmail": lambda: acting(name, "ses").send_raw_email(
            Source="billing@example.test", Destinations=["x@example.test"], RawMessage={"Data": b"x"}),
        "events:PutEvents": lambda: acting(name, "events").put_events(
            Entries=[{"EventBusName": outputs["Bus"], "Source": "x", "DetailType": "x", "Detail": "{}"}]),
        "cognito-idp:AdminDeleteUser": lambda: acting(name, "cognito-idp").admin_delete_user(UserPoolId=outputs["UserPool"], Username="x")}  # fmt: skip
    for action, call in asked.items():
        if action not in actions or action.startswith("s3:"):  # a folder that is nobody's
            assert is_denied(call), action


@contextmanager
def without(iam: Any, role: str, action: str) -> Iterator[None]:
    """A role's own policy, less one action, for as long as it lasts."""
    [policy] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    whole = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    less = [{**each, "Action": [one for one in listed(each["Action"]) if one != action]} for each in whole["Statement"]]
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps({**whole, "Statement": less}))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(whole))


def test_a_function_whose_policy_lacks_an_action_fails(
    aws: Callable[..., Any], roles: dict[str, str], ask: Callable[..., Any], token: dict[str, str]) -> None:
    """So a policy that is too narrow shows in whatever end-to-end test comes that way."""
    with without(aws("iam"), roles["PlansApi"], "dynamodb:PutItem"):
        status, body, _ = ask("POST", "/v1/plans", {"name": "Forbidden"}, **token)
        assert (status, body["code"]) == (500, "internal_error")
        assert "AccessDenied" not in json.dumps(body)
        assert [plan["name"] for plan in ask("GET", "/v1/plans?name=Forbidden", **token)[1]["data"]] == []
    assert ask("POST", "/v1/plans", {"name": "Allowed"}, **token)[0] == 201


def test_in_a_transaction_each_part_needs_its_own_right(
    acting: Callable[..., Any], aws: Callable[..., Any], outputs: dict[str, str]) -> None:
    own, foreign = ({"Put": {"TableName": outputs[table], "Item": KEY}} for table in ("PlansTable", "TenantsTable"))
    assert is_denied(lambda: acting("PlansApi", "dynamodb").transact_write_items(TransactItems=[own, foreign]))
    assert "Item" not in aws("dynamodb").get_item(TableName=outputs["PlansTable"], Key=KEY)
