"""The local cloud itself: who may talk to it, what it keeps, what it says when it cannot start, and that it is live."""

import json
import os
import re
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[2]
CHECKOUT = ("console", "functions", "infra", "layers", "local", "template.yaml")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, cloud: Any) -> Path:
    """A copy of the source that may be edited, with the console that the shared cloud has built."""
    copy = tmp_path_factory.mktemp("checkout")
    (copy / ".local").mkdir()
    shutil.copy(ROOT / ".local" / "console.built", copy / ".local")
    for name in CHECKOUT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, copy)
    return copy


@pytest.fixture(scope="module")
def own(checkout: Path, local_cloud: Any) -> Iterator[Any]:
    """A cloud that may be stopped and edited, beside the shared one, with its schedules on."""
    started = local_cloud(checkout, checkout / ".local").start()
    yield started
    if started.process.poll() is None:
        started.stop()


def status(url: str, **headers: str) -> int:
    try:
        return int(urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10).status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture
def doors(cloud: Any) -> list[str]:
    return [cloud.facts["url"] + "/", cloud.facts["aws_endpoint_url"] + "/_ministack/health"]


def test_a_page_of_another_origin_is_refused_at_every_port(cloud: Any, doors: list[str]) -> None:
    simulator = f"http://127.0.0.1:{cloud.environment['STRIPE_PORT']}/v1/customers"
    for door in [*doors, simulator]:
        assert status(door, Origin="https://evil.example") == 403


def test_a_foreign_host_name_is_refused_and_ones_own_pages_pass(cloud: Any, doors: list[str]) -> None:
    for door in doors:
        assert status(door, Host="evil.example") == 403
        assert status(door) == 200
    assert status(doors[0], Origin=cloud.facts["url"]) == 200


def test_a_presigned_link_works_from_any_page(aws: Callable[..., Any]) -> None:
    aws("s3").create_bucket(Bucket="presigned")
    aws("s3").put_object(Bucket="presigned", Key="a", Body=b"hello")
    signer = aws("s3", config=Config(signature_version="s3v4"))
    link = signer.generate_presigned_url("get_object", Params={"Bucket": "presigned", "Key": "a"})
    assert status(link, Origin="https://console.example") == 200


def test_every_path_that_is_no_file_is_the_consoles(ask: Callable[..., Any]) -> None:
    code, page, headers = ask("GET", "/any/path/of/a/console")
    assert (code, headers["content-type"], headers["cache-control"]) == (200, "text/html", "no-cache")
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    [script] = re.findall(rb'src="(/assets/[^"]+)"', page)
    code, _, headers = ask("GET", script.decode())
    assert (code, headers["content-type"]) == (200, "text/javascript")
    assert "immutable" in headers["cache-control"]


def test_a_second_start_in_one_checkout_says_that_it_runs_already(cloud: Any, local_cloud: Any) -> None:
    second = local_cloud(ROOT, cloud.state).run()
    assert second.communicate(timeout=30)[0] == "The local cloud of this checkout is already running: `make stop` ends it.\n"
    assert second.returncode == 1


@pytest.mark.parametrize("variable", ["PORT", "AWS_PORT", "STRIPE_PORT"])
def test_a_port_in_use_is_named_with_the_way_out(cloud: Any, local_cloud: Any, tmp_path: Path, variable: str) -> None:
    port = cloud.environment[variable]
    other = local_cloud(ROOT, tmp_path, **{variable: port}).run()
    said = other.communicate(timeout=30)[0]
    assert said.startswith(f"Port {port} is not free (Address already in use): ")
    assert f"make run {variable}=" in said
    assert said.count("\n") == 1


