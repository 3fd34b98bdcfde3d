"""The console divides by what the kernel multiplies with: a currency has the same decimals in both."""

import re

from kernel.money import CURRENCIES, exponent
from local.console import SOURCE


def told(name: str) -> list[str]:
    found = re.search(rf'^const {name} = "([A-Z ]+)"', (SOURCE / "src" / "engine" / "currencies.ts").read_text(), re.M)
    assert found
    return found[1].split()


def test_every_currency_has_as_many_decimals_as_the_api_counts_with():
    unusual = dict.fromkeys(told("NONE"), 0) | dict.fromkeys(told("THREE"), 3)
    assert unusual == {code: exponent(code) for code in CURRENCIES if exponent(code) != 2}
