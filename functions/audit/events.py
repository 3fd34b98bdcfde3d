"""What the audit log tells of itself: that somebody's traces are to be erased, and which were."""

from kernel.audit import Payload


class ErasureRequested(Payload, event="audit.erasure_requested"):
    """What the entries about these records tell is to be forgotten."""

    subjects: list[str]


class Erased(Payload, event="audit.erased"):
    """What `entries` entries about one record told is forgotten; that they were written, when and by whom, is not."""

    erased_subject: str
    entries: int
