"""Content over HTTP: written, given a file that is looked at, reviewed, published, retired."""

import hashlib

import pytest

from kernel.config import aws as client
from kernel.config import setting
from tests.callers import signed_in
from tests.integration.content.conftest import GUIDE, MONTHLY, ONCE, PDF, PRICE


@pytest.fixture
def draft(shop):
    return shop.made("/v1/content", ONCE)


@pytest.mark.parametrize(("body", "field"), [
    ({"pricing": "once", "price": None}, "price"), ({"pricing": "free"}, "price"), ({"price": 0}, "price"),
    ({"pricing": "recurring"}, "interval"), ({"interval": "month"}, "interval"), ({"creator_share": 1001}, "creator_share"),
    ({"creator_email": "ada"}, "creator_email"), ({"status": "published"}, "status"), ({"currency": "XXX"}, "currency"), ({"currency": None}, "currency")])
def test_what_makes_no_sense_is_refused_by_its_field(shop, draft, body, field):
    for method, path in (("POST", "/v1/content"), ("PATCH", f"/v1/content/{draft}")):
        answer = shop.ask(method, path, ONCE | body)
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, field), answer.body


def test_a_draft_is_reviewed_before_anybody_buys_it(shop, draft):
    buy, tenant = f"/v1/content/{draft}/buy", {"tenant_id": shop.tenant}
    assert shop.ask("POST", f"/v1/content/{draft}/submit").body["code"] == "no_file"
    shop.done("POST", f"/v1/content/{draft}/editions", shop.sent(draft))
    assert shop.ask("POST", buy, tenant).body["code"] == "content_state"
    assert shop.ask("POST", f"/v1/content/{draft}/publish").status == 409
    assert shop.done("POST", f"/v1/content/{draft}/submit")["status"] == "review"
    assert shop.ask("PATCH", f"/v1/content/{draft}", {"title": "New"}).body["code"] == "content_state"
    assert shop.done("POST", f"/v1/content/{draft}/reject", {"reason": "typos"})["rejected_because"] == "typos"
    shop.done("POST", f"/v1/content/{draft}/submit")
    found = shop.done("POST", f"/v1/content/{draft}/publish")
    assert (found["status"], found["edition"], found["pending_edition"], found["file_name"]) == ("published", 1, None, "guide.pdf")
    assert (found["file_size"], found["price"]) == (len(PDF), PRICE)
    assert shop.ask("POST", buy, tenant).status == 201
    assert shop.ask("DELETE", f"/v1/content/{draft}").status == 409


def test_a_file_is_looked_at_byte_by_byte(shop, draft):
    def attach(sent, **other):
        return shop.ask("POST", f"/v1/content/{draft}/editions", sent | other).body.get("code")

    sent = shop.sent(draft)
    assert attach(sent, sha256="0" * 64) == "file_digest"
    assert attach(sent, filename="guide.zip") == "file_content"
    assert attach(sent, filename="guide.exe") == "file_kind"
    assert attach(sent, filename="../guide.pdf") == "invalid"
    assert attach(sent, upload_id="upl_" + "0" * 26) == "upload_missing"
    assert attach(shop.sent(draft, b"MZ\x90 not a document")) == "file_content"
    assert shop.done("GET", f"/v1/content/{draft}")["pending_edition"] is None
    too_much = {"size": 100 * 1024 * 1024 + 1, "sha256": "0" * 64}
    assert shop.ask("POST", f"/v1/content/{draft}/uploads", too_much).status == 422


def test_what_was_attached_stays_what_it_was_whatever_is_sent_later(shop, draft):
    sent = shop.sent(draft)
    shop.done("POST", f"/v1/content/{draft}/editions", sent)
    client("s3").put_object(Bucket=setting("FILES"), Key=f"content/uploads/{draft}/{sent['upload_id']}", Body=b"%PDF-evil")
    kept = client("s3").get_object(Bucket=setting("FILES"), Key=f"content/files/{draft}/{sent['sha256']}")
    assert hashlib.sha256(kept["Body"].read()).hexdigest() == sent["sha256"]
    assert kept["ContentType"] == "application/pdf"


def test_of_what_is_published_a_new_edition_replaces_the_old_one_only_once_it_was_reviewed(shop):
    id = shop.published()
    entitlement = shop.bought(id)["id"]
    shop.done("POST", f"/v1/content/{id}/editions", shop.sent(id, PDF + b"2"))

    def served():
        return shop.done("POST", f"/v1/content/entitlements/{entitlement}/download")["url"].partition("?")[0].rpartition("/")[2]

    def sha(data):
        return hashlib.sha256(data).hexdigest()

    assert served() == sha(PDF)
    shop.done("POST", f"/v1/content/{id}/reject", {"reason": "typos"})
    assert shop.ask("POST", f"/v1/content/{id}/publish").body["code"] == "nothing_to_review"
    shop.done("POST", f"/v1/content/{id}/editions", shop.sent(id, PDF + b"3"))
    shop.done("POST", f"/v1/content/{id}/publish")
    assert served() == sha(PDF + b"3")
    found = shop.done("GET", f"/v1/content/{id}/editions")["data"]
    assert [(each["number"], each["reviewed_by"]) for each in found] == [(3, "stf_owner"), (2, None), (1, "stf_owner")]


def test_retired_content_is_sold_to_nobody_new_and_stays_with_its_buyers(shop):
    id = shop.published()
    entitlement = shop.bought(id)["id"]
    assert shop.done("POST", f"/v1/content/{id}/retire")["status"] == "retired"
    other = shop.made("/v1/tenants", {"name": "Other", "email": "o@other.test"})
    assert shop.ask("POST", f"/v1/content/{id}/buy", {"tenant_id": other}).body["code"] == "content_state"
    assert shop.ask("POST", f"/v1/content/entitlements/{entitlement}/download").status == 200


def test_a_draft_is_deleted_and_restored(shop, draft):
    assert shop.ask("DELETE", f"/v1/content/{draft}").status == 204
    assert shop.ask("GET", f"/v1/content/{draft}").status == 404
    assert shop.ask("POST", f"/v1/content/{draft}/restore").status == 200


def test_a_stale_version_changes_nothing(shop, draft):
    shop.done("PATCH", f"/v1/content/{draft}", {"title": "New"})
    assert shop.ask("PATCH", f"/v1/content/{draft}", {"title": "Old"}, headers=shop.headers | {"if-match": '"1"'}).status == 412


def test_who_reviews_sells_or_fetches_needs_a_permission_of_its_own(shop):
    id = shop.published()
    entitlement, viewer = shop.bought(id)["id"], signed_in("viewer")
    assert shop.ask("GET", f"/v1/content/{id}/earnings", headers=viewer).status == 200
    for verb, body in (("publish", None), ("reject", {"reason": "x"}), ("retire", None), ("buy", {"tenant_id": shop.tenant})):
        assert shop.ask("POST", f"/v1/content/{id}/{verb}", body, headers=viewer).status == 403
    assert shop.ask("POST", f"/v1/content/entitlements/{entitlement}/download", headers=viewer).status == 403


def test_lists_are_by_state_category_and_title(shop):
    one, two = shop.published(title="B"), shop.made("/v1/content", MONTHLY | {"title": "A", "category": "course"})
    for query, ids in (({"status": "published"}, [one]), ({"category": "course"}, [two]), ({"sort": "title"}, [two, one])):
        assert [each["id"] for each in shop.done("GET", "/v1/content", **query)["data"]] == ids
    assert shop.ask("GET", "/v1/content", color="red").status == 400
    assert GUIDE["title"] not in [each["title"] for each in shop.done("GET", "/v1/content")["data"]]
