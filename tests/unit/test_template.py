"""The template and the code are one: tables, handlers, routes, subscriptions, schedules, rights, costs."""

import importlib
import json
import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from kernel import telemetry
from kernel.audit import UNCHAINED
from kernel.http import Api
from kernel.worker import EVERY, Worker
from local.settings import feature
from tests.cloud import resources, template
from tests.unit.source import FEATURES, FUNCTIONS, KERNEL, ROOT, files

TABLES = resources("AWS::DynamoDB::Table")
LAMBDAS = resources("AWS::Serverless::Function")
QUEUES = resources("AWS::SQS::Queue")
RULES = resources("AWS::Events::Rule")
# What holds no records has no indexes: it is read by key alone.
KEY_ONLY = {"PrincipalsTable", "RealtimeTable", "RelayTable", "SearchTable"}
# What leads events to a worker that hears of every one (`Worker.every`): those of a searchable record, or of any, and no other.
OF_RECORDS = {"SearchWorker": {"detail": {"search": {"title": [{"exists": True}]}}},
              "RealtimeWorker": {"detail": {"subject": [{"anything-but": {"prefix": UNCHAINED}}]}}}
# What is paid while nothing happens, in US cents a month; a metric of our own is 30 for the months in which it says something.
FIXED = {"AWS::CloudWatch::Alarm": 10, "AWS::KMS::Key": 100, "AWS::SecretsManager::Secret": 40}
# Charged by request, by message, by gigabyte or not at all. Anything priced by the hour (NAT gateways, instances, clusters, provisioned
# concurrency, private endpoints) is not in this list, and a new kind of resource has to be put here by someone who looked.
FREE_WHILE_IDLE = {
    *FIXED, "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::RouteResponse",
    "AWS::ApiGatewayV2::Stage", "AWS::CloudFront::Distribution", "AWS::CloudFront::Function", "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy", "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient",
    "AWS::DynamoDB::Table", "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Logs::LogGroup",
    "AWS::S3::Bucket", "AWS::S3::BucketPolicy",
    "AWS::SES::EmailIdentity", "AWS::SNS::Subscription", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::Scheduler::Schedule"}  # fmt: skip
# Statements that cannot name what they are about, each with the reason why.
WIDE = {
    "sns:Publish": "an SMS has no ARN; NotResource refuses every topic",
    "ses:SendRawEmail": "the account's own verified senders, by the name of no resource of this stack",
}


@cache
def expanded() -> dict[str, Any]:
    """The resources after the SAM transform, as CloudFormation counts them."""
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.yaml_helper import yaml_parse

    source = yaml_parse((ROOT / "template.yaml").read_text())
    source["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    for each in source["Resources"].values():
        if each["Type"] == "AWS::Serverless::LayerVersion":
            each["Properties"]["ContentUri"] = "s3://bucket/key"
    return dict(Translator({}, Parser()).translate(source, {})["Resources"])


def handler_of(name: str) -> Any:
    module, attribute = LAMBDAS[name]["Handler"].rsplit(".", 1)
    return getattr(importlib.import_module(module), attribute)


def feature_of(name: str) -> str:
    return str(LAMBDAS[name]["Handler"].split(".")[1])


def events_of(name: str, kind: str) -> list[dict[str, Any]]:
    return [event["Properties"] for event in LAMBDAS[name].get("Events", {}).values() if event["Type"] == kind]


# ---------- tables ----------


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_the_one_shape(name: str) -> None:
    table = TABLES[name]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == "Protected"  # a parameter, on unless a development stack says no
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}.items() <= template()["Resources"][name].items()
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    assert table["KeySchema"] == keys
    numbers = [] if name in KEY_ONLY else range(1, 9)
    assert table.get("GlobalSecondaryIndexes", []) == [
        {"IndexName": f"gsi{n}", "Projection": {"ProjectionType": "ALL"},
         "KeySchema": [{"AttributeName": f"gsi{n}pk", "KeyType": "HASH"}, {"AttributeName": f"gsi{n}sk", "KeyType": "RANGE"}]}
        for n in numbers]  # fmt: skip
    names = {"pk", "sk"} | {f"gsi{n}{part}" for n in numbers for part in ("pk", "sk")}
    assert {each["AttributeName"] for each in table["AttributeDefinitions"]} == names
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}


def test_tables_are_protected_unless_someone_says_no() -> None:
    assert template()["Parameters"]["Protected"]["Default"] == "true"


