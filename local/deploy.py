"""Deploys template.yaml to the running emulator through CloudFormation, then makes up for what its CloudFormation drops."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError
from samtranslator.model.exceptions import InvalidDocumentException
from yaml import YAMLError

from local import state
from local.package import ARCHIVE, BUCKET, empty_archive, load, local_template
from local.settings import AWS_URL, ORIGIN, STACK, STRIPE_URL

# Parameters of the template that have a local value; one that it does not declare is not passed.
PARAMETERS = {
    "Protected": "false", "Sender": "billing@example.test", "Origin": ORIGIN, "StripeApiBase": STRIPE_URL, "ChecksReachLoopback": "true",
    "RazorpayApiBase": f"{STRIPE_URL}/razorpay"}
TEMPLATE = "template.json"
DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class Failed(Exception):
    """The template could not be read or deployed; the text says which resource and why."""


def deploy() -> dict[str, str]:
    """Returns the stack's outputs. Raises Failed."""
    try:
        parameters = {name: value for name, value in PARAMETERS.items() if name in load().get("Parameters", {})}
        template = local_template(parameters)
        upload(ARCHIVE, empty_archive())
        return _apply(template, parameters)
    except InvalidDocumentException as error:
        raise Failed("\n".join(cause.message for cause in error.causes)) from error
    except (YAMLError, ClientError) as error:
        raise Failed(str(error)[:1000]) from error


def _apply(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, str]:
    cloud = boto3.client("cloudformation")
    change = {"StackName": STACK, "ChangeSetName": f"change{time.time_ns()}"}
    cloud.create_change_set(
        **change,
        ChangeSetType="UPDATE" if _exists(cloud) else "CREATE",
        TemplateURL=upload(TEMPLATE, json.dumps(template, separators=(",", ":")).encode()),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    made = _until_settled(lambda: cloud.describe_change_set(**change), "Status")
    changes = made["Status"] == "CREATE_COMPLETE"
    if not changes and "contain changes" not in made.get("StatusReason", ""):
        raise Failed(made.get("StatusReason", "the change set failed"))
    began = datetime.now(UTC)
    if changes:
        cloud.execute_change_set(**change)
    stack = _until_settled(lambda: cloud.describe_stacks(StackName=STACK)["Stacks"][0], "StackStatus")
    if changes and stack["StackStatus"] not in DONE:
        raise Failed(_failures(cloud, began))
    _fix(cloud, template)
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def upload(key: str, body: bytes) -> str:
    """Puts it where CloudFormation reads code, and templates above 51,200 bytes. Returns its URL."""
    store = boto3.client("s3")
    store.create_bucket(Bucket=BUCKET)
    store.put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"{AWS_URL}/{BUCKET}/{key}"


def _exists(cloud: Any) -> bool:
    try:
        return bool(cloud.describe_stacks(StackName=STACK)["Stacks"])
    except ClientError:
        return False


def _until_settled(ask: Callable[[], dict[str, Any]], field: str) -> dict[str, Any]:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found = ask()
        if not found[field].endswith(("IN_PROGRESS", "PENDING")):
            return found
        time.sleep(0.02)
    raise Failed(f"the stack is still {found[field]} after two minutes: {state.OVER}")


def _failures(cloud: Any, since: datetime) -> str:
    events = cloud.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if "FAILED" in event["ResourceStatus"] and event["Timestamp"] >= since]
    return "\n".join(f"{e['LogicalResourceId']} {e['ResourceType']}: {e.get('ResourceStatusReason')}" for e in failed)


def _fix(cloud: Any, template: dict[str, Any]) -> None:
    """TTL and point-in-time recovery are dropped by the emulator's CloudFormation; the gateway needs the ids of the APIs."""
    resources = cloud.describe_stack_resources(StackName=STACK)["StackResources"]
    ids = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    apis, tables = {}, boto3.client("dynamodb")
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            apis[properties["ProtocolType"]] = ids[name]
        elif resource["Type"] == "AWS::DynamoDB::Table":
            _finish_table(tables, ids[name], properties)
    state.publish(state.DEPLOYED, apis)


def _finish_table(tables: Any, name: str, properties: dict[str, Any]) -> None:
    if expiry := properties.get("TimeToLiveSpecification"):
        current = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
        if current != "ENABLED":
            tables.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
    if recovery := properties.get("PointInTimeRecoverySpecification"):
        tables.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
