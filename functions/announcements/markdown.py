"""Text with marks (CommonMark, by markdown-it-py) as HTML that cannot do anything: headings, lists, emphasis, quotes, code and links.

Tags in the text are text; there are no pictures, which would tell a stranger who reads; a link leads to a page or an address for mail.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def html(text: str) -> str:
    """Safe to be put into a page or a mail as it is."""
    return str(_reader().render(text))


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # late: most requests render nothing

    made = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).disable(["image", "html_block", "html_inline", "reference"])
    made.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]  # so the library says what a link may be
    made.add_render_rule("link_open", _link_open)
    return made


def _link_open(self, tokens, index, options, env):  # type: ignore[no-untyped-def]  # the library's own way to write a tag
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    tokens[index].attrSet("target", "_blank")
    return self.renderToken(tokens, index, options, env)
