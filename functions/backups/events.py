"""What backups tell others."""

from kernel.audit import Payload


class Requested(Payload, event="backups.requested"):
    """A backup is to be made."""

    trigger: str


class Registered(Payload, event="backups.registered"):
    """Its files are in the bucket, of a stack that is gone: it can be proved, and brought back."""

    items: int
    bytes: int


class Started(Payload, event="backups.started"):
    """The tables are being read."""


class Completed(Payload, event="backups.completed"):
    """The manifest is written: from now on it is a backup."""

    items: int
    bytes: int


class Failed(Payload, event="backups.failed"):
    """There is no backup."""

    reason: str
    requested_by: str | None


class VerificationRequested(Payload, event="backups.verification_requested"):
    """The backup is to be restored into scratch tables."""


class Verified(Payload, event="backups.verified"):
    """What was restored is what was backed up."""

    items: int
    seconds: int


class VerificationFailed(Payload, event="backups.verification_failed"):
    """It cannot be restored, or something else than what it should be would be."""

    reason: str
    requested_by: str | None


class RestoreRequested(Payload, event="backups.restore_requested"):
    """A dry run is asked for (`dry_run`), or one is confirmed."""

    plan_id: str
    tenant_id: str | None
    dry_run: bool


class RestorePlanned(Payload, event="backups.restore_planned"):
    """It is known what would change."""

    plan_id: str
    changes: int


class RestoreCompleted(Payload, event="backups.restore_completed"):
    """It was brought back."""

    plan_id: str
    tenant_id: str | None
    changes: int
    skipped: int


class RestoreFailed(Payload, event="backups.restore_failed"):
    """It was not, or not all of it."""

    plan_id: str
    reason: str


class Expired(Payload, event="backups.expired"):
    """It counts no longer: newer ones take its place."""


class Removed(Payload, event="backups.removed"):
    """Its files are gone."""
