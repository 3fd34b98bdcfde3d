"""Least privilege, where the template alone can tell: a function has a right only to what its code, or code that it imports, asks for."""

import ast
import re
from functools import cache
from typing import Any

import pytest
from botocore import xform_name

from functions.audit import erasures, purge
from tests.cloud import template
from tests.unit.source import file_of, imports, tree
from tests.unit.test_template import LAMBDAS, QUEUES, expanded, listed, statements

Statement = dict[str, Any]
# What the call is named after, where its name is not the action's.
CALLED = {
    "dynamodb:BatchGetItem": {"BatchGetItem"}, "dynamodb:ConditionCheckItem": {"ConditionCheck"},
    "dynamodb:DeleteItem": {"Delete", "delete_item"}, "dynamodb:DescribeTable": {"get_waiter"}, "dynamodb:GetItem": {"GetItem"}, "dynamodb:PutItem": {"Put", "put_item"},
    "dynamodb:Query": {"Query"}, "dynamodb:Scan": {"Scan"}, "dynamodb:UpdateItem": {"Update", "update_item"},
    "execute-api:ManageConnections": {"post_to_connection", "delete_connection"},
    # A link is signed with the right of who gives it away.
    "s3:GetObject": {"get_object"}, "s3:ListBucket": {"list_objects_v2"}, "s3:PutObject": {"put_object", "upload_part", "copy_object"},
    "sqs:SendMessage": {"send_message", "send_message_batch"}}  # fmt: skip
# What an entry of the audit log tells, beside what it is hashed by: who erases it may change nothing else.
ERASES = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk", "salt", "changes", "data", "search"]}}
# Rights that SAM gives the role of a function, each with what keeps it to the function's own.
BY_SAM = {
    "AWSLambdaBasicExecutionRole": [],  # to write logs, wherever: no action of it reads
    "AWSLambdaSQSQueueExecutionRole": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
    "AWSLambdaDynamoDBExecutionRole": ["dynamodb:GetRecords", "dynamodb:GetShardIterator"]}  # fmt: skip


@cache
def policies(name: str) -> list[Statement]:
    """The statements of a function's own policy."""
    return [statement for owner, statement in statements() if owner == name]


def granted(name: str) -> list[Statement]:
    return [statement for statement in policies(name) if statement["Effect"] == "Allow"]


@cache
def reached(name: str) -> set[str]:
    """Every module of ours that a function imports, directly or through others, at once or late."""
    found: set[str] = set()
    ahead = [LAMBDAS[name]["Handler"].rsplit(".", 1)[0]]
    while ahead:
        module = ahead.pop()
        path = file_of(module)
        if module not in found and path:
            found.add(module)
            ahead += imports(path)
    return found


def nodes(modules: set[str]) -> list[ast.AST]:
    return [node for module in modules if (path := file_of(module)) for node in ast.walk(tree(path))]


def words(modules: set[str]) -> set[str]:
    """Texts, and names of what is called."""
    return {str(node.value) for node in nodes(modules) if isinstance(node, ast.Constant)} | {
        node.attr for node in nodes(modules) if isinstance(node, ast.Attribute)}  # fmt: skip


def about(statement: Statement, kinds: Any) -> set[str]:
    """The resources of the template among those that a statement names."""
    return set(re.findall(r"\w+", " ".join(listed(statement.get("Resource", []))))) & set(kinds)


@pytest.mark.parametrize("name", LAMBDAS)
def test_a_function_has_rights_to_queues_that_it_is_told_of(name: str) -> None:
    rights = {queue for statement in granted(name) for queue in about(statement, QUEUES)}
    told = template()["Globals"]["Function"]["Environment"]["Variables"] | LAMBDAS[name].get("Environment", {}).get("Variables", {})
    # By their names; where one parks its messages, it says itself.
    named = set(re.findall(r"\$\{(\w+)\.QueueName\}", told.get("QUEUES", "")))
    assert rights - set(told.values()) - named - {each.replace("Queue", "Parked") for each in named} == set()


