"""Charges what invoices ask for, asks again where a gateway gave no answer, detaches removed methods, and applies webhooks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.invoices.events import CollectionStarted, Finalized
from functions.payments.events import MethodRemoved
from functions.payments.models import Transaction, TransactionStatus
from functions.payments.service import charges, methods, webhooks
from kernel.audit import Actor
from kernel.clock import parse
from kernel.worker import Event, Worker

handler = Worker("payments")


@handler.on(Finalized)
def finalized(payload: Finalized, event: Event) -> None:
    if payload.transaction_id is not None:
        charges.advance(Transaction.fetch(payload.transaction_id), actor=event.actor, at=event.at)  # idempotent: state and key


@handler.on(CollectionStarted)
def collection_started(payload: CollectionStarted, event: Event) -> None:
    charges.advance(Transaction.fetch(payload.transaction_id), actor=event.actor, at=event.at)  # idempotent: state and key


@handler.on(MethodRemoved)
def method_removed(payload: MethodRemoved, event: Event) -> None:
    methods.detach(event.subject)  # idempotent: detaching twice is no error


@handler.due(Transaction)
def step(transaction: Transaction, at: datetime, actor: Actor) -> None:
    """The safety net: what an event should have caused, an answer that is missing, a customer who did not confirm."""
    if transaction.status == TransactionStatus.REQUIRES_ACTION:
        charges.expire(transaction, actor=actor, at=at)
    else:
        charges.advance(transaction, actor=actor, at=at)


@handler.job("apply")
def apply(detail: Mapping[str, Any]) -> None:
    webhooks.apply(detail["id"], at=parse(detail["at"]))  # idempotent: by forward-only states
