"""What onboarding tells others."""

from datetime import datetime

from kernel.audit import Payload


class _About(Payload):
    """`status`: where the checklist is from now on; `percent`: how far it is."""

    tenant_id: str
    status: str
    percent: int


class Started(_About, event="onboarding.started"):
    """A tenant has a checklist."""

    template_id: str


class ItemsTicked(_About, event="onboarding.items_ticked"):
    """Some items are done; others are still open."""

    items: list[str]


class ItemSkipped(_About, event="onboarding.item_skipped"):
    """An item need not be done."""

    item: str


class ItemReopened(_About, event="onboarding.item_reopened"):
    """An item is to be done after all, and the checklist is open."""

    item: str


class Completed(_About, event="onboarding.completed"):
    """Nothing is open any more. `items`: the last that were done or skipped; `time_to_value` in seconds from the start."""

    items: list[str]
    time_to_value: int


class Overdue(_About, event="onboarding.overdue"):
    """An item is not done, and it should be. `waits_for`: titles of the open items that come before it."""

    item: str
    title: str
    due_at: datetime
    waits_for: list[str]


class Canceled(_About, event="onboarding.canceled"):
    """The tenant has left: nothing is to be done any more."""


class TemplateCreated(Payload, event="onboarding.template_created"):
    """There is another template."""


class TemplateUpdated(Payload, event="onboarding.template_updated"):
    """A template has changed. Checklists that were made from it have not."""


class TemplateDeleted(Payload, event="onboarding.template_deleted"):
    """No checklist is made from the template any more."""


class TemplateRestored(Payload, event="onboarding.template_restored"):
    """The template is there again."""


class DefaultChanged(Payload, event="onboarding.default_changed"):
    """From now on checklists are made from this template."""


class DefaultLost(Payload, event="onboarding.default_lost"):
    """Another template has taken its place."""

    to: str
