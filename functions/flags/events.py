"""What flags tell others."""

from kernel.audit import Payload


class _About(Payload):
    key: str


class Created(_About, event="flags.created"):
    """There is a new flag."""


class Updated(_About, event="flags.updated"):
    """A flag's variants, rules or texts have changed."""


class Killed(_About, event="flags.killed"):
    """Everybody is served the off variant."""


class Enabled(_About, event="flags.enabled"):
    """The rules decide again."""


class Deleted(_About, event="flags.deleted"):
    """The flag is gone: whoever asks for it is told that there is none."""


class Restored(_About, event="flags.restored"):
    """The flag is there again."""
