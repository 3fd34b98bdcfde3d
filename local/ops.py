"""What an operator does by hand, in the local cloud or (--stack) in AWS: `python -m local.ops --help` lists it."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from getpass import getpass
from itertools import groupby
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local import console, state
from local.settings import KERNEL, feature, talk_to
from local.staff import hire

HELD = 300  # seconds for which a message that is being sent again is seen by nobody else


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m local.ops", description=__doc__)
    parser.add_argument("--stack", help="a stack in AWS, instead of the local cloud")
    verbs = parser.add_subparsers(dest="verb", required=True)
    span = verbs.add_parser("replay", help="publish what was recorded in a span of time to the bus again")
    span.add_argument("start", metavar="FROM")
    span.add_argument("end", metavar="TO")
    verbs.add_parser("verify-audit", help="check the hash chain of every record")
    verbs.add_parser("export-audit", help="the log and its digests, for infra/verify_audit.py").add_argument("folder", type=Path)
    verbs.add_parser("reindex", help="build the search index anew, beside the one in use, and switch")
    verbs.add_parser("console", help="build the console and put it where the stack serves it from")
    verbs.add_parser("redrive", help="send parked messages to their queues again").add_argument("feature", nargs="?")
    first = verbs.add_parser("owner", help="make somebody an owner of the back office; asks for the password")
    first.add_argument("email")
    first.add_argument("name")
    asked = parser.parse_args(arguments)
    outputs = connect(asked.stack)
    if asked.verb == "replay":
        replay(asked.start, asked.end)
    elif asked.verb == "reindex":
        from local.reindex import REQUEST, reindex

        print(f"{reindex(patience=REQUEST if asked.stack else 0)} records are in the new index.")
    elif asked.verb == "export-audit":
        from local.audit_export import export

        os.environ.update(FILES=outputs["Files"], AUDIT_KEY=outputs["AuditKey"])
        print(f"{export(asked.folder)} entries are in {asked.folder}.")
    elif asked.verb == "redrive":
        redrive(outputs, asked.feature)
    elif asked.verb == "console":
        publish(outputs)
    elif asked.verb == "owner":
        owner(outputs, asked.email, asked.name)
    else:
        verify_audit()


def connect(stack: str | None) -> dict[str, str]:
    """The stack's outputs; afterwards this process is set up as its functions are."""
    if stack:
        os.environ["AWS_REGION"] = boto3.Session().region_name or "us-east-1"
        described = boto3.client("cloudformation", region_name=os.environ["AWS_REGION"]).describe_stacks(StackName=stack)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    else:
        facts = state.facts()
        talk_to(facts["aws_endpoint_url"])
        outputs = facts["outputs"]
    os.environ.update({f"{feature(name).upper()}_TABLE": value for name, value in outputs.items() if name.endswith("Table")})
    os.environ.update(BUS=outputs["Bus"], PARKED_URL=outputs["RelayParked"])
    sys.path.insert(0, str(KERNEL))
    return outputs


def publish(outputs: dict[str, str]) -> None:
    try:
        console.build()
    except console.Failed as error:
        raise SystemExit(str(error)) from None
    print(f"{console.upload(outputs['ConsoleFiles'])} files are behind {outputs['Console']}")


def owner(outputs: dict[str, str], email: str, name: str) -> None:
    """How the first one gets in, on a fresh stack: everybody else is let in by somebody."""
    from functions.staff import holders
    from functions.staff.models import Role, Staff
    from kernel.dynamodb import ask

    password = getpass("Password (12 characters or more, with a digit, a sign and both cases): ")
    try:
        hire(outputs, name, email, Role.OWNER, at=datetime.now(UTC), password=password)
    except ClientError as error:  # the user pool says what it does not like
        raise SystemExit(error.response["Error"]["Message"]) from None
    for item in ask(Staff.table(), "gsi3", f"{Staff.prefix}#role={Role.OWNER}", limit=1000)[0]:
        holders.counted(Staff.load(item))  # who was made one before owners were counted
    print(f"{email} can sign in.")


