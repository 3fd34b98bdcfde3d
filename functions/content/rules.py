"""Pure rules of content: its life, what becomes of an entitlement by its invoices, how a sale is shared, and what a file is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from kernel.money import Derivation, allocate, derive, parse_unit, round_half_up
from kernel.problems import Refused


class Pricing(StrEnum):
    FREE = "free"
    ONCE = "once"
    RECURRING = "recurring"


class ContentState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    RETIRED = "retired"  # nobody new buys it, buyers keep it


class EntitlementState(StrEnum):
    PENDING = "pending"  # its first invoice is not paid yet
    ACTIVE = "active"
    PAUSED = "paused"  # the invoice of its period is in dunning
    CANCELED = "canceled"  # it was never paid
    ENDED = "ended"
    REVOKED = "revoked"  # all of its money went back; it goes on where that comes again


COMMANDS = ("edit", "attach", "submit", "publish", "reject", "retire", "buy", "delete")
# What is not here is refused. A published one is published again with each edition that has been reviewed.
TRANSITIONS: Mapping[tuple[ContentState, str], ContentState] = MappingProxyType({
    **{(ContentState.DRAFT, command): ContentState.DRAFT for command in ("edit", "attach", "delete")},
    (ContentState.DRAFT, "submit"): ContentState.REVIEW,
    (ContentState.REVIEW, "publish"): ContentState.PUBLISHED,
    (ContentState.REVIEW, "reject"): ContentState.DRAFT,
    **{(ContentState.PUBLISHED, command): ContentState.PUBLISHED for command in ("edit", "attach", "publish", "reject", "buy")},
    (ContentState.PUBLISHED, "retire"): ContentState.RETIRED,
})
LIVE = (EntitlementState.PENDING, EntitlementState.ACTIVE, EntitlementState.PAUSED)
NOT_BEGUN = (EntitlementState.PENDING, EntitlementState.CANCELED)
"""It was never paid; where that comes late, it begins then."""
_FORMULAS = {"price": lambda inputs: parse_unit(inputs["unit_amount"]) * parse_unit(inputs["quantity"])}
_ZIP, _MP4 = (b"PK\x03\x04",), (b"ftyp",)
# What a file of that name begins with, and what it is sent as. Nothing that a browser would run is among them.
_FILES: Mapping[str, tuple[str, int, tuple[bytes, ...]]] = MappingProxyType({
    "pdf": ("application/pdf", 0, (b"%PDF-",)),
    "zip": ("application/zip", 0, _ZIP),
    "epub": ("application/epub+zip", 0, _ZIP),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", 0, _ZIP),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", 0, _ZIP),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 0, _ZIP),
    "png": ("image/png", 0, (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", 0, (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", 0, (b"\xff\xd8\xff",)),
    "gif": ("image/gif", 0, (b"GIF87a", b"GIF89a")),
    "mp3": ("audio/mpeg", 0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "mp4": ("video/mp4", 4, _MP4),
    "csv": ("text/csv", 0, ()),
    "json": ("application/json", 0, ()),
    "md": ("text/markdown", 0, ()),
    "txt": ("text/plain", 0, ()),
})


@dataclass(frozen=True)
class Shared:
    """How one sale is shared, in minor units: both parts together are its price."""

    creator: int
    fee: int


def transition(status: ContentState, command: str) -> ContentState:
    """The state that `command` leads to; `Refused` (`content_state`) where the table has none."""
    target = TRANSITIONS.get((status, command))
    if target is None:
        raise Refused("content_state", f"content that is {status} does not take “{command}”")
    return target


def after_invoice(state: EntitlementState, invoice: str | None, *, kept: Fraction, current: bool, failed: bool) -> EntitlementState:
    """What an entitlement is, once its invoice is in that state: None is a draft that was discarded. `kept`: the share of its total that
    was not refunded; `current`: it is of the running period; `failed`: an attempt to collect it has just been refused.

    Only what is known of the invoice counts, so news of it may come in any order and any number of times. Nobody revokes by hand: where a
    refund has failed, or the bank has given back what it took, it is active again.
    """
    if not current or state == EntitlementState.ENDED:
        return state
    if invoice == "paid":
        return EntitlementState.ACTIVE if kept > 0 else EntitlementState.REVOKED
    if state == EntitlementState.REVOKED:
        return state
    if invoice in (None, "void"):  # not owed any more: a period that was bought before is given away
        return EntitlementState.ACTIVE if state in (EntitlementState.ACTIVE, EntitlementState.PAUSED) else EntitlementState.CANCELED
    if invoice == "uncollectible":
        return EntitlementState.CANCELED if state in (EntitlementState.PENDING, EntitlementState.CANCELED) else EntitlementState.ENDED
    return EntitlementState.PAUSED if failed and state == EntitlementState.ACTIVE else state


def shared(price: int, per_mille: int) -> Shared:
    """A price of 0 or more minor units between creator and platform, by largest remainder; a tie is the creator's."""
    creator, fee = allocate(price, (per_mille, 1000 - per_mille))
    return Shared(creator, fee)


def reversal(sale: Shared, kept: Fraction) -> Shared:
    """What has to have gone back of both parts, all refunds together, when so much of the invoice was kept: in proportion, and never more
    than was allocated."""
    back = min(max(1 - kept, Fraction(0)), Fraction(1))
    whole = sale.creator + sale.fee
    total = round_half_up(whole * back)
    if whole == 0 or total == 0:
        return Shared(0, 0)
    creator, fee = allocate(total, (sale.creator, sale.fee))
    return Shared(creator, fee)


def line_of(price: int) -> tuple[int, Derivation]:
    """The amount of an invoice line, with its derivation."""
    return derive(_FORMULAS, "price", quantity="1", unit_amount=str(price))


def media_type(filename: str, head: bytes) -> str:
    """What a file is sent as, by its name and what it begins with; `Refused` for a kind that is not sold, or a file of another kind."""
    extension = filename.rpartition(".")[2].lower()
    if extension not in _FILES:
        raise Refused("file_kind", f"files of the kind .{extension} are not sold; those are: {', '.join(sorted(_FILES))}")
    found, offset, signatures = _FILES[extension]
    right = any(head.startswith(each, offset) for each in signatures) if signatures else _is_text(head)
    if not right:
        raise Refused("file_content", f"{filename} is no .{extension} file: it begins with something else")
    return found


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters of machines; the last sign may be cut off."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
    return b"\0" not in head
