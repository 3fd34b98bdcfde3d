"""The sample invocations of settings, through the real handler."""

import json

import pytest

from functions.settings.api import handler

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("name", "status"), [
    ("api-create-issuer", 201), ("api-create-tax-rate", 201), ("api-issuer-without-country", 422)])
def test_a_sample_is_answered_as_its_name_says(sample, owner, context, name, status):
    answer = handler(sample(f"settings/{name}", headers=owner), context)
    assert answer["statusCode"] == status, answer["body"]
    if status == 422:
        assert json.loads(answer["body"])["errors"][0]["field"] == "address.country"
