"""The sample invocations of exports, through the real handlers."""

import json
import os

import pytest

from functions.exports.api import handler as api
from functions.exports.models import Export
from functions.exports.worker import handler as worker
from tests.cloud import received
from tests.integration.exports.company import keys, store, table, tenants

pytestmark = pytest.mark.usefixtures("aws")
ID = "exp_01KGABCDEFGHJKMNPQRSTVWXYZ"


def an_export(**facts):
    store(Export(ID, **{"requested_by": "stf_owner", "resource": "tenants", "format": "csv", "columns": ["id", "name"], "version": 1} | facts))


@pytest.mark.parametrize(("name", "status"), [("api-create", 202), ("api-unknown-column", 422), ("api-unknown-filter", 400)])
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status):
    assert api(sample(f"exports/{name}", headers=owner), context)["statusCode"] == status


@pytest.mark.parametrize("name", ["worker-requested", "worker-run"])
def test_a_message_makes_the_file(sample, context, name):
    ids = tenants(2)
    an_export()
    assert worker(sample(f"exports/{name}"), context) == {"batchItemFailures": []}
    assert table(Export.fetch(ID)) == [["ID", "Name"], [ids[1], "Tenant 1"], [ids[0], "Tenant 0"]]


def test_a_deleted_export_leaves_nothing(sample, context):
    tenants(1)
    an_export()
    worker(sample("exports/worker-requested"), context)
    export = Export.fetch(ID)
    export.deleted_at = export.created_at
    store(export)
    assert keys() != []
    assert worker(sample("exports/worker-deleted"), context) == {"batchItemFailures": []}
    assert keys() == []


def test_a_message_that_is_not_json_is_parked(sample, context):
    assert worker(sample("exports/worker-not-json"), context) == {"batchItemFailures": []}
    assert json.loads(received(os.environ["PARKED_URL"])[0])["body"] == "this is not JSON"


def test_the_schedule_finds_nothing_to_do(sample, context):
    assert worker(sample("exports/worker-due"), context) == {}
    assert received(os.environ["QUEUE_URL"]) == []
