"""What the simulator is told to do wrong: lost answers, slow answers, lost, late, repeated and disordered webhooks."""

from dataclasses import asdict, dataclass, fields, replace
from random import Random
from typing import Literal

from local.gateways.stripe.errors import Json, invalid
from local.gateways.stripe.store import Store

RATES = ("drop", "drop_connection")


@dataclass(frozen=True)
class Faults:
    """Rates are 0..1 and drawn from `seed`; `*_next` counts down and comes before the rate; times are seconds."""

    duplicate: int = 1  # copies of each webhook
    reorder: bool = False
    delay_seconds: float = 0.0
    drop: float = 0.0
    drop_next: int = 0
    drop_connection: float = 0.0
    drop_connection_next: int = 0
    latency_seconds: float = 0.0
    seed: int = 1
    draws: int = 0


def read(store: Store) -> Faults:
    return Faults(**(store.setting("faults") or {}))


def change(store: Store, values: Json) -> Faults:
    """Set some faults and keep the others. A new `seed` starts its draws again."""
    kinds = {field.name: field.type for field in fields(Faults) if field.name != "draws"}
    for name, value in values.items():
        if name not in kinds:
            raise invalid(f"Unknown fault: {name}; there are {', '.join(kinds)}", param=name)
        fits = type(value) is kinds[name] or (kinds[name] is float and type(value) is int)
        if not fits or value < 0 or (name in RATES and value > 1):
            raise invalid(f"Invalid {name}: {value}", param=name)
    faults = replace(read(store), **(values | ({"draws": 0} if "seed" in values else {})))
    store.set("faults", asdict(faults))
    return faults


def strikes(store: Store, name: Literal["drop", "drop_connection"]) -> bool:
    """Whether the fault hits now; the draw is counted in the store, so that one seed gives one sequence."""
    faults = read(store)
    left, rate = (faults.drop_next, faults.drop) if name == "drop" else (faults.drop_connection_next, faults.drop_connection)
    if left:
        store.set("faults", asdict(faults) | {f"{name}_next": left - 1})
        return True
    if not rate:
        return False
    store.set("faults", asdict(faults) | {"draws": faults.draws + 1})
    return Random(f"{faults.seed}/{name}/{faults.draws}").random() < rate