def test_iam_binds_roles_and_not_the_developer(aws: Callable[..., Any]) -> None:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    role = aws("iam").create_role(RoleName="powerless", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    got = aws("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    keys = {"aws_access_key_id": got["AccessKeyId"], "aws_secret_access_key": got["SecretAccessKey"]}
    with pytest.raises(ClientError, match="AccessDenied"):
        aws("dynamodb", **keys, aws_session_token=got["SessionToken"]).list_tables()
    assert aws("dynamodb").list_tables()["TableNames"]


def test_an_edited_handler_is_live_at_once_even_twice_within_a_second(own: Any, checkout: Path, until: Callable[..., Any]) -> None:
    handler = checkout / "functions" / "staff" / "api.py"
    source = handler.read_text()
    assert own.ask("GET", "/v1/staff")[0] == 401
    for word in ("one", "two"):
        handler.write_text(f"{source}\n\ndef handler(event, context):\n    return {{'statusCode': 200, 'body': '\"{word}\"'}}\n")
        until(lambda wanted=word: own.ask("GET", "/v1/staff")[1] == wanted)
    handler.write_text(source)
    until(lambda: own.ask("GET", "/v1/staff")[0] == 401)


def test_an_edited_template_is_deployed_and_a_broken_one_does_no_harm(own: Any, checkout: Path, until: Callable[..., Any]) -> None:
    template = checkout / "template.yaml"
    source = template.read_text()
    template.write_text(source.replace("\nResources:\n", "\nResources:\n  Added: { Type: AWS::SQS::Queue }\n", 1))
    until(lambda: any("Added" in url for url in own.aws("sqs").list_queues()["QueueUrls"]))
    for broken in ("Resources: [", source.replace("\nResources:\n", "\nResources:\n  Added: { Type: AWS::Nothing::Known }\n", 1)):
        template.write_text(broken)
        time.sleep(1)
        assert own.process.poll() is None
        assert own.ask("GET", "/v1/staff")[0] == 401
    template.write_text(source)


def test_a_schedule_gets_the_time_that_it_fired_for(own: Any, until: Callable[..., Any]) -> None:
    queue = own.aws("sqs").create_queue(QueueName="fired")["QueueUrl"]
    due = (datetime.now(UTC) + timedelta(seconds=1)).replace(microsecond=0, tzinfo=None)
    own.aws("scheduler").create_schedule(
        Name="once",
        ScheduleExpression=f"at({due.isoformat()})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:sqs:us-east-1:000000000000:fired",
            "RoleArn": "arn:aws:iam::000000000000:role/scheduler",
            "Input": '{"time": "<aws.scheduler.scheduled-time>", "slot": "x", "run": "<aws.scheduler.execution-id>"}',
        },
    )
    message = until(lambda: own.aws("sqs").receive_message(QueueUrl=queue).get("Messages"))[0]
    got = json.loads(message["Body"])
    assert got["time"] == f"{due.isoformat()}Z"
    assert got["slot"] == "x"
    assert "<" not in got["run"]


def waiting(queue: dict[str, Any]) -> int:
    return int(queue["Attributes"]["ApproximateNumberOfMessages"])


def test_state_survives_a_restart_under_other_ports(own: Any, local_cloud: Any, checkout: Path, until: Callable[..., Any]) -> None:
    own.aws("ses").verify_email_identity(EmailAddress="a@example.test")
    own.aws("ses").send_email(
        Source="a@example.test",
        Destination={"ToAddresses": ["kept@example.test"]},
        Message={"Subject": {"Data": "kept"}, "Body": {"Text": {"Data": "kept"}}},
    )
    own.aws("s3").create_bucket(Bucket="kept")
    own.aws("s3").put_object(Bucket="kept", Key="a", Body=b"kept")
    assert own.stop().endswith("Stopping.\n")
    assert not (own.state / "outputs.json").exists()

    again = local_cloud(checkout, own.state).start()
    try:
        assert again.sign_in()[0] == 200
        assert len(again.mails("kept@example.test")) == 1
        assert again.aws("s3").get_object(Bucket="kept", Key="a")["Body"].read() == b"kept"
        queue = {"QueueUrl": again.facts["outputs"]["TenantsQueue"]}
        again.aws("sqs").send_message(**queue, MessageBody="a worker still reads this queue")
        until(lambda: waiting(again.aws("sqs").get_queue_attributes(**queue, AttributeNames=["All"])) == 0)
    finally:
        os.kill(again.process.pid, signal.SIGKILL)  # the emulator notices, saves and ends all the same
        again.process.wait()
    until(lambda: not (own.state / "outputs.json").exists())
    after = local_cloud(checkout, own.state).start()
    assert len(after.mails("kept@example.test")) == 1
    after.stop()
