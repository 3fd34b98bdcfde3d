"""What all tests share: the environment of a function, tables made from the template, and sample events."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest import runner
from hypothesis import HealthCheck, settings

from tests.room import roomy

# How fast a machine is says nothing about whether a rule holds.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")

ROOT = Path(__file__).parents[1]
os.environ |= {
    "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_SERVICE_NAME": "platform-owner", "POWERTOOLS_LOG_LEVEL": "WARNING", "STACK_ID": "test", "CURSOR_SECRET": "cursor",
    "USER_POOL_ID": "us-east-1_test", "USER_POOL_CLIENT_ID": "client", "ALLOWED_ORIGINS": "http://localhost:8080",
    "ORIGIN": "http://localhost:8080", "SENDER": "billing@example.test", "BUS": "events", "FILES": "files",
    "SCRATCH": "scratch-", "SECRETS_PREFIX": "test/gateways/", "STRIPE_API_BASE": "http://127.0.0.1:1",
    "RAZORPAY_API_BASE": "http://127.0.0.1:1", "REACH_LOOPBACK": "false"}

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    return roomy(partial(runner.pytest_runtest_protocol, item, nextitem))


@contextmanager
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables, queues, bucket and secret of the template in moto; `QUEUE_URL` and `PARKED_URL` are one feature's."""
    from moto import mock_aws

    from kernel import commit, config, dynamodb, limits, sdk
    from tests.cloud import create

    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        for cached in (sdk.session, dynamodb.client, config.aws, config.secret):
            cached.cache_clear()
        commit._buckets_known.clear()
        limits._known.clear()
        for name, value in create().items():
            monkeypatch.setenv(name, value)
        yield
        for cached in (sdk.session, dynamodb.client, config.aws, config.secret):
            cached.cache_clear()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS for one test."""
    with moto(monkeypatch):
        yield


@pytest.fixture
def owner() -> dict[str, str]:
    """Headers of a signed-in owner: a real token, a real session, a real principal."""
    from tests.callers import signed_in

    return signed_in("owner")


@pytest.fixture
def sample() -> Callable[..., dict[str, Any]]:
    """`sample("plans/api-create", body={…})`: an event from `events/`, with parts replaced."""

    def load(name: str, *, body: Any = None, headers: dict[str, str] | None = None, **context: Any) -> dict[str, Any]:
        event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
        if body is not None:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        event.setdefault("headers", {}).update(headers or {})
        return event | context

    return load


@pytest.fixture
def context() -> SimpleNamespace:
    return SimpleNamespace(aws_request_id="req-1", function_name="test", memory_limit_in_mb=512, invoked_function_arn="arn:test",
                           get_remaining_time_in_millis=lambda: 30_000)
