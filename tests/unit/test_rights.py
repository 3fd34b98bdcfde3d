"""Who may touch what, as the template says it and the code needs it; and what is set aside against strangers."""

import ast
import re
from typing import Any

import pytest

from functions.audit.subjects import FEATURES as AUDITED
from functions.backups.tables import TABLES as BACKED_UP
from functions.clocks.lookout import FEATURES as CLOCKED
from kernel.http import Api
from local.settings import feature
from tests.cloud import resources, template
from tests.unit.source import file_of, imports, tree
from tests.unit.test_template import LAMBDAS, TABLES, events_of, expanded, handler_of, listed, statements

# Tables that a function finds by a feature's name or an id's prefix, so that no import leads to them.
BY_NAME = {
    "AuditApi": {*AUDITED.values()},  # the head of each record, against which its chain is verified
    "AuditWorker": {*AUDITED.values()},  # removes what was deleted long enough ago
    "HealthWorker": {feature(name) for name in TABLES},  # whether a table answers, by a key that none has
    "BackupsWorker": {*BACKED_UP},  # copies every table, and puts it back where it is empty
    "ClocksWorker": {*CLOCKED},  # what is due on a test clock
}
# Functions that write into another feature's table, and why.
ABROAD = {
    "AuditWorker": {*AUDITED.values()},  # the same
    "BackupsWorker": {*BACKED_UP} - {"audit"},  # what is restored
    "ApiKeysApi": {"principals"},  # who may call
    "ContentApi": {"invoices"}, "ContentWorker": {"invoices"},  # the draft of a sale is in the entitlement's own commit
    "InvoicesApi": {"payments"},  # the charge of an invoice is in the invoice's own commit
    "InvoicesWorker": {"payments"},  # the same
    "ImpersonationApi": {"principals"}, "ImpersonationWorker": {"principals"},  # who acts as whom
    "LeadsApi": {"subscriptions", "tenants"},  # what a lead becomes is in its own commit
    "StaffApi": {"principals"},  # who may call, and their sessions
    "SubscriptionsApi": {"invoices"},  # the draft of a period is in the subscription's own commit
    "SubscriptionsWorker": {"invoices"},  # the same
}
# AWS's own policies, which SAM gives every function that logs or has a source of this kind: each is wide, and none is ours to narrow
# without writing all roles out.
OF_AWS = {
    "AWSLambdaBasicExecutionRole": "writes log lines into any log group",
    "AWSLambdaSQSQueueExecutionRole": "receives and deletes the messages of any queue, as what polls its own queue for it does",
    "AWSLambdaDynamoDBExecutionRole": "reads any table's stream; only the audit table has one",
}
# What a commit has written stays, marked as deleted; these remove items.
DELETING = {
    "AuditWorker": "what was deleted long enough ago", "ApiKeysApi": "principals", "ExportsWorker": "progress of a job that has ended",
    "ImpersonationApi": "principals", "ImpersonationWorker": "principals",
    "InsightsWorker": "days by which nothing is owed any more",
    "RealtimeConnect": "spent tickets", "RealtimeDisconnect": "closed sockets", "RealtimeWorker": "closed sockets",
    "SearchWorker": "postings of what is no longer so", "StaffApi": "sessions, principals"}
WRITING = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}


def reached(module: str, seen: set[str]) -> set[str]:
    """A module of ours and all that it imports, directly or not."""
    path = file_of(module)
    if path is not None and module not in seen:
        seen.add(module)
        for each in imports(path):
            reached(each, seen)
    return seen


