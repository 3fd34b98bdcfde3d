"""Pages of 300 things that were all created in the same instant."""

import pytest
from moto import mock_aws

from kernel import config, dynamodb
from tests.cloud import create
from tests.integration.kernel.things import ask, stored, walk


@pytest.fixture(scope="module")
def tied():
    """Made once, read by many."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        for cached in (dynamodb.client, config.secret, config.aws):
            cached.cache_clear()
        for name, value in create().items():
            patch.setenv(name, value)
        yield stored(300, rank=lambda n: n % 7, name=lambda n: f"Thing {n % 5}", status=lambda n: ("open", "paid", "void")[n % 3])
        for cached in (dynamodb.client, config.secret, config.aws):
            cached.cache_clear()


@pytest.mark.parametrize(
    ("sort", "limit"),
    [
        ("created_at", 1),
        ("-created_at", 1),
        *((sort, limit) for sort in ("created_at", "-created_at", "rank", "-name") for limit in (7, 50, 99, 100)),
    ],
)
def test_every_page_size_shows_each_thing_once_and_in_order(tied, sort, limit):
    found = walk(sort=sort, limit=limit)
    assert sorted(found) == sorted(one.id for one in tied)
    by_id = {one.id: getattr(one, sort.lstrip("-")) for one in tied}
    values = [by_id[id] for id in found]
    assert values == sorted(values, reverse=sort.startswith("-"))


@pytest.mark.parametrize("limit", [7, 50])
@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
def test_so_do_several_values_merged(tied, sort, limit):
    found = walk(sort=sort, limit=limit, status="open,void")
    assert sorted(found) == sorted(one.id for one in tied if one.status != "paid")


def test_a_limit_above_100_gives_100(tied):
    assert len(ask(limit=5000)[0]) == 100
