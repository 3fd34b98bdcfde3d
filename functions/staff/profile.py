"""Who calls, as they are now: what they may do, how they want to see the console, and what the company counts by."""

import os
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from functions.settings.contract import issuer
from functions.staff.events import PreferencesChanged
from functions.staff.models import Staff
from kernel.access import Principal
from kernel.audit import Actor
from kernel.commit import change
from kernel.fields import Language, Zone
from kernel.http import Body
from kernel.money import Currency
from kernel.problems import Forbidden, Refused
from kernel.resource import patch

ConsoleLanguage = Literal["en", "de"]
Theme = Literal["system", "light", "dark"]


class Preferences(Body):
    """How a member of staff wants to see the console. A language or zone of null is the company's."""

    language: ConsoleLanguage | None = None
    zone: Zone | None = None
    theme: Theme = "system"
    shortcuts: Annotated[bool, Field(strict=True)] = True


class Company(BaseModel):
    """The owner, as its default issuer says: what amounts are summed up in, where its days begin, what it speaks."""

    name: str
    currency: Currency
    zone: str
    language: Language


class Me(BaseModel):
    """Who calls: a member of staff in a session, or a key, which has neither name, e-mail, role nor preferences. `tenant_id`: whose key it
    is, or as whom a member of staff acts: then `impersonation` is the id of that. `company` is null while no issuer has been set up, and
    for both of these. `mode`: whether these are test data on a local cloud."""

    id: str
    name: str | None
    email: str | None
    role: str | None
    permissions: list[str]
    tenant_id: str | None
    impersonation: str | None
    session: str | None
    mfa: bool | None
    preferences: Preferences | None
    company: Company | None
    mode: Literal["local", "live"]


def me(caller: Principal) -> Me:
    return _shown(caller, Staff.find(caller.id))


def prefer(body: Preferences, caller: Principal, *, actor: Actor, at: datetime) -> Me:
    """Change what is sent. `Forbidden` for a key."""
    if caller.session is None:
        raise Forbidden("a key has no preferences", code="members_only")
    staff = Staff.fetch(caller.id)
    patch(staff, body)
    change((staff, PreferencesChanged()), actor=actor, at=at)
    return _shown(caller, staff)


def _shown(caller: Principal, staff: Staff | None) -> Me:
    names = ("name", "email", "mfa")
    own = {name: getattr(staff, name) for name in names} | {"preferences": _preferences(staff)} if staff else dict.fromkeys(names)
    return Me.model_validate({
        "preferences": None, **own, "id": caller.id, "role": caller.role, "permissions": sorted(caller.permissions),
        "tenant_id": caller.tenant_id, "impersonation": caller.impersonation,
        "session": caller.session and caller.session.removeprefix("session#"),
        "company": None if caller.tenant_id else _company(), "mode": "local" if os.environ.get("AWS_ENDPOINT_URL") else "live"})


def _preferences(staff: Staff) -> Preferences:
    return Preferences.model_validate({name: getattr(staff, name) for name in Preferences.model_fields})


def _company() -> Company | None:
    try:
        own = issuer()
    except Refused:
        return None
    return Company(name=own.name, currency=own.currency, zone=own.zone, language=own.language)
