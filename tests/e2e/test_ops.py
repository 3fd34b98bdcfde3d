"""What an operator does by hand, against a running cloud: as `make` calls it, and for a stack that is found by its name."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["local", "stack"])
def ops(request: pytest.FixtureRequest, cloud: Any) -> Any:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    stack = ["--stack", cloud.facts["stack"]] if request.param == "stack" else []
    # Reached like AWS: nothing but botocore's own variables says where the stack is.
    extra = keys | {"AWS_ENDPOINT_URL": cloud.facts["aws_endpoint_url"], "LOCAL_STATE": "/nonexistent"} if stack else {}

    def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "local.ops", *stack, *arguments]
        return subprocess.run(command, cwd=ROOT, env=cloud.environment | extra, input=typed, capture_output=True, text=True, timeout=60,
                              check=False, start_new_session=True)  # without a terminal the password is read from the input

    return run


def test_the_log_of_a_cloud_that_works_verifies_and_is_published_again(ops: Any, token: dict[str, str], ask: Any) -> None:
    assert ask("POST", "/v1/test-clocks", {"now": "2026-01-31T12:00:00Z"}, **token)[0] == 201
    verified = ops("verify-audit")
    assert (verified.returncode, verified.stdout.endswith("all chains are intact.\n")) == (0, True), verified
    now = datetime.now(UTC)
    replayed = ops("replay", (now - timedelta(hours=1)).isoformat(), (now + timedelta(minutes=1)).isoformat())
    assert replayed.returncode == 0, replayed
    assert int(replayed.stdout.split()[0]) > 0


def test_the_first_owner_is_let_in_and_signs_in(ops: Any, ask: Any, request: Any) -> None:
    email = f"ada-{request.node.callspec.id}@example.test"
    made = ops("owner", email, "Ada", typed="Analytical-Engine-1\n")
    assert (made.returncode, made.stdout.splitlines()[-1]) == (0, f"{email} can sign in."), made
    status, session, _ = ask("POST", "/v1/auth/login", {"email": email, "password": "Analytical-Engine-1"})
    assert status == 200
    headers = {"authorization": f"Bearer {session['access_token']}"}
    assert [each["role"] for each in ask("GET", "/v1/staff", **headers)[1]["data"] if each["email"] == email] == ["owner"]
    again = ops("owner", email, "Ada", typed="Analytical-Engine-1\n")
    assert (again.returncode, "Traceback" in again.stderr) == (1, False)


def test_parked_messages_of_a_cloud_are_counted(ops: Any) -> None:
    redriven = ops("redrive", "clocks")
    assert (redriven.returncode, redriven.stdout) == (0, "clocks: 0 sent again\n"), redriven


def test_the_console_is_put_where_the_stack_serves_it_from(ops: Any, aws: Any, outputs: dict[str, str]) -> None:
    published = ops("console")
    assert (published.returncode, outputs["Console"] in published.stdout) == (0, True), published
    found = {each["Key"]: aws("s3").head_object(Bucket=outputs["ConsoleFiles"], Key=each["Key"])
             for each in aws("s3").list_objects_v2(Bucket=outputs["ConsoleFiles"])["Contents"]}
    assert found["index.html"]["ContentType"] == "text/html"
    assert found["index.html"]["CacheControl"] == "no-cache"
    assert all("immutable" in each["CacheControl"] for key, each in found.items() if key.startswith("assets/"))


def test_a_clock_advances_and_its_story_verifies(ask: Any, token: dict[str, str], until: Any) -> None:
    _, clock, _ = ask("POST", "/v1/test-clocks", {"now": "2026-01-31T12:00:00Z"}, **token)
    path = f"/v1/test-clocks/{clock['id']}"
    assert ask("POST", f"{path}/advance", {"to": "2026-03-31T12:00:00Z"}, **token)[0] == 202
    until(lambda: ask("GET", path, **token)[1]["status"] == "ready", 90, "the advance")
    assert ask("GET", path, **token)[1]["now"] == "2026-03-31T12:00:00.000000Z"
    assert ask("GET", f"/v1/audit/{clock['id']}/verify", **token)[1] == {"intact": True, "entries": 3, "first_bad": None}
    types = [entry["type"] for entry in ask("GET", f"/v1/audit?subject={clock['id']}", **token)[1]["data"]]
    assert types == ["clocks.ready", "clocks.advance_requested", "clocks.created"]
    assert ask("GET", "/v1/audit?type=clocks.ready", **token)[1]["data"]
    page = ask("GET", "/v1/audit?limit=1", **token)[1]
    after = ask("GET", f"/v1/audit?limit=1&cursor={page['next_cursor']}", **token)[1]
    assert [len(page["data"]), len(after["data"])] == [1, 1]
    assert page["data"] != after["data"]
