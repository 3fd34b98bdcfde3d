"""Articles as staff write them, and as anybody may read them."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from functions.articles import api
from functions.articles.events import Published
from functions.articles.models import Article
from kernel.audit import Actor
from kernel.commit import commit
from tests.callers import ask
from tests.conftest import AT
from tests.integration.announcements.conftest import a_key, a_tenant

PAY = {"title": "How to pay", "body": "By **card**.", "summary": "Cards and transfers", "category": "Billing", "visibility": "public"}


@pytest.fixture
def desk(aws, owner):
    """`ask(method, path, body)` by staff, `public(path)` by nobody, `made(…)`: the id of a draft, `published(…)`: of what readers see."""

    def call(method, path, body=None, **more):
        return ask(api.handler, method, path, body, headers=owner | more.pop("headers", {}), **more)

    def made(**more):
        answer = call("POST", "/v1/articles", PAY | more)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    def published(**more):
        id = made(**more)
        assert call("POST", f"/v1/articles/{id}/publish").status == 200
        return id

    def public(path="", method="GET", body=None, **more):
        return ask(api.handler, method, f"/v1/public/articles{path}", body, headers={}, **more)

    return SimpleNamespace(ask=call, made=made, published=published, public=public)


def test_what_is_published_can_be_read_by_anybody_as_harmless_html(desk):
    desk.published(body="**Hi** <script>x</script> [a](javascript:x)")
    [listed] = desk.public().body["data"]
    assert (listed["slug"], listed["title"], listed["html"]) == ("how-to-pay", "How to pay", None)
    assert desk.public("/how-to-pay").body["html"] == "<p><strong>Hi</strong> &lt;script&gt;x&lt;/script&gt; [a](javascript:x)</p>\n"


def test_what_is_not_for_everybody_is_answered_as_what_never_was(desk):
    desk.made(title="Draft")
    desk.published(title="Internal", visibility="internal")
    for title, path in (("Review", "submit"), ("Archived", "archive"), ("Hidden", None)):
        id = desk.published(title=title) if path != "submit" else desk.made(title=title)
        change = desk.ask("POST", f"/v1/articles/{id}/{path}") if path else desk.ask("PATCH", f"/v1/articles/{id}", {"visibility": "internal"})
        assert change.status == 200
    gone = desk.published(title="Gone")
    desk.ask("POST", f"/v1/articles/{gone}/archive")
    desk.ask("DELETE", f"/v1/articles/{gone}")
    never = desk.public("/never")
    for slug in ("draft", "internal", "review", "archived", "hidden", "gone"):
        for found in (desk.public(f"/{slug}"), desk.public(f"/{slug}/vote", "POST", {"helpful": True})):
            assert (found.status, found.body) == (404, never.body), slug
    assert desk.public().body["data"] == [] == desk.public(q="draft").body["data"]


def test_readers_see_a_change_when_it_is_published_again_and_not_before(desk):
    id = desk.published()
    changed = desk.ask("PATCH", f"/v1/articles/{id}", {"title": "Secret plans", "body": "New", "category": "Secret"}).body
    assert (changed["status"], changed["pending"]) == ("published", True)
    assert "Secret" not in json.dumps([desk.public().body, desk.public("/how-to-pay").body])
    assert desk.public(q="secret").body["data"] == desk.public(category="Secret").body["data"] == []
    assert desk.ask("POST", f"/v1/articles/{id}/publish").body["edition"] == 2
    assert desk.public("/how-to-pay").body["title"] == "Secret plans"
    assert desk.ask("POST", f"/v1/articles/{id}/publish").body["code"] == "nothing_new"


def test_what_was_published_is_kept_and_can_be_the_draft_again(desk):
    id = desk.published()
    desk.ask("PATCH", f"/v1/articles/{id}", {"body": "Second"})
    desk.ask("POST", f"/v1/articles/{id}/publish")
    kept = desk.ask("GET", f"/v1/articles/{id}/versions").body["data"]
    assert [(each["edition"], each["body"], each["by"]) for each in kept] == [(2, "Second", "stf_owner"), (1, "By **card**.", "stf_owner")]
    back = desk.ask("POST", f"/v1/articles/{id}/restore-version", {"edition": 1}).body
    assert (back["body"], back["pending"], back["edition"]) == ("By **card**.", True, 2)
    assert "Second" in desk.public("/how-to-pay").body["html"]
    assert desk.ask("POST", f"/v1/articles/{id}/restore-version", {"edition": 9}).body["errors"][0]["field"] == "edition"


def test_an_address_is_one_articles_until_that_is_deleted(desk):
    id = desk.made()
    assert desk.ask("POST", "/v1/articles", PAY).body["code"] == "slug_taken"
    assert desk.ask("POST", "/v1/articles", PAY | {"title": "日本"}).body["errors"][0]["field"] == "slug"
    assert desk.ask("DELETE", f"/v1/articles/{id}").status == 204
    desk.made()
    assert desk.ask("POST", f"/v1/articles/{id}/restore").body["code"] == "slug_taken"


def test_a_life_has_its_order_and_what_is_read_is_not_deleted(desk):
    id = desk.made()
    for verb, status in (("return", 409), ("archive", 409), ("submit", 200), ("submit", 409), ("return", 200), ("submit", 200), ("publish", 200),
                         ("archive", 200), ("publish", 409), ("reopen", 200), ("publish", 200)):
        assert desk.ask("POST", f"/v1/articles/{id}/{verb}").status == status, verb
    assert desk.ask("DELETE", f"/v1/articles/{id}").status == 409


def test_an_address_that_was_read_leads_to_where_the_article_is_now(desk):
    id, draft = desk.published(), desk.made(title="Draft")
    for slug in ("paying", "cards"):
        assert desk.ask("PATCH", f"/v1/articles/{id}", {"slug": slug}).body["pending"] is False
    assert {desk.public(f"/{slug}").body["slug"] for slug in ("how-to-pay", "paying", "cards")} == {"cards"}
    desk.ask("PATCH", f"/v1/articles/{id}", {"visibility": "internal"})
    assert {desk.public(f"/{slug}").status for slug in ("how-to-pay", "cards")} == {404}
    assert desk.ask("POST", "/v1/articles", PAY).body["code"] == desk.ask("PATCH", f"/v1/articles/{draft}", {"slug": "paying"}).body["code"] \
        == "slug_taken"
    assert desk.ask("PATCH", f"/v1/articles/{id}", {"slug": "how-to-pay"}).body["slug"] == "how-to-pay"
    desk.ask("PATCH", f"/v1/articles/{draft}", {"slug": "sketch"})
    assert desk.made(title="Draft"), "nobody has read it there: the address is free"
    for verb, path in (("POST", "/archive"), ("DELETE", "")):
        assert desk.ask(verb, f"/v1/articles/{id}{path}").status < 300
    assert desk.made(title="Cards") and desk.made(title="Paying")


def test_who_may_not_publish_shows_nothing_to_everybody(desk):
    id, draft = desk.published(visibility="internal"), desk.made(title="Draft", visibility="internal")
    writer = {"authorization": f"Bearer {a_key(None, 'articles.read', 'articles.write')}"}
    answer = desk.ask("PATCH", f"/v1/articles/{id}", {"visibility": "public"}, headers=writer)
    assert (answer.status, answer.body["permission"], desk.public().body["data"]) == (403, "articles.publish", [])
    assert desk.ask("PATCH", f"/v1/articles/{draft}", {"visibility": "public"}, headers=writer).status == 200


def test_each_has_one_vote_by_address_key_or_person(desk):
    id = desk.published()
    for ip, helpful in (("192.0.2.1", True), ("192.0.2.1", True), ("192.0.2.2", True), ("192.0.2.2", False)):
        assert desk.public("/how-to-pay/vote", "POST", {"helpful": helpful}, ip=ip).status == 200
    key = {"authorization": f"Bearer {a_key(a_tenant('a'), 'articles.read')}"}
    for _ in range(2):
        answer = ask(api.handler, "POST", f"/v1/articles/{id}/vote", {"helpful": True}, headers=key)
        desk.ask("POST", f"/v1/articles/{id}/vote", {"helpful": False})
    assert answer.status == 200
    assert desk.ask("GET", f"/v1/articles/{id}/votes").body == {"helpful": 2, "unhelpful": 2}
    desk.ask("PATCH", f"/v1/articles/{id}", {"visibility": "internal"})
    assert ask(api.handler, "POST", f"/v1/articles/{id}/vote", {"helpful": True}, headers=key).status == 404


def test_readers_find_by_words_and_category(desk):
    desk.published()
    id = desk.published(title="Reset a password", category="Account", summary=None, body="Ask for a *letter*: Größe 3")
    desk.ask("PATCH", f"/v1/articles/{id}", {"body": "Nothing yet"})
    found = [[each["slug"] for each in desk.public(**query).body["data"]]
             for query in ({"q": "PASS"}, {"q": "transfers pay"}, {"category": "Billing"}, {"q": "nothing"}, {"q": "letter grosse"})]
    assert found == [["reset-a-password"], ["how-to-pay"], ["how-to-pay"], [], ["reset-a-password"]]


def test_long_drafts_keep_no_older_article_from_being_found(desk):
    desk.published(title="Oldest", body="needle")
    said = {"title": "Long", "summary": None, "category": None}
    long = [Article(f"art_01KGA00000000000000000L{n:03d}", **said, slug=f"long-{n}", body="日本" * 5000, visibility="public", status="published",
                    shelf="public", shown=said, edition=1, published_at=AT + timedelta(days=1)) for n in range(40)]
    commit(*((each, Published(status="published", edition=1)) for each in long), actor=Actor(id="stf_1"), at=AT)
    assert len(desk.public().body["data"]) == 41
    assert [each["slug"] for each in desk.public(q="needle").body["data"]] == ["oldest"]


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create", 201, ("slug", "how-to-pay-an-invoice")), ("api-public-list", 200, ("data", [])),
    ("api-public-unknown", 404, ("code", "not_found"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(aws, sample, owner, context, name, status, says):
    answer = api.handler(sample(f"articles/{name}", headers={} if "public" in name else owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])[says[0]]) == (status, says[1])
