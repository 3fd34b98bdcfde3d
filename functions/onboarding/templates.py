"""What can be done to the templates of checklists. One of them is the default, unless it was deleted."""

from datetime import datetime

from functions.onboarding import events
from functions.onboarding.models import OnboardingTemplate, OnboardingTemplateCreate, OnboardingTemplateUpdate
from functions.onboarding.rules import fault
from kernel import ids
from kernel.audit import Actor, Payload, canonical
from kernel.clock import wall
from kernel.commit import Marker, change, commit, marker
from kernel.problems import Conflict, Duplicate, Invalid
from kernel.records import Record
from kernel.resource import attributes, patch

DEFAULT = "default_template"
MOST_BYTES = 24 * 1024  # of all items: a checklist holds a copy, with what became of each


def create(body: OnboardingTemplateCreate, *, actor: Actor, at: datetime) -> OnboardingTemplate:
    """A template; while there is no default one it is that. `Invalid` for items that do not fit together."""
    template = OnboardingTemplate(ids.new(OnboardingTemplate.prefix), **attributes(body))
    _check(template)
    found = marker(OnboardingTemplate, DEFAULT)
    template.is_default = not (found and found["template_id"])
    first = [_points(template.id, instead_of="" if found else None)] if template.is_default else []
    try:
        commit((template, events.TemplateCreated()), actor=actor, at=at, markers=first)
    except (Duplicate, Conflict):  # someone else's was first, between the read and the commit
        template.is_default = False
        commit((template, events.TemplateCreated()), actor=actor, at=at)
    return template


def update(id: str, body: OnboardingTemplateUpdate, *, actor: Actor, at: datetime) -> OnboardingTemplate:
    """Change what is sent; `Invalid` as for a new one. Checklists stay as they are."""
    template = OnboardingTemplate.fetch(id)
    patch(template, body)
    if "items" in body.model_fields_set:
        template.items = attributes(body)["items"]  # whole: what an item does not say is as it would be in a new one
    _check(template)
    change((template, events.TemplateUpdated()), actor=actor, at=at)
    return template


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """Without the default one, no checklist is made until another has taken its place."""
    template = OnboardingTemplate.fetch(id)
    freed = [_points("", instead_of=id)] if template.is_default else []
    template.deleted_at, template.is_default = wall(), False
    commit((template, events.TemplateDeleted()), actor=actor, at=at, markers=freed)


def restore(id: str, *, actor: Actor, at: datetime) -> OnboardingTemplate:
    """`Conflict` for one that is not deleted. It is not the default one."""
    template = OnboardingTemplate.fetch(id, deleted=True)
    if template.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    template.deleted_at = None
    commit((template, events.TemplateRestored()), actor=actor, at=at)
    return template


def make_default(id: str, *, actor: Actor, at: datetime) -> OnboardingTemplate:
    """The template takes the default one's place, where there is one. Done already: nothing happens."""
    template, was = OnboardingTemplate.fetch(id), default()
    if template.is_default:
        return template
    template.is_default = True
    changes: list[tuple[Record, Payload]] = [(template, events.DefaultChanged())]
    if was is not None:
        was.is_default = False
        changes.append((was, events.DefaultLost(to=id)))
    commit(*changes, actor=actor, at=at, markers=[_points(id, instead_of=was.id if was else "")])
    return template


def default() -> OnboardingTemplate | None:
    found = marker(OnboardingTemplate, DEFAULT)
    template = OnboardingTemplate.find(str(found["template_id"])) if found and found["template_id"] else None
    return template if template is not None and template.deleted_at is None else None


def _points(id: str, *, instead_of: str | None) -> Marker:
    return Marker(OnboardingTemplate, DEFAULT, {"template_id": id}, expect=None if instead_of is None else {"template_id": instead_of})


def _check(template: OnboardingTemplate) -> None:
    if found := fault([(item["key"], item["needs"], item["value"]) for item in template.items]):
        raise Invalid(found[1], field=found[0])
    if len(canonical(template.items).encode()) > MOST_BYTES:
        raise Invalid(f"all items together take more than {MOST_BYTES} bytes", field="items")