def replay(start: str, end: str) -> None:
    """Consumers drop what they have seen, so a span that is too wide does no harm."""
    from functions.relay.sweep import between
    from functions.relay.worker import relay
    from kernel.clock import parse

    try:
        span = parse(start), parse(end)
    except ValueError:
        raise SystemExit("Name a span of time: make replay FROM=2026-01-31T00:00:00Z TO=2026-02-01T00:00:00Z") from None
    print(f"{relay(between(*span))} entries were published again.")


def verify_audit() -> None:
    """One pass over the log and the records. What does not fit may have been written meanwhile: that is looked at again, alone."""
    from functions.audit.subjects import FEATURES
    from kernel.audit import GENESIS, first_bad
    from kernel.config import table

    heads = {item["pk"]["S"]: item["head"]["S"] for feature in sorted(set(FEATURES.values()))
             for item in scan(table(feature)) if "head" in item}
    suspects, entries, subjects = [], 0, set()
    for subject, found in groupby(filter(lambda item: "header" in item, scan(table("audit"))), key=lambda item: str(item["pk"]["S"])):
        items = list(found)
        entries += len(items)
        subjects.add(subject)
        if first_bad(items, heads.get(subject, GENESIS)) is not None:
            suspects.append(subject)
    suspects += sorted(heads.keys() - subjects)
    bad = [(subject, version) for subject in suspects if (version := _first_bad(subject)) is not None]
    for subject, version in bad:
        print(f"{subject}: entry {version} is missing, altered or unknown to the record")
    print(f"{entries} entries about {len(subjects)} records: {f'{len(bad)} chains are broken' if bad else 'all chains are intact'}.")
    if bad:
        raise SystemExit(1)


def _first_bad(subject: str) -> int | None:
    from functions.audit.service import verify
    from kernel.problems import NotFound

    try:
        return verify(subject).first_bad
    except NotFound:
        return 1  # a record that nobody has ever written about: it came past the log


def scan(table: str) -> Iterator[dict[str, Any]]:
    """All items of a table, as they are now: what an operator may ask for and no function."""
    from kernel.dynamodb import client

    for page in client().get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def redrive(outputs: dict[str, str], feature: str | None) -> None:
    """Parked messages of one feature, or of all."""
    parked = {name.removesuffix("Parked"): url for name, url in outputs.items() if name.endswith("Parked")}
    chosen = [name for name in parked if feature is None or name.lower() == feature.lower()]
    if not chosen:
        raise SystemExit(f"There is no such queue; name one of: {', '.join(sorted(parked)).lower()}")
    for name in sorted(chosen):
        sent = left = 0
        for message in _taken(parked[name]):
            if _again(message, outputs.get(f"{name}Queue") or outputs.get(name)):
                boto3.client("sqs").delete_message(QueueUrl=parked[name], ReceiptHandle=message["ReceiptHandle"])
                sent += 1
            else:
                left += 1
        print(f"{name.lower()}: {sent} sent again" + (f", {left} left: `make replay` publishes what they were about" if left else ""))


def _taken(url: str) -> list[dict[str, Any]]:
    """All messages of a queue at once: what is parked anew while they are sent again is not among them."""
    found: list[dict[str, Any]] = []
    asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": HELD, "AttributeNames": ["All"]}
    while messages := boto3.client("sqs").receive_message(**asked).get("Messages"):
        found += messages
    return found


def _again(message: dict[str, Any], queue: str | None) -> bool:
    """Whether the message could be sent again: one without a queue is an entry that the relay could not publish."""
    from functions.relay.worker import relay

    body = _original(message["Body"])
    if queue is None:
        item = json.loads(body)
        if "pk" in item:
            relay([item])  # what still cannot be published is parked anew
        return "pk" in item
    group = message["Attributes"].get("MessageGroupId")
    fifo = {"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]} if group else {}
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=body, **fifo)
    return True


def _original(body: str) -> str:
    """What was parked: a worker lays a message aside with its error, SQS moves it as it is."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return body
    return str(parsed["body"]) if isinstance(parsed, dict) and parsed.keys() == {"error", "body"} else body


if __name__ == "__main__":
    main(sys.argv[1:])
