"""Announcements as staff write them and tenants' keys see them."""

import pytest

from tests.integration.announcements.conftest import NEWS

LATER = "2026-02-01T09:00:00Z"


def ids(answer):
    return [each["id"] for each in answer["data"]]


def test_a_draft_is_seen_by_nobody_and_a_published_one_at_once(desk):
    draft = desk.ask("POST", "/v1/announcements", NEWS)
    assert (draft.status, draft.body["status"], draft.body["channels"], draft.body["audience"]) == (201, "draft", ["console"], "all")
    assert desk.current()["data"] == desk.current("a")["data"] == []
    assert desk.ask("POST", f"/v1/announcements/{draft.body['id']}/publish").body["status"] == "live"
    for who in (None, "a", "b"):
        [shown] = desk.current(who)["data"]
        assert (shown["html"], shown["read"]) == ("<p>On <strong>Sunday</strong>.</p>\n", False)


def test_a_tenants_key_sees_only_what_addresses_its_tenant(desk):
    for_a, for_b = desk.made(audience="tenants", audience_ids=[desk.a]), desk.made(audience="tenants", audience_ids=[desk.b])
    for_plan = desk.made(audience="plans", audience_ids=[desk.plan])
    for_tags, for_others = (desk.made(audience="tags", audience_ids=tags) for tags in (["vip", "early"], ["vip"]))
    assert set(ids(desk.current("a"))) == {for_a, for_plan}
    assert set(ids(desk.current("b"))) == {for_b, for_tags}
    assert set(ids(desk.current())) == {for_a, for_b, for_plan, for_tags, for_others}
    for verb in ("read", "dismiss"):
        assert desk.ask("POST", f"/v1/announcements/{for_a}/{verb}", by="b").status == 404
    assert desk.ask("GET", "/v1/announcements", by="a").status == 403
    assert desk.ask("GET", f"/v1/announcements/{for_a}", by="a").status == 403


def test_it_is_seen_from_its_beginning_until_before_its_end_whenever_the_schedule_runs(desk):
    id = desk.made(starts_at="2026-02-01T10:00:00+01:00", ends_at="2026-02-01T10:00:00Z")
    assert desk.ask("GET", f"/v1/announcements/{id}").body["status"] == "scheduled"
    seen = [ids(desk.current("a", f"2026-02-01T{time}Z")) for time in ("08:59:59", "09:00:00", "09:59:59", "10:00:00")]
    assert seen == [[], [id], [id], []]


def test_the_most_severe_and_then_the_newest_comes_first(desk):
    old, new = desk.made(), desk.made(at="2026-01-31T12:00:01+00:00")
    worst = desk.made(at="2026-01-30T12:00:00+00:00", severity="critical")
    assert ids(desk.current("a", "2026-01-31T13:00:00+00:00")) == [worst, new, old]


def test_what_was_read_or_dismissed_is_counted_once_for_each_reader(desk):
    id = desk.made(severity="critical")
    for _ in range(3):
        assert desk.ask("POST", f"/v1/announcements/{id}/read", by="a").body == {"edition": 1, "read": 1, "dismissed": 0}
    for _ in range(3):
        desk.ask("POST", f"/v1/announcements/{id}/dismiss", by="a")
        desk.ask("POST", f"/v1/announcements/{id}/dismiss")
    desk.ask("POST", f"/v1/announcements/{id}/read", by="a")
    assert desk.ask("GET", f"/v1/announcements/{id}/seen").body == {"edition": 1, "read": 2, "dismissed": 2}
    [mine], [others] = desk.current("a")["data"], desk.current("b")["data"]
    assert (mine["read"], mine["dismissed"], others["read"], others["dismissed"]) == (True, True, False, False)
    assert (desk.current("a")["unread"], desk.current("b")["unread"]) == (0, 1)


