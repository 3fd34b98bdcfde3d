"""Every hour: what was deleted long enough ago is removed for good."""

from datetime import datetime

from functions.audit import purge
from kernel.worker import Worker

handler = Worker("audit")


@handler.slot("purge")
def retention_over(now: datetime) -> None:
    purge.purge(now)  # idempotent: what is gone is not found again
