"""A company with a few tenants, whose backups are made, proved and brought back by the real worker."""

import json
from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace

import pytest

from functions.backups import job, worker
from functions.backups.api import handler as api
from functions.backups.models import Backup
from functions.tenants.api import handler as tenants
from kernel import audit, dynamodb
from kernel.audit import Actor
from kernel.config import aws
from tests.callers import ask

US = Actor(id="system:backups")


@pytest.fixture
def company(aws, owner, context):
    """`ask(method, path, body)` goes to backups or tenants; `work(id)` lets the worker do what a backup waits for."""

    def call(method, path, body=None, **more):
        return ask(tenants if "tenants" in path or "contacts" in path else api, method, path, body, headers=more.pop("headers", owner), **more)

    def made(path, body):
        answer = call("POST", path, body)
        assert answer.status in (201, 202), answer.body
        return answer.body["id"]

    def work(id):
        assert job.run(id, actor=US) == "over"
        return Backup.fetch(id)

    def backup():
        return work(made("/v1/backups", {})).id

    ids = [made("/v1/tenants", {"name": name, "email": f"{name.lower()}@example.test"}) for name in ("Acme", "Bille", "Celle")]
    return SimpleNamespace(ask=call, made=made, work=work, backup=backup, tenants=ids, worker=lambda event: worker.handler(event, context))


@pytest.fixture
def stored():
    """The objects of the bucket by their keys, to look at and to damage."""

    class Stored:
        def keys(self, of=""):
            return [each["Key"] for each in aws("s3").list_objects_v2(Bucket="files", Prefix=f"backups/{of}").get("Contents", [])]

        def __getitem__(self, key):
            return aws("s3").get_object(Bucket="files", Key=key)["Body"].read()

        def __setitem__(self, key, content):
            aws("s3").put_object(Bucket="files", Key=key, Body=content)

        def __delitem__(self, key):
            aws("s3").delete_object(Bucket="files", Key=key)

    return Stored()


def events(id):
    return [audit.Entry.load(item).facts()["type"] for item in audit.timeline(id)]


def message(kind, detail):
    return {"Records": [{"messageId": "m", "eventSource": "aws:sqs", "attributes": {"ApproximateReceiveCount": "1"},
                         "body": json.dumps({"detail-type": kind, "detail": detail})}]}


class Killed(BaseException):
    """The function was ended."""


@contextmanager
def dying_at(call):
    """Ends the function at its so-manieth call of DynamoDB; nothing that it calls from then on is heard."""
    calls, hooks = count(1), dynamodb.client().meta.events

    def maybe(**_):
        if next(calls) >= call:
            raise Killed

    hooks.register_first("before-call.dynamodb", maybe)
    yield
    hooks.unregister("before-call.dynamodb", maybe)


@pytest.fixture
def asked():
    """`asked("CreateTable")`: a list that grows with each such call."""

    def of(*operations):
        found = []
        for each in operations:
            dynamodb.client().meta.events.register_first(f"before-call.dynamodb.{each}", lambda model, **_: found.append(model.name))
        return found

    return of
