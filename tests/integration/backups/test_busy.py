"""Bringing a tenant back while the database is busy: no record is left out for what passes."""

from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from functions.backups import job
from functions.tenants.models import Tenant
from kernel.problems import Unavailable
from tests.integration.backups.conftest import US, events
from tests.integration.backups.test_restore import confirm, planned, renamed
from tests.integration.kernel.things import hooked, refuse

TRANSACT = "call.dynamodb.TransactWriteItems"
IN_THE_WAY = refuse("TransactionCanceledException", reasons=["None", "TransactionConflict"])


@pytest.fixture
def acme(company):
    """A tenant whose name is wrong since a backup that is about to be brought back."""
    id = company.tenants[0]
    company.id = company.backup()
    renamed(company, id, "Wrong")
    confirm(company, company.id, planned(company, company.id, tenant_id=id))
    return id


@contextmanager
def answering(*answers):
    """The transactions that bring a record back get these answers, one after the other, and are not done."""
    left = list(answers)

    def answer(params, **_):
        return left.pop(0) if left and b"tenants.reverted" in params["body"] else None

    with hooked(f"before-{TRANSACT}", answer):
        yield left


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_what_is_in_the_way_for_a_moment_leaves_no_record_out(company, acme, reason):
    with answering(*[refuse("TransactionCanceledException", reasons=["None", reason])] * 3) as left:
        assert company.work(company.id).restore["skipped"] == 0
    assert left == []
    assert Tenant.fetch(acme).name == "Acme"


@pytest.mark.parametrize("answers", [[IN_THE_WAY] * 6, [refuse("ThrottlingException")]])
def test_what_stays_in_the_way_lets_the_message_come_again(company, acme, answers):
    with answering(*answers) as left, pytest.raises(Unavailable):
        job.run(company.id, actor=US)
    assert (left, Tenant.fetch(acme).name) == ([], "Wrong")
    assert company.work(company.id).restore["skipped"] == 0
    assert Tenant.fetch(acme).name == "Acme"


def test_what_was_done_though_its_answer_was_lost_is_not_skipped(company, acme):
    sent = []

    def lose(**_):
        if sent and not sent[0]:
            sent[0] = True
            raise ConnectionClosedError(endpoint_url="dynamodb")

    def note(params, **_):
        if not sent and b"tenants.reverted" in params["body"]:
            sent.append(False)

    with hooked(f"before-{TRANSACT}", note), hooked(f"after-{TRANSACT}", lose):
        assert company.work(company.id).restore["skipped"] == 0
    assert sent == [True]
    assert (Tenant.fetch(acme).name, events(acme).count("tenants.reverted")) == ("Acme", 1)


def test_what_the_database_does_not_take_is_told_and_not_left_out(company, acme):
    with answering(refuse("TransactionCanceledException", reasons=["ValidationError"])), pytest.raises(ClientError):
        job.run(company.id, actor=US)
    assert Tenant.fetch(acme).name == "Wrong"
