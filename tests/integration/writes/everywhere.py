"""All texts that something could have leaked into: what was logged, answered, stored, queued, filed and mailed."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends

from functions.relay.worker import envelope
from kernel.audit import Entry
from kernel.config import aws
from kernel.telemetry import logger
from kernel.worker import EVERY
from tests.features import workers
from tests.integration.writes.company import MESSAGE, TABLES, Company, entries, everything


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What the functions log within the block, as they do in AWS: our own lines from INFO on, those of libraries from WARNING on."""
    text, level = io.StringIO(), logger.log_level
    ours, others = logging.StreamHandler(text), logging.StreamHandler(text)
    ours.setFormatter(logger.registered_formatter)
    others.setLevel(logging.WARNING)
    logger.addHandler(ours)
    logger.setLevel(logging.INFO)
    logging.getLogger().addHandler(others)
    try:
        yield text
    finally:
        logging.getLogger().removeHandler(others)
        logger._logger.removeHandler(ours)
        logger.setLevel(level)


def told_to_all(company: Company) -> None:
    """Everything that has happened is brought to every worker that hears of it, and to the search index."""
    for item in entries():
        sent = envelope(Entry.load(item))
        body = json.dumps({"detail-type": sent["DetailType"], "source": sent["Source"], "detail": json.loads(sent["Detail"])})
        for feature, worker in workers().items():
            if sent["DetailType"] in worker.subscriptions or (EVERY in worker.batches and "search" in sent["Detail"]):
                company.ask(MESSAGE, feature, body)


def stored() -> dict[str, str]:
    """{where: all its text} of every table, queue, file and mail."""
    found = {f"table {name}": json.dumps(everything(name)) for name in TABLES}
    for url in aws("sqs").list_queues()["QueueUrls"]:
        found[f"queue {url.rpartition('/')[2]}"] = _messages(url)
    for each in aws("s3").list_objects_v2(Bucket="files").get("Contents", []):
        found[f"file {each['Key']}"] = aws("s3").get_object(Bucket="files", Key=each["Key"])["Body"].read().decode("utf-8", "replace")
    found["mails"] = "\n".join(str(vars(each)) for each in ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages)
    return found


def _messages(url: str) -> str:
    texts: list[Any] = []
    while found := aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages"):
        texts += found
    return json.dumps(texts)
