"""What is told of an event, and who may hear it: that a record has changed, and nothing of what is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from functions.realtime.models import RecordChange
from functions.realtime.subjects import SUBJECTS
from kernel.access import Principal
from kernel.ids import prefix_of


@dataclass(frozen=True)
class News:
    """`owner`: who hears of it in any case, where everybody sees what is their own."""

    type: str
    id: str
    version: int
    actor: str
    owner: str | None

    @classmethod
    def of(cls, detail: Mapping[str, Any]) -> Self | None:
        """None for what has no list."""
        subject = SUBJECTS.get(prefix_of(detail["subject"]))
        if subject is None:
            return None
        owner = (detail["data"].get(subject.owner) or detail["actor"]) if subject.owner else None
        return cls(detail["event"], detail["subject"], detail["version"], detail["actor"], owner)

    def may_be_told(self, principal: Principal) -> bool:
        subject = SUBJECTS.get(prefix_of(self.id))
        if subject is None:
            return False  # it has no list any more
        return self.owner == principal.id or (subject.may_read is not None and principal.may(subject.may_read))

    def change(self) -> RecordChange:
        resource = SUBJECTS[prefix_of(self.id)].resource
        return RecordChange(type=self.type, resource=resource, id=self.id, version=self.version, actor=self.actor)