def named(modules: set[str]) -> set[str]:
    """The tables that modules name: `table("plans")`."""
    calls = [node for module in modules if (path := file_of(module)) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return {str(call.args[0].value) for call in calls
            if isinstance(call.func, ast.Name) and call.func.id == "table" and call.args and isinstance(call.args[0], ast.Constant)}


def tables_in(statement: dict[str, Any]) -> set[str]:
    """The tables, or indexes of them, that a statement is about."""
    found = (re.match(r"(?:\$\{)?([A-Za-z]+Table)[.}]", each) for each in listed(statement.get("Resource", [])))
    known = {name: variable.removesuffix("_TABLE").lower() for variable, name in
             template()["Globals"]["Function"]["Environment"]["Variables"].items() if variable.endswith("_TABLE")}
    return {known[match[1]] for match in found if match}


def granted(name: str) -> set[str]:
    """The tables that a function has any right to, by its own policies and by those that it shares."""
    owners = {name, *(each for each in LAMBDAS[name].get("Policies", []) if isinstance(each, str))}
    return {table for owner, statement in statements() if owner in owners for table in tables_in(statement)}


@pytest.mark.parametrize("name", LAMBDAS)
def test_a_function_has_rights_to_no_table_that_its_code_cannot_reach(name: str) -> None:
    within_reach = named(reached(LAMBDAS[name]["Handler"].rpartition(".")[0], set()))
    assert granted(name) - within_reach <= BY_NAME.get(name, set())


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_found_by_name_is_granted_to_who_finds_it_so(name: str) -> None:
    assert granted(name) >= BY_NAME[name]


@pytest.mark.parametrize("name", LAMBDAS)
def test_a_function_writes_into_its_own_features_table_and_no_other_without_a_reason(name: str) -> None:
    written = {table for owner, each in statements() if owner == name and WRITING & set(listed(each["Action"])) for table in tables_in(each)}
    feature = LAMBDAS[name]["Handler"].split(".")[1]
    assert written - {feature} <= ABROAD.get(name, set())


def test_nobody_deletes_items_but_who_says_why() -> None:
    deleting = {owner for owner, each in statements() if "dynamodb:DeleteItem" in listed(each["Action"])}
    assert deleting <= set(DELETING)


# Workers that read whole tables, and why. No request path does: these are woken by a schedule or a queue.
SCANNING = {"BackupsWorker": "a backup holds every item, a drill reads back what it has restored (ADR 20)"}


def test_nobody_may_scan_but_who_says_why() -> None:
    assert {owner for owner, statement in statements() if "dynamodb:Scan" in listed(statement["Action"])} == set(SCANNING)
    assert [name for name in SCANNING if events_of(name, "HttpApi")] == []


def test_of_the_policies_that_aws_writes_only_those_are_given_that_sam_needs() -> None:
    given = {name: {str(each).rpartition("/")[2] for each in role["Properties"].get("ManagedPolicyArns", []) if "aws:policy" in str(each)}
             for name, role in expanded().items() if role["Type"] == "AWS::IAM::Role"}
    assert set().union(*given.values()) == set(OF_AWS)
    for name in LAMBDAS:
        polls = {"AWSLambdaSQSQueueExecutionRole"} if events_of(name, "SQS") else set()
        streams = {"AWSLambdaDynamoDBExecutionRole"} if events_of(name, "DynamoDB") else set()
        assert given[f"{name}Role"] == {"AWSLambdaBasicExecutionRole"} | polls | streams


# ---------- strangers ----------


def public(name: str) -> tuple[str, ...]:
    handler = handler_of(name)
    return tuple(handler._public) if isinstance(handler, Api) else ()


OPEN = [name for name in LAMBDAS if public(name)]


def way_in(name: str, path: str) -> str:
    """The route of the gateway that a public address comes in by: the address itself before the tree that it is in."""
    routed = {event["Path"] for event in events_of(name, "HttpApi")}
    return path if path in routed else next(each for each in routed if each.endswith("{proxy+}") and path.startswith(each.removesuffix("{proxy+}")))


@pytest.mark.parametrize("name", OPEN)
def test_strangers_are_slowed_down_at_every_address_that_is_open_to_them(name: str) -> None:
    api = resources("AWS::Serverless::HttpApi")["Api"]
    for path in public(name):
        found = api["RouteSettings"].get(f"ANY {way_in(name, path)}")
        assert found is not None, f"{path} has no throttling of its own"
        for limit, most in api["DefaultRouteSettings"].items():
            assert 0 < found[limit] <= most / 4, path


def test_every_throttled_route_is_one_and_open() -> None:
    ways = {f"ANY {way_in(name, path)}" for name in OPEN for path in public(name)}
    assert ways == set(resources("AWS::Serverless::HttpApi")["Api"]["RouteSettings"])


def test_strangers_who_knock_for_a_socket_are_slowed_down() -> None:
    stage = resources("AWS::ApiGatewayV2::Stage")["SocketsStage"]
    assert list(stage["RouteSettings"]) == ["$connect"]
    for limit, most in stage["DefaultRouteSettings"].items():
        assert 0 < stage["RouteSettings"]["$connect"][limit] <= most / 4


@pytest.mark.parametrize("name", LAMBDAS)
def test_a_part_can_be_set_aside_for_what_strangers_reach_and_nothing_else(name: str) -> None:
    """So that they cannot take what workers need. Nothing is by default: a new account has ten in all, and must keep them unreserved."""
    reserved = LAMBDAS[name].get("ReservedConcurrentExecutions")
    assert reserved == (["ReservesConcurrency", "PublicConcurrency", "AWS::NoValue"] if name in (*OPEN, "RealtimeConnect") else None)
    assert template()["Parameters"]["PublicConcurrency"]["Default"] == 0


def test_every_table_is_somebodys() -> None:
    assert {table for name in LAMBDAS for table in granted(name)} == {feature(each) for each in TABLES}
