"""The peer of reading: a hundred tenants as stock PynamoDB answers them, a query on an index that gives model objects.

Times stay texts, which is cheaper for it than its own attribute for them.
"""

import os

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model


class ByCreation(GlobalSecondaryIndex):
    class Meta:
        index_name = "gsi1"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class Tenant(Model):
    class Meta:
        table_name = "tenants"
        region = "us-east-1"
        host = os.environ["AWS_ENDPOINT_URL"]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    by_creation = ByCreation()
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    deleted_at = UnicodeAttribute(null=True)
    extra = JSONAttribute()
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    status = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    address = JSONAttribute()
    vat_id = UnicodeAttribute(null=True)
    vat_id_valid = BooleanAttribute()
    zone = UnicodeAttribute()
    currency = UnicodeAttribute()
    language = UnicodeAttribute()
    plan_id = UnicodeAttribute(null=True)
    owner_id = UnicodeAttribute(null=True)
    tags = JSONAttribute(null=True)
    clock_id = UnicodeAttribute(null=True)


def handler(event, context):
    found = list(Tenant.by_creation.query("ten#all", limit=100, scan_index_forward=False))
    return {"statusCode": 200, "body": f"{len(found)} {found[0].pk} {found[-1].address['city']}"}
