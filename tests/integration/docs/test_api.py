"""The document and its page through the real handler: public, cacheable, with no other host in it."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from functions.docs.api import handler

CHECKED_IN = Path(__file__).parents[3] / "infra" / "openapi.json"


@pytest.fixture
def html(sample, context) -> str:
    answer = handler(sample("docs/api-page"), context)
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True)
    return gzip.decompress(base64.b64decode(answer["body"])).decode()


def test_anyone_can_read_the_document_as_it_is_checked_in(sample, context):
    answer = handler(sample("docs/api-document"), context)
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, "application/json")
    assert answer["body"] == CHECKED_IN.read_text()
    assert answer["headers"]["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("name", ["docs/api-document", "docs/api-page"])
def test_who_has_it_already_is_not_sent_it_again(sample, context, name):
    tag = handler(sample(name), context)["headers"]["ETag"]
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        answer = handler(sample(name, headers={"If-None-Match": known}), context)
        assert (answer["statusCode"], answer["body"], answer["headers"]["ETag"]) == (304, "", tag)
    assert handler(sample(name, headers={"If-None-Match": '"other"'}), context)["statusCode"] == 200


def test_the_page_holds_the_document_and_asks_no_other_host_for_anything(html):
    spec = re.search(r"spec: (\{.*?\n\}\n),\n    presets", html, re.DOTALL)
    assert json.loads(spec[1].replace("<\\/", "</")) == json.loads(CHECKED_IN.read_text())
    assert re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=", html) == []


def test_the_pages_own_scripts_may_run_and_no_others(sample, context, html):
    policy = handler(sample("docs/api-page"), context)["headers"]["Content-Security-Policy"]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in scripts}
    assert len(scripts) == 2
    assert set(re.search("script-src ([^;]*)", policy)[1].split()) == hashes
    assert policy.startswith("default-src 'none';")


def test_nothing_but_reading_is_possible(sample, context):
    event = sample("docs/api-document")
    event["requestContext"]["http"]["method"] = "DELETE"
    answer = handler(event, context)
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET")
