"""Hears of every change of a record, writes it down for a while, and tells the open sockets."""

from collections.abc import Mapping
from typing import Any

from functions.realtime import fanout, log
from functions.realtime.news import News
from kernel.worker import Worker

handler = Worker("realtime")


@handler.every
def changed(details: list[Mapping[str, Any]]) -> None:
    """Idempotent for who hears it, by id and version. It is written down first, so that who is cut off meanwhile finds it."""
    news = [found for each in details if (found := News.of(each))]
    if news:
        log.write(news)
        fanout.push(news)