def test_another_text_is_another_edition_and_shown_anew(desk):
    id = desk.made()
    desk.ask("POST", f"/v1/announcements/{id}/dismiss", by="a")
    assert desk.ask("PATCH", f"/v1/announcements/{id}", {"severity": "warning"}).body["edition"] == 1
    assert desk.current("a")["data"][0]["dismissed"] is True
    assert desk.ask("PATCH", f"/v1/announcements/{id}", {"body": "On Monday."}).body["edition"] == 2
    assert desk.current("a")["data"][0]["dismissed"] is False
    assert desk.ask("GET", f"/v1/announcements/{id}/seen").body == {"edition": 2, "read": 0, "dismissed": 0}
    assert desk.ask("POST", f"/v1/announcements/{id}/dismiss", by="a").body == {"edition": 2, "read": 1, "dismissed": 1}


def test_who_is_addressed_stays_so_from_the_moment_it_is_published(desk):
    id = desk.made(starts_at=LATER)
    change = {"audience": "tenants", "audience_ids": [desk.a]}
    answer = desk.ask("PATCH", f"/v1/announcements/{id}", change)
    assert (answer.status, answer.body["code"]) == (409, "already_published")
    assert desk.ask("PATCH", f"/v1/announcements/{id}", {"audience": "all", "title": "We stay"}).status == 200
    draft = desk.ask("POST", "/v1/announcements", NEWS).body["id"]
    assert desk.ask("PATCH", f"/v1/announcements/{draft}", change).body["audience_ids"] == [desk.a]


def test_what_was_canceled_is_seen_no_more_and_comes_never_back(desk):
    id = desk.made()
    assert desk.ask("DELETE", f"/v1/announcements/{id}").status == 409
    assert desk.ask("POST", f"/v1/announcements/{id}/withdraw").body["status"] == "canceled"
    assert desk.current("a")["data"] == []
    for path, status in (("withdraw", 409), ("publish", 409), ("read", 404)):
        assert desk.ask("POST", f"/v1/announcements/{id}/{path}").status == status
    assert desk.ask("PATCH", f"/v1/announcements/{id}", {"title": "No"}).status == 409
    assert desk.ask("DELETE", f"/v1/announcements/{id}").status == 204
    assert desk.ask("POST", f"/v1/announcements/{id}/restore").body["status"] == "canceled"


@pytest.mark.parametrize(("more", "field", "code"), [
    ({"audience": "tenants", "audience_ids": ["ten_01KGA0000000000000000ZZZZ"]}, "audience_ids", "unknown_reference"),
    ({"audience": "plans", "audience_ids": ["pln_01KGA0000000000000000ZZZZ"]}, "audience_ids", "unknown_reference"),
    ({"audience": "tags", "audience_ids": ["VIP"]}, "audience_ids", "invalid"), ({"audience": "plans"}, "audience_ids", "invalid"), ({"audience_ids": ["ten_1"]}, "audience_ids", "invalid"),
    ({"starts_at": LATER, "ends_at": LATER}, "ends_at", "invalid"), ({"starts_at": "2026-02-01T09:00:00"}, "starts_at", None),
    ({"channels": []}, "channels", None), ({"channels": ["email", "email"]}, "channels", "invalid"), ({"severity": "loud"}, "severity", None),
    ({"body": "x" * 4001}, "body", None), ({"title": " "}, "title", None), ({"wish": 1}, "wish", None)])  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(desk, more, field, code):
    answer = desk.ask("POST", "/v1/announcements", NEWS | more)
    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == field and code in (None, answer.body["errors"][0]["code"])


def test_nothing_is_published_whose_end_is_past_and_nobody_overwrites_what_they_have_not_seen(desk):
    draft = desk.ask("POST", "/v1/announcements", NEWS | {"ends_at": "2026-01-31T11:00:00Z"}).body["id"]
    assert desk.ask("POST", f"/v1/announcements/{draft}/publish").body["errors"][0]["field"] == "ends_at"
    assert desk.ask("PATCH", f"/v1/announcements/{draft}", {"title": "New"}, headers={"if-match": '"7"'}).status == 412
    assert desk.ask("GET", "/v1/announcements/ann_01KGA0000000000000000ZZZZ").status == 404


def test_a_preview_is_what_readers_will_see(desk):
    answer = desk.ask("POST", "/v1/announcements/preview", {"body": "**a** <script>b</script>"})
    assert answer.body == {"html": "<p><strong>a</strong> &lt;script&gt;b&lt;/script&gt;</p>\n"}