def test_every_function_knows_every_table_by_its_feature() -> None:
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert {name: value for name, value in variables.items() if name.endswith("_TABLE")} == {
        f"{feature(name).upper()}_TABLE": name for name in TABLES}  # fmt: skip


def test_only_the_audit_table_has_a_stream_and_only_the_relay_reads_it() -> None:
    assert [name for name, table in TABLES.items() if "StreamSpecification" in table] == ["AuditTable"]
    assert [name for name in LAMBDAS if events_of(name, "DynamoDB")] == ["RelayWorker"]


# ---------- functions ----------


@pytest.mark.parametrize("name", LAMBDAS)
def test_every_handler_can_be_imported_and_called(name: str) -> None:
    assert callable(handler_of(name))


def test_every_entry_point_is_deployed_under_its_features_name() -> None:
    modules = {f"functions.{path.parent.name}.{path.stem}" for path in FUNCTIONS.glob("*/*.py") if path.stem in ("api", "worker", "sockets")}
    assert modules == {properties["Handler"].rpartition(".")[0] for properties in LAMBDAS.values()}
    for name, properties in LAMBDAS.items():
        _, feature, entry, attribute = properties["Handler"].split(".")
        assert name == feature.title().replace("_", "") + (attribute if entry == "sockets" else entry).title()
        assert entry == "sockets" or attribute == "handler"
        assert feature in FEATURES


@pytest.mark.parametrize("name", [name for name in LAMBDAS if name.endswith("Api")])
def test_the_gateway_routes_exactly_what_the_api_serves(name: str) -> None:
    api: Api = handler_of(name)
    served = {route.path for route in [*api._static_routes, *api._dynamic_routes]}
    routed = {event["Path"] for event in events_of(name, "HttpApi")}

    def leads(gateway: str, path: str) -> bool:
        return path.startswith(gateway.removesuffix("{proxy+}")) if gateway.endswith("{proxy+}") else path == gateway

    assert [path for path in sorted(served) if not any(leads(gateway, path) for gateway in routed)] == [], "no way there"
    roots = {gateway.removesuffix("/{proxy+}") for gateway in routed}
    assert [root for root in sorted(roots) if not any(path == root or path.startswith(root + "/") for path in served)] == [], "leads nowhere"
    assert {event["ApiId"] for event in events_of(name, "HttpApi")} == {"Api"}


def test_no_two_functions_answer_at_one_address() -> None:
    paths = Counter((event["Path"], event["Method"]) for name in LAMBDAS for event in events_of(name, "HttpApi"))
    assert [path for path, count in paths.items() if count > 1] == []


# ---------- events and schedules ----------


def subscriptions(name: str) -> list[str]:
    handler = handler_of(name)
    return sorted(handler.subscriptions) if isinstance(handler, Worker) else []


@pytest.mark.parametrize("name", [name for name in LAMBDAS if name.endswith("Worker")])
def test_a_worker_is_sent_exactly_the_events_it_subscribes_to(name: str) -> None:
    rule = RULES.get(name.removesuffix("Worker") + "Rule")
    listed = [{"detail-type": subscriptions(name)}] if subscriptions(name) else []
    everything = [OF_RECORDS[name]] if EVERY in getattr(handler_of(name), "batches", ()) else []
    assert ([rule["EventPattern"]] if rule else []) == listed + everything
    if rule:
        queue = name.removesuffix("Worker") + "Queue"
        assert [target["Arn"] for target in rule["Targets"]] == [f"{queue}.Arn"]
        assert f"{queue}.Arn" in [event["Queue"] for event in events_of(name, "SQS")]


def test_every_rule_belongs_to_a_worker() -> None:
    assert [name for name in RULES if name.removesuffix("Rule") + "Worker" not in LAMBDAS] == []


def test_every_event_that_is_subscribed_to_is_emitted_by_its_feature() -> None:
    for name in LAMBDAS:
        for event in subscriptions(name):
            source = (FUNCTIONS / event.split(".")[0] / "events.py").read_text()
            assert f'event="{event}"' in source


