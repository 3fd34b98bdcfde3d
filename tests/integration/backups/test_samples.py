"""The sample invocations of backups, through the real handlers; and who is told when one fails."""

import json

import pytest

from functions.backups import api, worker
from functions.backups.events import VerificationFailed
from functions.backups.service import _of
from functions.notifications.worker import handler as notifications
from functions.staff.events import Created
from functions.staff.models import Staff
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT
from tests.integration.backups.conftest import message
from tests.integration.invoices.company import an_issuer
from tests.integration.notifications.company import mails

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create", 202, ("status", "queued")), ("api-unknown-field", 422, ("code", "invalid")),
    ("api-verify-unknown", 404, ("code", "not_found")), ("api-restore-not-json", 400, ("code", "malformed_json"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"backups/{name}", headers=owner), context)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body[says[0]]) == (status, says[1])


@pytest.mark.parametrize(("slot", "queued"), [("nightly", 1), ("drill", 0), ("due", 0)])
def test_the_schedules_samples(sample, context, slot, queued):
    assert worker.handler(sample(f"backups/worker-{slot}"), context) == {}
    assert (len(_of("queued")), received(setting("QUEUE_URL"))) == (queued, [])


def test_a_message_about_none_that_is_there_does_nothing(sample, context):
    assert worker.handler(sample("backups/worker-run-unknown"), context) == {"batchItemFailures": []}


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("backups/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]


def test_every_owner_is_told_once_by_mail_of_a_drill_that_failed(context):
    an_issuer()
    for id, role in (("stf_01KGA0000000000000000000F0", "owner"), ("stf_01KGA0000000000000000000F1", "viewer")):
        staff = Staff(id, name="Otto", email=f"{role}@seller.test", role=role, subject=id, language="de")
        commit((staff, Created(role=role)), actor=Actor(id="stf_1"), at=AT)
    told = VerificationFailed(reason="tenants-00001.jsonl.gz is gone", requested_by=None)
    detail = {"subject": "bak_01KGA0000000000000000000B0", "version": 5, "effective_at": "2026-02-01T04:00:00Z", "depth": 0,
              "request_id": "r", "data": told.model_dump()}
    for _ in range(3):
        assert notifications(message(VerificationFailed.event, detail), context) == {"batchItemFailures": []}
    [mail] = mails()
    assert (mail["Subject"], mail["To"]) == ("Ein Backup hat die Prüfung nicht bestanden", "owner@seller.test")
    assert "tenants-00001.jsonl.gz is gone" in mail.get_body(("plain",)).get_content()
