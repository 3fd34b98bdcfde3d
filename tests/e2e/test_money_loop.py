"""The demonstration, told on the cloud that all end-to-end tests share."""

from local.client import LocalCloud
from local.demo import tell
from local.story import Story


def test_the_money_loop_ends_as_it_must(cloud: LocalCloud) -> None:
    tell(Story(cloud))  # raises at the first outcome that is not what it must be
