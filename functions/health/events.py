"""What health tells others."""

from datetime import datetime

from kernel.audit import Payload


class _About(Payload):
    """`name`: the check's."""

    name: str


class Created(_About, event="health.created"):
    """Something is watched from now on."""


class Updated(_About, event="health.updated"):
    """What is checked, how often, or who is told has changed."""


class Paused(_About, event="health.paused"):
    """Nobody looks at it for the time being."""


class Resumed(_About, event="health.resumed"):
    """It is looked at again; how it is, nobody knows yet."""


class Deleted(_About, event="health.deleted"):
    """Nobody looks at it any more."""


class Restored(_About, event="health.restored"):
    """It is there again, paused."""


class Observed(_About, event="health.observed"):
    """Its state has changed in a way that wakes nobody: known for the first time, slower, or quick again."""

    status: str


class _Flip(_About):
    """`roles` of staff, addresses and numbers are who is told of it."""

    incident_id: str
    roles: list[str]
    emails: list[str]
    phones: list[str]


class Failed(_Flip, event="health.failed"):
    """It has failed as often as it takes to be believed."""

    error: str
    since: datetime


class Recovered(_Flip, event="health.recovered"):
    """It has worked as often as it takes to be believed. `seconds`: how long it was down."""

    since: datetime
    seconds: int


class IncidentOpened(_About, event="health.incident_opened"):
    check_id: str


class IncidentAcknowledged(_About, event="health.incident_acknowledged"):
    """Somebody looks after it."""

    check_id: str


class IncidentResolved(_About, event="health.incident_resolved"):
    """`resolution`: `recovered`, or `paused` or `deleted` where its check was."""

    check_id: str
    resolution: str
