"""Ends what has expired: it let nobody in any more, and now its record says so."""

from datetime import datetime

from functions.impersonation import service
from functions.impersonation.models import Impersonation
from kernel.audit import Actor
from kernel.worker import Worker

handler = Worker("impersonation")


@handler.due(Impersonation)
def expires(found: Impersonation, at: datetime, actor: Actor) -> None:
    service.expire(found, at=at, actor=actor)
