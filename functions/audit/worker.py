"""Hourly: what was deleted long enough ago is removed for good, and days that are over are sealed. And what is to be erased, is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.audit import digests, erasures, purge
from functions.audit.models import Erasure
from kernel.audit import Actor
from kernel.worker import Worker

handler = Worker("audit")


@handler.slot("purge")
def retention_over(now: datetime) -> None:
    purge.purge(now)  # idempotent: what is gone is not found again


@handler.job("rest")
def rest_over(detail: Mapping[str, Any]) -> None:
    purge.remove_rest(detail["id"])  # idempotent, as well


@handler.slot("digest")
def days_over(now: datetime) -> None:
    digests.seal(now)  # idempotent: a day that has a digest is not sealed again


@handler.due(Erasure)
def to_be_erased(erasure: Erasure, at: datetime, actor: Actor) -> None:
    erasures.step(erasure, at=at, actor=actor)
