"""Stripe's amounts and ours: minor units of ISO 4217, but for the currencies that Stripe counts in its own way.

https://docs.stripe.com/currencies#special-cases: ISK and UGX have no decimals and are written with two; MGA has two and is written
without. Multiples that Stripe demands (KWD by tens) are its own to refuse.
"""

_TWO_ZEROS = frozenset({"ISK", "UGX"})
_WHOLE = frozenset({"MGA"})


def to_stripe(amount: int, currency: str) -> int | None:
    """Minor units of ISO 4217 as Stripe writes them; None for an amount that Stripe cannot write."""
    if currency in _TWO_ZEROS:
        return amount * 100
    if currency in _WHOLE:
        whole, rest = divmod(amount, 100)
        return None if rest else whole
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """An amount of Stripe in minor units of ISO 4217. `currency` is the upper-case code."""
    if currency in _TWO_ZEROS:
        return amount // 100
    return amount * 100 if currency in _WHOLE else amount
