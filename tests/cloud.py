"""The template's tables, queues, bucket and secret, made in moto."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import yaml
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb import dynamodb_backends
from moto.sqs import sqs_backends

from local.settings import feature
from tests.quick_moto import copied

# Parsing AWS's service models is most of what a client costs: the sessions of a test run share one loader.
botocore.session.create_loader = cache(botocore.session.create_loader)

ROOT = Path(__file__).parents[1]


class _Loader(yaml.SafeLoader):
    """Reads !Ref, !Sub and !GetAtt as their plain values."""


def _plain(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    return loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else loader.construct_mapping(node)  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _plain)  # type: ignore[no-untyped-call]


@cache
def template() -> dict[str, Any]:
    """`template.yaml`, with the intrinsic functions as their plain values."""
    return dict(yaml.load((ROOT / "template.yaml").read_text(), _Loader))


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """{logical id: properties} of the template's resources of a kind."""
    return {name: r.get("Properties", {}) for name, r in template()["Resources"].items() if r["Type"] == kind}


@cache
def client(service: str) -> Any:
    """One for all tests of a process, to make things with. What is tested makes its own."""
    import boto3

    return boto3.client(service)


@cache
def tables() -> dict[str, Any]:
    """The tables as moto keeps them, empty. To make them is most of what a small test would cost; a copy costs next to nothing."""
    for name, properties in resources("AWS::DynamoDB::Table").items():
        kept = {k: properties[k] for k in ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes") if k in properties}
        client("dynamodb").create_table(TableName=feature(name), **kept)
    return copied(dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables)


def create() -> dict[str, str]:
    """Make everything; returns the environment variables that only exist now."""
    dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables = copied(tables())
    found = {}
    for name, properties in resources("AWS::SQS::Queue").items():
        fifo = {"FifoQueue": "true"} if properties.get("FifoQueue") else {}
        queue = name + (".fifo" if fifo else "")
        sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].create_queue(queue, **fifo)  # by itself, or it is most of what a small test costs
        found[name] = f"https://sqs.us-east-1.amazonaws.com/{DEFAULT_ACCOUNT_ID}/{queue}"
    client("s3").create_bucket(Bucket="files")
    client("secretsmanager").create_secret(Name="cursor", SecretString="a-secret-of-the-tests-that-is-long-enough")
    client("ses").verify_email_identity(EmailAddress="billing@example.test")
    client("events").create_event_bus(Name="events")
    properties = resources("AWS::KMS::Key")["AuditKey"]
    key = client("kms").create_key(**{name: properties[name] for name in ("KeySpec", "KeyUsage")})["KeyMetadata"]["KeyId"]
    names = {f"{name.removesuffix('Queue').upper()}_QUEUE": url for name, url in found.items() if name.endswith("Queue")}
    own = {"QUEUE_URL": found["SubscriptionsQueue"], "PARKED_URL": found["SubscriptionsParked"]}
    queues = json.dumps({feature(name): name for name in found if name.endswith("Queue")})
    known = {f"{feature(name).upper()}_TABLE": feature(name) for name in resources("AWS::DynamoDB::Table")}
    return names | own | known | {"SERIES_URL": found["InvoicesSeries"], "BEATS_URL": found["HealthQueue"], "QUEUES": queues, "AUDIT_KEY": key}


def received(url: str) -> list[str]:
    """Bodies of all messages in a queue, taken out of it."""
    import boto3

    queues, found = boto3.client("sqs"), []
    while messages := queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(message["Body"])
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found
