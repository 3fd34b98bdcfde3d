"""Warns of promises that fall due and says which were broken; closes what has been solved for long enough."""

from datetime import datetime

from functions.tickets import service
from functions.tickets.models import Ticket
from kernel.audit import Actor
from kernel.worker import Worker

handler = Worker("tickets")


@handler.due(Ticket)
def due(ticket: Ticket, at: datetime, actor: Actor) -> None:
    service.step(ticket, at=at, actor=actor)
