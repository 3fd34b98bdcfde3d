"""botocore's session, set up so that making a client costs a quarter of the time. boto3, which adds 60 ms, is not needed."""

import gzip
import os
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.loaders import JSONFileLoader, Loader
from pydantic_core import from_json

_DEFAULTS = {"hostname": "{service}.{region}.{dnsSuffix}", "protocols": ["https"], "signatureVersions": ["v4"]}


class _Files(JSONFileLoader):
    """Service models are a megabyte of JSON, which Pydantic's parser reads in a third of the time."""

    def load_file(self, file_path: str) -> Any:
        for ending, unpacked in ((".json", bytes), (".json.gz", gzip.decompress)):
            try:
                raw = Path(file_path + ending).read_bytes()
            except FileNotFoundError:
                continue
            return from_json(unpacked(raw))
        return None


class _Loader(Loader):
    """Does not look through the folders of four hundred services for the one that is asked for."""

    FILE_LOADER_CLASS = _Files

    def list_available_services(self, type_name: str) -> "_Any":
        return _Any()

    def load_data_with_path(self, name: str) -> Any:
        """Of every endpoint of AWS, another megabyte, only how partitions name theirs: what is special the services' own rules say."""
        if name != "endpoints":
            return super().load_data_with_path(name)
        found = [{"partition": each["id"], "dnsSuffix": each["outputs"]["dnsSuffix"], "regionRegex": each["regionRegex"],
                  "regions": {region: {} for region in each["regions"]}, "services": {}, "defaults": _DEFAULTS}
                 for each in self.load_data("partitions")["partitions"]]
        return {"version": 3, "partitions": found}, self.BUILTIN_DATA_PATH


class _Any(list[str]):
    def __contains__(self, service: object) -> bool:
        return True


_loader = cache(_Loader)


@cache
def session() -> Any:
    found: Any = botocore.session.get_session()
    found.register_component("data_loader", _loader())
    return found


def client(service: str, config: Any = None) -> Any:
    """A client of its own; who wants to share one keeps it."""
    # S3's older addresses stand in the megabyte that is left out.
    made_by = botocore.session.get_session() if service == "s3" else session()
    return made_by.create_client(service, region_name=os.environ["AWS_REGION"], config=config)
