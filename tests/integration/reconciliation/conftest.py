"""A company whose payments run through the simulator, and the handlers that compare its books with the gateway's."""

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest

from functions.reconciliation.api import handler as api
from functions.reconciliation.worker import handler as worker
from kernel.clock import stamp, wall
from tests.callers import ask
from tests.cloud import received
from tests.integration.payments.conftest import company, simulator

__all__ = ["company", "simulator"]


@pytest.fixture
def books(company, owner, context, monkeypatch):
    """`run()` compares the last three days and returns the run; `open()` are the exceptions that are open."""

    def call(method, path, body=None, **more):
        return ask(api, method, path, body, headers=owner, **more)

    def work(bodies):
        records = [{"messageId": f"m-{n}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}} for n, body in enumerate(bodies)]
        return worker({"Records": records}, context)

    def due():
        """What is due by now, by way of the worker's own queue."""
        with monkeypatch.context() as own:
            own.setenv("QUEUE_URL", os.environ["RECONCILIATION_QUEUE"])
            worker({"slot": "due", "time": stamp(wall() + timedelta(seconds=1))}, context)
            return work(received(os.environ["QUEUE_URL"]))

    def run(**body):
        body = {"until": stamp(wall() + timedelta(minutes=1)), **body}
        answer = call("POST", "/v1/reconciliation/runs", {"gateway_id": company.gateway, **body})
        assert answer.status == 201, answer.body
        due()
        return call("GET", f"/v1/reconciliation/runs/{answer.body['id']}").body

    def found(**filters):
        return call("GET", "/v1/reconciliation", **filters).body["data"]

    return SimpleNamespace(ask=call, run=run, due=due, work=work, found=found, open=lambda: found(status="open"),
                           worker=lambda event: worker(event, context))
