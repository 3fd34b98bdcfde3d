"""Text with marks becomes HTML, and whatever is written, nothing but that."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.announcements.markdown import html

TAGS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "blockquote", "code", "pre", "a", "hr", "br"}
ATTRIBUTES = {"href", "rel", "target", "title", "start", "class"}
CORPUS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))", "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:msgbox(1))", "[x](file:///etc/passwd)", "[x](//evil.test)", "[x](/v1/auth)",
    "<javascript:alert(1)>", "![x](https://evil.test/pixel.png)", "![x](javascript:alert(1))", "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://a.test "\\" onmouseover=\\"alert(1)")', "[x](https://a.test\"onclick=\"alert(1))", "```\"><script>alert(1)</script>\nx\n```",
    "``` \" onload=alert(1)\nx\n```", "<!-- --><iframe src=//evil.test></iframe>", "<style>*{background:url(//evil.test)}</style>",
    "[<img src=x onerror=alert(1)>](https://a.test)", "`<b>`", "&lt;script&gt;alert(1)&lt;/script&gt;", "a\x00<script>", "<<script>script>",
    "[x](https://a.test/%22onload=alert(1))", "> " * 200 + "<script>", "[" * 500, "*" * 999, "{{7*7}} {% raw %}")


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.seen.append(("comment", {}))


def harmless(text):
    for tag, attributes in Tags(html(text)).seen:
        assert tag in TAGS and attributes.keys() <= ATTRIBUTES, (tag, attributes)
        assert tag != "a" or attributes["href"].lower().startswith(("https://", "http://", "mailto:"))
        assert attributes.get("class", "language-").startswith("language-")


@pytest.mark.parametrize("text", CORPUS)
def test_nothing_that_is_written_runs_loads_or_leads_astray(text):
    harmless(text)


@given(st.lists(st.sampled_from((*CORPUS, "<", ">", '"', "'", "&", "\n", "](", "![", "javascript:", "x", "`")), max_size=8).map("".join))
def test_nor_does_any_mixture_of_it(text):
    harmless(text)


def test_marks_are_what_they_say():
    found = html("# One\n\n**bold** and *soft* `code`\n\n- a\n- b\n\n[us](https://a.test)")
    for part in ("<h1>One</h1>", "<strong>bold</strong>", "<em>soft</em>", "<code>code</code>", "<li>a</li>",
                 '<a href="https://a.test" rel="noopener noreferrer nofollow" target="_blank">us</a>'):
        assert part in found
