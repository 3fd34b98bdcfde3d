"""Staff act as tenants: what they see and may not, how it ends, and what is written down."""

import json

import jwt
import pytest

from kernel import dynamodb, impersonation
from kernel.audit import UNCHAINED
from kernel.config import setting, table
from tests.callers import signed_in
from tests.cloud import received
from tests.integration.impersonation.conftest import REASON
from tests.integration.staff.people import person, role_of

LATER = "2026-01-31T12:15:00+00:00"


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def entries(subject):
    return [json.loads(item["header"]["S"]) for item in dynamodb.children(table("audit"), subject)]


def due(office):
    """The schedule when a quarter of an hour is over, with each of its messages three times."""
    assert office.worker({"time": LATER, "slot": "due"}) == {}
    for body in received(setting("QUEUE_URL")) * 3:
        record = {"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
        assert office.worker({"Records": [record]}) == {"batchItemFailures": []}


def test_the_token_names_the_tenant_and_who_acts_for_a_quarter_of_an_hour(office, began):
    found = claims(began.token)
    assert (found["sub"], found["act"], found["jti"]) == (office.acme, {"sub": "stf_support"}, began.id)
    assert found["exp"] - found["iat"] == 15 * 60
    assert "token" not in office.ask("GET", f"/v1/impersonation/{began.id}").body


def test_they_see_what_the_tenant_sees_and_nothing_of_others(office, began):
    assert office.ask("GET", f"/v1/tenants/{office.acme}", by=began.headers).status == 200
    assert office.ask("GET", f"/v1/tenants/{office.other}", by=began.headers).status == 404
    assert [each["id"] for each in office.ask("GET", "/v1/contacts", by=began.headers).body["data"]] == [office.ada]
    me = office.ask("GET", "/v1/me", by=began.headers).body
    assert (me["id"], me["tenant_id"], me["impersonation"]) == ("stf_support", office.acme, began.id)


@pytest.mark.parametrize(("method", "path", "body"), [
    ("PATCH", "/v1/tenants/{acme}", {"name": "Mine"}), ("POST", "/v1/tenants/{acme}/suspend", {"reason": "late"}), ("GET", "/v1/staff", None),
    ("POST", "/v1/impersonation", {"tenant_id": "{other}", "reason": REASON}), ("PATCH", "/v1/me", {"theme": "dark"}),
    ("POST", "/v1/api-keys", {"name": "Mine", "tenant_id": "{acme}", "scopes": ["tenants.read"]})])  # fmt: skip
def test_what_is_not_the_tenants_to_do_is_refused_and_written_down_under_both_names(office, began, method, path, body):
    body = body and {name: value.format(**vars(office)) if isinstance(value, str) else value for name, value in body.items()}
    assert office.ask(method, path.format(**vars(office)), body, by=began.headers).status == 403
    [denied] = [item for item in dynamodb.client().scan(TableName=table("audit"))["Items"] if item["pk"]["S"].startswith(UNCHAINED)]
    header = json.loads(denied["header"]["S"])
    assert (header["actor"], header["acting_for"], header["cause"]) == ("stf_support", office.acme, f"{began.id}#1")


def test_reading_is_all_unless_it_is_begun_for_writing(office, began):
    assert "flags.evaluate" not in began.permissions
    office.ask("POST", f"/v1/impersonation/{began.id}/end", {}, by=began.headers)
    writing = office.ask("POST", "/v1/impersonation", {"tenant_id": office.acme, "reason": REASON, "writing": True}).body
    assert "flags.evaluate" in writing["permissions"]


@pytest.mark.parametrize(("made", "path", "body"), [
    ({"title": "Down on Sunday", "body": "We **move**."}, "/v1/announcements/{id}/dismiss", {}),
    ({"title": "Down on Sunday", "body": "We **move**."}, "/v1/announcements/{id}/read", {}),
    ({"title": "How to pay", "body": "By card.", "visibility": "public"}, "/v1/articles/{id}/vote", {"helpful": True})])  # fmt: skip
def test_nothing_is_read_or_judged_in_the_tenants_place(office, began, made, path, body):
    id = office.made(path.partition("/{id}")[0], made)
    for verb in ("submit", "publish"):
        office.ask("POST", f"{path.partition('/{id}')[0]}/{id}/{verb}")
    assert office.ask("POST", path.format(id=id), body, by=began.headers).status == 403
    assert office.ask("POST", path.format(id=id), body).status == 200


def test_who_leaves_is_out_at_the_next_request_and_the_record_says_so(office, began):
    ended = office.ask("POST", f"/v1/impersonation/{began.id}/end", {}, by=began.headers)
    assert (ended.body["status"], ended.body["end_reason"]) == ("ended", "left")
    assert office.ask("GET", f"/v1/tenants/{office.acme}", by=began.headers).status == 401
    assert [(each["type"], each["actor"], each["acting_for"]) for each in entries(began.id)] == [
        ("impersonation.started", "stf_support", None), ("impersonation.ended", "stf_support", office.acme)]


def test_somebody_else_may_stop_it_and_nobody_ends_it_twice(office, began):
    assert office.ask("POST", f"/v1/impersonation/{began.id}/end", {}, by=signed_in("viewer")).status == 403
    assert office.ask("POST", f"/v1/impersonation/{began.id}/end", {}).body["end_reason"] == "stopped"
    assert office.ask("GET", "/v1/me", by=began.headers).status == 401
    assert office.ask("POST", f"/v1/impersonation/{began.id}/end", {}).status == 409


def test_it_is_over_when_its_time_is_even_before_the_schedule_comes_by(office, began):
    assert office.ask("GET", "/v1/me", by=began.headers, at="2026-01-31T12:14:59+00:00").status == 200
    assert office.ask("GET", "/v1/me", by=began.headers, at=LATER).status == 401


@pytest.mark.parametrize("gone", ["session", "member", "right"])
def test_it_ends_with_the_session_with_the_member_and_with_the_right_to_it(office, began, gone):
    name = table("principals")
    if gone == "session":
        dynamodb.client().delete_item(TableName=name, Key=dynamodb.key("session#origin-subject-support"))
    else:
        change = ("active", {"BOOL": False}) if gone == "member" else ("#r", {"S": "viewer"})
        dynamodb.client().update_item(
            TableName=name, Key=dynamodb.key("staff#subject-support"), UpdateExpression=f"SET {change[0]} = :v",
            ExpressionAttributeValues={":v": change[1]}, **({"ExpressionAttributeNames": {"#r": "role"}} if gone == "right" else {}))
    assert office.ask("GET", "/v1/me", by=began.headers).status == 401


def test_who_may_not_end_it_cannot_begin_it(office):
    body = {"tenant_id": office.acme, "reason": REASON}
    blind = person(role_of("impersonation.write", "tenants.read").id).headers
    assert office.ask("POST", "/v1/impersonation", body, by=blind).body["permission"] == "impersonation.read"
    own = person(role_of("impersonation.write", "impersonation.read", "tenants.read").id).headers
    for by in ("token", "session"):
        began = office.ask("POST", "/v1/impersonation", {"tenant_id": office.acme, "reason": REASON}, by=own).body
        headers = {"authorization": f"Bearer {began['token']}"} if by == "token" else own
        assert office.ask("POST", f"/v1/impersonation/{began['id']}/end", {}, by=headers).status == 200


def test_it_allows_no_more_than_the_member_still_may(office):
    token = office.ask("POST", "/v1/impersonation", {"tenant_id": office.acme, "reason": REASON, "writing": True}).body["token"]
    by = {"authorization": f"Bearer {token}"}
    assert "flags.evaluate" in office.ask("GET", "/v1/me", by=by).body["permissions"]
    dynamodb.client().update_item(
        TableName=table("principals"), Key=dynamodb.key("staff#subject-owner"), UpdateExpression="SET #r = :v",
        ExpressionAttributeNames={"#r": "role"}, ExpressionAttributeValues={":v": {"S": "support"}})
    assert not {"flags.evaluate", "content.download"} & {*office.ask("GET", "/v1/me", by=by).body["permissions"]}


def test_nobody_acts_as_two_tenants_at_once_but_anew_when_one_has_run_out(office, began):
    body = {"tenant_id": office.other, "reason": REASON}
    second = office.ask("POST", "/v1/impersonation", body, by=office.support)
    assert (second.status, second.body["code"], second.body["impersonation_id"]) == (409, "already_impersonating", began.id)
    assert office.ask("POST", "/v1/impersonation", body, by=office.support, at=LATER).status == 201


def test_one_that_has_run_out_does_not_take_the_next_ones_place_along_when_the_schedule_ends_it(office, began):
    body = {"tenant_id": office.other, "reason": REASON}
    second = office.ask("POST", "/v1/impersonation", body, by=office.support, at=LATER)
    assert second.status == 201
    due(office)
    assert office.ask("GET", f"/v1/impersonation/{began.id}").body["end_reason"] == "expired"
    third = office.ask("POST", "/v1/impersonation", body, by=office.support, at=LATER)
    assert (third.status, third.body["impersonation_id"]) == (409, second.body["id"])


@pytest.mark.parametrize(("change", "status", "code", "field"), [
    ({"reason": "because"}, 422, "invalid", "reason"), ({"minutes": 61}, 422, "invalid", "minutes"),
    ({"minutes": 0}, 422, "invalid", "minutes"), ({"tenant_id": "ten_none"}, 422, "unknown_reference", "tenant_id"),
    ({"tenant_id": "stf_owner"}, 422, "unknown_reference", "tenant_id"), ({"scope": "all"}, 422, "invalid", "scope")])  # fmt: skip
def test_what_cannot_be_begun_says_which_field_is_wrong(office, change, status, code, field):
    answer = office.ask("POST", "/v1/impersonation", {"tenant_id": office.acme, "reason": REASON} | change, by=office.support)
    assert (answer.status, answer.body["code"], answer.body["errors"][0]["field"]) == (status, code, field)


def test_a_key_and_who_may_not_cannot_begin(office):
    key = office.ask("POST", "/v1/api-keys", {"name": "K", "scopes": ["impersonation.write", "tenants.read"]}).body["key"]
    body = {"tenant_id": office.acme, "reason": REASON}
    assert office.ask("POST", "/v1/impersonation", body, by={"authorization": f"Bearer {key}"}).body["code"] == "members_only"
    assert office.ask("POST", "/v1/impersonation", body, by=signed_in("developer")).status == 403


def test_the_tenant_may_read_who_acted_as_it(office, began):
    key = office.ask("POST", "/v1/api-keys", {"name": "K", "tenant_id": office.acme, "scopes": ["impersonation.read"]}).body["key"]
    seen = office.ask("GET", "/v1/impersonation", by={"authorization": f"Bearer {key}"}).body["data"]
    assert [(each["id"], each["reason"]) for each in seen] == [(began.id, REASON)]
    assert office.ask("POST", f"/v1/impersonation/{began.id}/end", {}, by={"authorization": f"Bearer {key}"}).status == 403


def test_a_token_that_was_tampered_with_or_signed_by_others_lets_nobody_in(office, began):
    body = claims(began.token)
    for forged in (jwt.encode(body, "x" * 32, "HS256", headers={"typ": "imp+jwt"}), jwt.encode(body, None, "none", headers={"typ": "imp+jwt"}),
                   jwt.encode(body, impersonation._secret(), "HS512", headers={"typ": "imp+jwt"}), began.token[:-4] + "AAAA",
                   jwt.encode(body | {"jti": 5}, impersonation._secret(), "HS256", headers={"typ": "imp+jwt"}),
                   jwt.encode(body, impersonation._secret(), "HS256")):
        assert office.ask("GET", "/v1/me", by={"authorization": f"Bearer {forged}"}).status == 401


def test_the_schedule_ends_what_has_expired_once(office, began):
    due(office)
    found = office.ask("GET", f"/v1/impersonation/{began.id}").body
    assert (found["status"], found["end_reason"], found["ended_at"]) == ("ended", "expired", found["expires_at"])
    assert [each["type"] for each in entries(began.id)] == ["impersonation.started", "impersonation.ended"]
