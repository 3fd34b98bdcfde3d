"""The sample invocations of plans, through the real handler."""

import json

import pytest

from functions.plans.api import handler

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("name", "status", "field"), [
    ("api-create", 201, None), ("api-unknown-field", 422, "colour"), ("api-negative-price", 422, "unit_amount")])  # fmt: skip
def test_a_sample_is_answered_as_its_name_says(sample, owner, context, name, status, field):
    answer = handler(sample(f"plans/{name}", headers=owner), context)
    assert answer["statusCode"] == status, answer["body"]
    if field:
        assert [error["field"] for error in json.loads(answer["body"])["errors"]] == [field]
