"""Takes the steps of contracts that time has come for."""

from datetime import datetime

from functions.contracts import terms
from functions.contracts.models import Contract
from kernel.audit import Actor
from kernel.worker import Worker

handler = Worker("contracts")


@handler.due(Contract)
def due(contract: Contract, at: datetime, actor: Actor) -> None:
    terms.step(contract, actor=actor, at=at)
