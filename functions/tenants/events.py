"""What tenants tell others."""

from kernel.audit import Payload


class _About(Payload):
    name: str
    email: str
    language: str


class Requested(_About, event="tenants.requested"):
    """Someone wants to be a customer; nothing is set up yet."""


class ProvisioningStarted(_About, event="tenants.provisioning_started"):
    """What the tenant needs is being made."""


class Activated(_About, event="tenants.activated"):
    """The tenant can use the product."""


class Suspended(_About, event="tenants.suspended"):
    """The tenant may not use the product; its data and its bills stay."""

    reason: str


class Resumed(_About, event="tenants.resumed"):
    """The suspension has ended."""


class OffboardingStarted(_About, event="tenants.offboarding_started"):
    """The tenant leaves: subscriptions end, data are kept for the retention."""

    reason: str


class Deleted(_About, event="tenants.deleted"):
    """The tenant is gone."""


class Updated(_About, event="tenants.updated"):
    """Profile or billing data have changed."""


class _AboutContact(Payload):
    tenant_id: str


class ContactCreated(_AboutContact, event="tenants.contact_created"):
    """Somebody at the tenant's is known."""


class ContactUpdated(_AboutContact, event="tenants.contact_updated"):
    """What is known of them has changed."""


class ContactDeleted(_AboutContact, event="tenants.contact_deleted"):
    """They are no contact any more."""


class ContactRestored(_AboutContact, event="tenants.contact_restored"):
    """They are a contact again."""
