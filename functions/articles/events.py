"""What articles tell others."""

from kernel.audit import Payload


class _About(Payload):
    """`status`: where the article is from now on."""

    status: str


class Created(_About, event="articles.created"):
    """Somebody writes an article: nobody but staff sees it."""


class Updated(_About, event="articles.updated"):
    """Its draft has changed; what was published stays as it is."""


class Submitted(_About, event="articles.submitted"):
    """Somebody else is to look at it."""


class Returned(_About, event="articles.returned"):
    """It is not ready yet."""


class Published(_About, event="articles.published"):
    """Its draft is what readers see from now on."""

    edition: int


class Archived(_About, event="articles.archived"):
    """No reader sees it any more."""


class Reopened(_About, event="articles.reopened"):
    """It is worked on again."""


class VersionRestored(_About, event="articles.version_restored"):
    """What was once published is the draft again."""

    edition: int


class Deleted(_About, event="articles.deleted"):
    """The article is gone."""


class Restored(_About, event="articles.restored"):
    """The article is there again."""