@pytest.mark.parametrize("name", LAMBDAS)
def test_a_function_may_do_what_its_code_does(name: str) -> None:
    done = words(reached(name))
    for statement in granted(name):
        for action in listed(statement["Action"]):
            calls = CALLED.get(action) or {xform_name(action.split(":")[1])}
            assert calls & done, f"{action} is never called"


@pytest.mark.parametrize("name", LAMBDAS)
def test_a_function_whose_transactions_check_an_item_may_check_it(name: str) -> None:
    own = {module for module in reached(name) if module.startswith("functions.")}
    may = any("dynamodb:ConditionCheckItem" in listed(statement["Action"]) for statement in granted(name))
    assert may == any(isinstance(node, ast.Constant) and node.value == "ConditionCheck" for node in nodes(own))


@pytest.mark.parametrize("name", LAMBDAS)
def test_what_sam_adds_is_kept_to_what_the_function_reads(name: str) -> None:
    """The managed policies of event sources are about every queue and stream of the account: a denial leaves the function's own."""
    added = [arn.rsplit("/", 1)[1] for arn in expanded()[f"{name}Role"]["Properties"]["ManagedPolicyArns"] if isinstance(arn, str)]
    assert set(added) <= set(BY_SAM)
    sources = LAMBDAS[name].get("Events", {}).values()
    read = [each["Properties"].get("Queue") or each["Properties"].get("Stream") for each in sources if each["Type"] in ("SQS", "DynamoDB")]
    wanted = [action for arn in added for action in BY_SAM[arn]]
    denied = [(listed(each["Action"]), each["NotResource"]) for each in policies(name) if each["Effect"] == "Deny"]
    assert denied == ([(wanted, read)] if wanted else [])


def test_a_right_to_some_items_says_so_as_iam_reads_it() -> None:
    """The local cloud does not know this condition, so it is looked at here: all of a call's keys, by patterns that begin with a kind."""
    for owner, statement in statements():
        if statement.get("Condition") == ERASES:
            continue  # the next test is about it
        if "Condition" in statement and any(action.startswith("dynamodb:") for action in listed(statement["Action"])):
            assert list(statement["Condition"]) == ["ForAllValues:StringLike"], owner
            [(key, patterns)] = statement["Condition"]["ForAllValues:StringLike"].items()
            assert key == "dynamodb:LeadingKeys"
            assert [each for each in patterns if not re.fullmatch(r"[a-z]+[#:]\*", each)] == []
            # A call without keys would pass ForAllValues: none of these is one.
            assert set(listed(statement["Action"])) <= {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}


def test_nobody_but_the_relay_and_commit_touches_the_audit_log_and_one_changes_it_in_what_is_not_hashed() -> None:
    erasing = [(owner, listed(each["Action"])) for owner, each in statements() if each.get("Condition") == ERASES]
    assert erasing == [("AuditWorker", ["dynamodb:UpdateItem"])]
    assert set(ERASES["ForAllValues:StringEquals"]["dynamodb:Attributes"]) == {"pk", "sk", *erasures._TOLD}
    for owner, statement in statements():
        if statement.get("Condition") == ERASES:
            continue
        about = [each for each in listed(statement.get("Resource", [])) if each.startswith(("AuditTable", "${AuditTable"))]
        if about and owner != "AuditTable":
            changing = {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
            assert not changing & set(listed(statement["Action"])), owner


def test_the_files_of_records_that_are_removed_for_good_can_be_deleted_and_their_old_versions_go() -> None:
    [deleting] = [each for each in granted("AuditWorker") if "s3:DeleteObject" in listed(each["Action"])]
    assert listed(deleting["Resource"]) == [f"${{Files.Arn}}/{folder}*" for folder in purge.FILES.values()]
    rules = template()["Resources"]["Files"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert set(purge.FILES.values()) <= {each["Prefix"] for each in rules if "NoncurrentVersionExpiration" in each}
