"""Saved views: what somebody looks at again and again in a list of some resource, for oneself or for all."""

from datetime import datetime

from functions.staff.events import ViewDeleted, ViewSaved
from functions.staff.models import ALL, SavedView, SavedViewCreate, SavedViewUpdate
from kernel import ids
from kernel.access import Principal
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.problems import Conflict, Forbidden, NotFound
from kernel.resource import attributes, patch

EVERYBODYS = "staff.write"  # who may also change what others share


def audiences(caller: Principal) -> tuple[str, str]:
    """Whose views a caller sees: their own, and those that are shared."""
    return caller.id, ALL


def read(id: str, caller: Principal, *, deleted: bool = False) -> SavedView:
    """A view that the caller may see; another's private one does not exist for them (`NotFound`)."""
    view = SavedView.find(id) if deleted else SavedView.fetch(id)
    if view is None or (view.owner_id != caller.id and view.audience != ALL):
        raise NotFound(f"{id} does not exist")
    return view


def create(body: SavedViewCreate, caller: Principal, *, actor: Actor, at: datetime) -> SavedView:
    view = SavedView(ids.new(SavedView.prefix), **attributes(body), owner_id=caller.id)
    view.audience = _audience(view)
    commit((view, ViewSaved(resource=view.resource)), actor=actor, at=at)
    return view


def update(id: str, body: SavedViewUpdate, caller: Principal, *, actor: Actor, at: datetime) -> SavedView:
    """Change what is sent: by its owner; a shared one also by who may change staff."""
    view = _held(id, caller)
    patch(view, body)
    view.audience = _audience(view)
    change((view, ViewSaved(resource=view.resource)), actor=actor, at=at)
    return view


def delete(id: str, caller: Principal, *, actor: Actor, at: datetime) -> None:
    view = _held(id, caller)
    view.deleted_at = wall()
    commit((view, ViewDeleted(resource=view.resource)), actor=actor, at=at)


def restore(id: str, caller: Principal, *, actor: Actor, at: datetime) -> SavedView:
    """`Conflict` where it is not deleted."""
    view = _held(id, caller, deleted=True)
    if view.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    view.deleted_at = None
    commit((view, ViewSaved(resource=view.resource)), actor=actor, at=at)
    return view


def _held(id: str, caller: Principal, *, deleted: bool = False) -> SavedView:
    view = read(id, caller, deleted=deleted)
    if view.owner_id != caller.id and not caller.may(EVERYBODYS):
        raise Forbidden("it is shared by somebody else", permission=EVERYBODYS)
    return view


def _audience(view: SavedView) -> str:
    return ALL if view.shared else str(view.owner_id)
