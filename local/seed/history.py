"""Makes the history: time goes from deed to deed on a test clock, and what falls due in between is done."""

from collections.abc import Sequence
from datetime import datetime

from functions.clocks import service as clocks
from functions.clocks.models import Clock, ClockCreate
from kernel.audit import Actor
from kernel.clock import frozen, stamp
from local.gateways.stripe.remote import Remote
from local.seed.deeds import World
from local.seed.plot import Deed
from local.seed.shop import Shop
from local.seed.wires import Wires

SEED = Actor(id="system:seed")


def play(deeds: Sequence[Deed], shop: Shop, gateway: Remote, wires: Wires, *, begin: datetime, end: datetime) -> Clock:
    """Everything that happens up to `end`. Returns the clock, deleted: what it held is back in real time."""
    with wires.connected():
        with frozen(begin):
            clock = clocks.create(ClockCreate.model_validate({"name": "The history of this company", "now": stamp(begin)}), actor=SEED)
        world = World(shop, gateway, clock.id)
        for deed in deeds:
            wires.catch_up(deed.at)
            with frozen(deed.at):
                clocks.move(clock, deed.at, actor=SEED)
                deed.do(world, deed.account, deed.at)
                wires.settle()
        wires.catch_up(end)
        with frozen(end):
            clocks.move(clock, end, actor=SEED)
            clocks.delete(clock.id, actor=SEED)
            wires.settle()
    return Clock.find(clock.id) or clock
