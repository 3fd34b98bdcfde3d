"""Files: put into the bucket by a form, looked at when a reply names them, and only then to be had."""

import pytest
from botocore.awsrequest import AWSResponse

from functions.tickets.rules.content import MOST_BYTES
from kernel.config import aws

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def uploaded(desk, ticket, content=PNG):
    """The id of a file that came into the bucket as the form has it."""
    form = desk.by(desk.acme, "POST", f"/v1/tickets/{ticket}/uploads").body
    aws("s3").put_object(Bucket="files", Key=form["fields"]["key"], Body=content)
    return form["id"]


def attach(desk, ticket, id, name="shot.png", **more):
    return desk.ask("POST", f"/v1/tickets/{ticket}/replies", {"text": "See", "attachments": [{"id": id, "name": name}]} | more)


def test_the_form_goes_to_one_place_and_takes_ten_megabytes(desk, ticket):
    import base64
    import json

    answer = desk.by(desk.acme, "POST", f"/v1/tickets/{ticket}/uploads")
    assert (answer.status, answer.body["most_bytes"]) == (200, MOST_BYTES)
    assert answer.body["url"] == "https://files.s3.us-east-1.amazonaws.com/", "the one host that the console may send to"
    conditions = json.loads(base64.b64decode(answer.body["fields"]["policy"]))["conditions"]
    assert ["content-length-range", 1, MOST_BYTES] in conditions
    assert {"key": f"uploads/{ticket}/{answer.body['id']}"} in conditions


def test_a_file_is_to_be_had_once_a_reply_has_named_it_and_stays_as_it_was(desk, ticket):
    id = uploaded(desk, ticket)
    path = f"/v1/tickets/{ticket}/files/{id}"
    assert desk.by(desk.acme, "GET", path).status == 404
    assert attach(desk, ticket, id).status == 200
    aws("s3").put_object(Bucket="files", Key=f"uploads/{ticket}/{id}", Body=b"MZ evil")
    assert aws("s3").get_object(Bucket="files", Key=f"tickets/{ticket}/{id}")["Body"].read() == PNG
    url = desk.by(desk.acme, "GET", path).body["url"]
    assert f"tickets/{ticket}/{id}" in url and "attachment" in url and "image%2Fpng" in url
    [reply, _] = desk.ask("GET", f"/v1/tickets/{ticket}/replies").body["data"]
    assert reply["attachments"] == [{"id": id, "name": "shot.png", "size": len(PNG), "kind": "png"}]
    assert attach(desk, ticket, id).body["code"] == "attached"


def test_a_reply_names_a_file_once(desk, ticket):
    id = uploaded(desk, ticket)
    answer = attach(desk, ticket, id, attachments=[{"id": id, "name": "shot.png"}, {"id": id, "name": "again.png"}])
    assert (answer.status, answer.body["code"], answer.body["errors"][0]["field"]) == (422, "repeated", "attachments"), answer.body
    assert attach(desk, ticket, id).status == 200


def test_what_is_in_an_internal_note_is_for_staff(desk, ticket):
    id = uploaded(desk, ticket)
    attach(desk, ticket, id, kind="internal")
    path = f"/v1/tickets/{ticket}/files/{id}"
    assert [desk.ask("GET", path).status, desk.by(desk.acme, "GET", path).status] == [200, 404]


def test_a_file_that_comes_with_an_answer_to_a_closed_ticket_is_kept_with_the_one_that_goes_on(desk, ticket):
    for verb in ("solve", "close"):
        assert desk.ask("POST", f"/v1/tickets/{ticket}/{verb}").status == 200
    id = uploaded(desk, ticket)
    answer = {"text": "Again", "attachments": [{"id": id, "name": "shot.png"}]}
    follow_up = desk.by(desk.acme, "POST", f"/v1/tickets/{ticket}/replies", answer).body["id"]
    assert follow_up != ticket
    kept = [each["Key"] for each in aws("s3").list_objects_v2(Bucket="files", Prefix="tickets/")["Contents"]]
    assert kept == [f"tickets/{follow_up}/{id}"], "or it would go with the closed one"
    assert f"/tickets/{follow_up}/{id}" in desk.by(desk.acme, "GET", f"/v1/tickets/{follow_up}/files/{id}").body["url"]


@pytest.mark.parametrize(("name", "content", "code"), [
    ("shot.png", b"MZ\x90", "bad_file"), ("shot.exe", b"MZ\x90", "bad_file"), ("shot.pdf", PNG, "bad_file"),
    ("shot.png", PNG + b"\0" * MOST_BYTES, "too_large")])  # fmt: skip
def test_what_is_not_what_it_says_is_refused_and_never_to_be_had(desk, ticket, name, content, code):
    id = uploaded(desk, ticket, content)
    answer = attach(desk, ticket, id, name)
    assert (answer.status, answer.body["code"]) == (422, code)
    assert desk.ask("GET", f"/v1/tickets/{ticket}/files/{id}").status == 404


def test_what_was_not_uploaded_or_for_another_ticket_is_not_there(desk, ticket):
    from tests.integration.tickets.conftest import asked

    other = desk.made("/v1/tickets", asked(desk.acme))
    for id in ("upl_01KGA0000000000000000000Z0", uploaded(desk, other)):
        assert attach(desk, ticket, id).body["code"] == "unknown_reference"


def test_s3_does_not_say_what_is_missing_to_who_may_not_list_the_bucket(desk, ticket):
    def denied(**_):
        return AWSResponse("", 403, {}, None), {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}

    events = aws("s3").meta.events
    events.register("before-call.s3.GetObject", denied)
    try:
        assert attach(desk, ticket, "upl_01KGA0000000000000000000Z0").body["code"] == "unknown_reference"
    finally:
        events.unregister("before-call.s3.GetObject", denied)
