"""Tables that a drill restores into: with the keys of every table and no indexes, named by a prefix that its rights are for."""

from functions.backups.models import Backup
from kernel import dynamodb
from kernel.config import setting
from kernel.problems import Unavailable

TOGETHER = 25  # items of one call
_TRIES = 8


def name_of(backup: Backup, feature: str) -> str:
    return f"{setting('SCRATCH')}{backup.id}-{feature}"


def make(name: str) -> None:
    """Anew: what an earlier run may have left is gone."""
    drop(name)
    dynamodb.client().create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}])
    dynamodb.client().get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 2, "MaxAttempts": 60})


def drop(name: str) -> None:
    """What is not there is dropped already."""
    client = dynamodb.client()
    try:
        client.delete_table(TableName=name)
    except client.exceptions.ResourceNotFoundException:
        return
    client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 2, "MaxAttempts": 60})


def fill(name: str, items: list[dynamodb.Item]) -> None:
    """Puts items into a table, as they are. What comes again takes the place of itself."""
    for batch in dynamodb.chunks(items, TOGETHER):
        wanted = {name: [{"PutRequest": {"Item": item}} for item in batch]}
        attempts = dynamodb.tries(_TRIES)
        while wanted and next(attempts, None) is not None:
            wanted = dynamodb.client().batch_write_item(RequestItems=wanted).get("UnprocessedItems") or {}
        if wanted:
            raise Unavailable("the database is busy, try again", retry_after=1)
