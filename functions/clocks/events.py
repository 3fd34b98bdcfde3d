"""What test clocks tell others. All are dated by the clock itself: `effective_at` is what it shows."""

from datetime import datetime

from kernel.audit import Payload


class Created(Payload, event="clocks.created"):
    """A test clock stands still at its time."""


class AdvanceRequested(Payload, event="clocks.advance_requested"):
    """The clock is to go to `target`, taking everything that falls due on the way."""

    target: datetime


class Moved(Payload, event="clocks.moved"):
    """The clock shows another time, on its way."""


class Ready(Payload, event="clocks.ready"):
    """The clock has arrived."""


class Deleted(Payload, event="clocks.deleted"):
    """The clock is gone: what it held goes back to real time."""


class Failed(Payload, event="clocks.failed"):
    """The clock has stopped on its way: something due did not get done."""

    failure: str