@pytest.mark.parametrize("name", [name for name in LAMBDAS if name.endswith("Worker")])
def test_a_worker_is_woken_for_exactly_its_slots(name: str) -> None:
    inputs = [json.loads(event["Input"]) for event in events_of(name, "ScheduleV2")]
    assert {each["time"] for each in inputs} <= {"<aws.scheduler.scheduled-time>"}
    handler = handler_of(name)
    assert sorted(each["slot"] for each in inputs) == (sorted(handler.slots) if isinstance(handler, Worker) else ["sweep"])


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_sets_aside_what_fails_for_good(name: str) -> None:
    queue = QUEUES[name]
    if name.endswith("Parked"):
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
        return
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == f"{name.removesuffix('Queue')}Parked.Arn"
    assert queue["RedrivePolicy"]["maxReceiveCount"] > 5  # the worker parks at the fifth receive, with the error
    consumers = [worker for worker in LAMBDAS if f"{name}.Arn" in [event["Queue"] for event in events_of(worker, "SQS")]]
    assert len(consumers) == 1
    # AWS's advice for queues that functions read; a FIFO queue does with what it demands, for a failure holds back its whole group.
    assert queue["VisibilityTimeout"] >= (1 if queue.get("FifoQueue") else 6) * LAMBDAS[consumers[0]]["Timeout"]
    for event in events_of(consumers[0], "SQS"):
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


# ---------- rights, size, costs ----------


def statements() -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []

    def collect(owner: str, value: Any) -> None:
        if isinstance(value, dict):
            if "Effect" in value:
                found.append((owner, value))
            for inner in value.values():
                collect(owner, inner)
        elif isinstance(value, list):
            for inner in value:
                collect(owner, inner)

    for name, each in template()["Resources"].items():
        collect(name, each.get("Properties", {}))
    return found


def listed(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value])]


@pytest.mark.parametrize(("owner", "statement"), statements(), ids=lambda value: value if isinstance(value, str) else None)
def test_a_right_names_what_may_be_done_and_to_what(owner: str, statement: dict[str, Any]) -> None:
    actions = listed(statement["Action"])
    assert [action for action in actions if "*" in action] == []
    if set(actions) <= set(WIDE) or statement["Effect"] == "Deny":  # a denial widens nothing
        return
    assert "NotResource" not in statement
    assert "NotAction" not in statement
    if "Resource" in statement:
        wide = [each for each in listed(statement["Resource"]) if re.fullmatch(r"\*|arn:[^/]*:\*", each)]
        assert wide == [], f"{owner} may {actions} everything"


def test_there_is_room_below_cloudformations_500_resources() -> None:
    assert len(expanded()) <= 460


def test_nothing_is_priced_by_the_hour() -> None:
    assert {each["Type"] for each in expanded().values()} <= FREE_WHILE_IDLE
    for each in expanded().values():
        if each["Type"] == "AWS::Lambda::Function":
            assert "VpcConfig" not in each["Properties"]
            assert "SnapStart" not in each["Properties"]
        assert "ProvisionedConcurrencyConfig" not in json.dumps(each, default=str)


def test_the_fixed_cost_is_at_most_ten_dollars_a_month() -> None:
    kinds = Counter(each["Type"] for each in expanded().values())
    assert {kind: kinds[kind] for kind in FIXED} == {"AWS::CloudWatch::Alarm": 2, "AWS::KMS::Key": 1, "AWS::SecretsManager::Secret": 1}
    assert sum(cents * kinds[kind] for kind, cents in FIXED.items()) + 30 * len(counted()) <= 1000


def counted() -> set[str]:
    """The metrics that the code counts."""
    return {metric for path in files(KERNEL, FUNCTIONS) for metric in re.findall(r'telemetry\.count\("(\w+)"', path.read_text())}


def test_whatever_is_counted_has_an_alarm_that_hears_of_it_and_tells_somebody(capsys: pytest.CaptureFixture[str]) -> None:
    alarms = {alarm["MetricName"]: alarm for alarm in resources("AWS::CloudWatch::Alarm").values() if alarm["Namespace"] == "PlatformOwner"}
    assert alarms.keys() == counted() == {"LimiterFailedOpen"}
    for metric, alarm in alarms.items():
        telemetry.count(metric)
        [told] = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]
        assert (told["Namespace"], told["Dimensions"], told["Metrics"][0]["Name"]) == (alarm["Namespace"], [[]], metric)
        assert "Dimensions" not in alarm
        assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Sum", "GreaterThanOrEqualToThreshold")
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmActions"] == alarm["OKActions"] == ["Alarms"]
    [subscription] = resources("AWS::SNS::Subscription").values()
    assert subscription == {"TopicArn": "Alarms", "Protocol": "email", "Endpoint": "AlarmEmail"}


def test_there_is_one_runtime_that_every_wheel_is_built_for() -> None:
    shared = template()["Globals"]["Function"]
    assert (shared["Runtime"], shared["Architectures"]) == ("python3.13", ["arm64"])
    assert [name for name, each in LAMBDAS.items() if "Runtime" in each or "Architectures" in each] == []
