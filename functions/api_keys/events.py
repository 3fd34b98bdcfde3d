"""What API keys tell others."""

from kernel.audit import Payload


class _About(Payload):
    tenant_id: str | None


class Created(_About, event="api_keys.created"):
    """There is a new key."""


class Updated(_About, event="api_keys.updated"):
    """What a key may do, or how often, has changed."""


class Enabled(_About, event="api_keys.enabled"):
    """A key that was disabled can be used again."""


class Disabled(_About, event="api_keys.disabled"):
    """A key cannot be used for the time being."""


class Revoked(_About, event="api_keys.revoked"):
    """A key is worthless for ever."""


class Rotated(_About, event="api_keys.rotated"):
    """A key has a successor, and an end."""

    replaced_by: str
