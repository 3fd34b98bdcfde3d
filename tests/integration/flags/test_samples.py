"""The sample invocations of flags, through the real handler."""

import json

import pytest

from functions.flags import evaluation
from functions.flags.api import handler
from functions.flags.events import Created
from functions.flags.models import Flag
from kernel.audit import Actor
from kernel.commit import commit
from tests.conftest import AT

FLAG = "flg_01KGA0000000000000000000F0"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("name", "status", "field"), [
    ("api-create", 201, None), ("api-unknown-field", 422, "colour"), ("api-slash-in-key", 422, "key"),
    ("api-share-of-nothing", 422, "rules.0.rollout")])  # fmt: skip
def test_a_sample_is_answered_as_its_name_says(sample, owner, context, name, status, field):
    answer = handler(sample(f"flags/{name}", headers=owner), context)
    assert answer["statusCode"] == status, answer["body"]
    if field:
        assert [error["field"] for error in json.loads(answer["body"])["errors"]] == [field]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-unread-change", 428, ("code", "precondition_required")), ("api-evaluate", 200, ("variant", "off")),
    ("api-evaluate-all", 200, ("flags", [{"key": "new-checkout", "value": False, "variant": "off", "reason": "STATIC", "metadata": {"version": 1}}])),
    ("api-evaluate-not-json", 400, ("errorCode", "PARSE_ERROR")),
    ("api-preview", 200, ("shares", [{"variant": "on", "count": 0, "per_mille": 0}, {"variant": "off", "count": 2, "per_mille": 1000}]))])  # fmt: skip
def test_the_flag_that_the_samples_name_is_served(sample, owner, context, name, status, says):
    variants = [{"name": "on", "value": True}, {"name": "off", "value": False}]
    flag = Flag(FLAG, key="new-checkout", salt="new-checkout", variants=variants, default_variant="off", off_variant="off")
    commit((flag, Created(key=flag.key)), actor=Actor(id="stf_1"), at=AT)
    evaluation.forget()
    answer = handler(sample(f"flags/{name}", headers=owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])[says[0]]) == (status, says[1])
