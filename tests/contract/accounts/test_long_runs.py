"""A table that is used for long keeps what is in it, and nothing else."""

import gc

from emulator.aws.dynamodb import DynamoDb
from emulator.background import Background


def kept(name: str) -> int:
    gc.collect()
    return sum(type(each).__name__ == name for each in gc.get_objects())


def test_the_simulated_table_forgets_what_was_deleted(dynamodb: DynamoDb, background: Background) -> None:
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    put = {"Put": {"TableName": dynamodb.table_name, "Item": key}}
    background.run(dynamodb.put(pk="a", sk="b"))
    items, tables = kept("Item"), kept("Table")
    for _ in range(20):
        assert background.run(dynamodb.answer("TransactWriteItems", {"TransactItems": [put]}))[0] == 200
    assert (kept("Item"), kept("Table")) == (items, tables)
    background.run(dynamodb.answer("DeleteItem", {"TableName": dynamodb.table_name, "Key": key}))
    assert kept("Item") < items
