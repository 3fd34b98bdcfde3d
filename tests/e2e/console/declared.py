"""What the console declares of each resource, read from the console itself, and the names that people read."""

import json
import re
import subprocess
from dataclasses import dataclass, field
from typing import Any

from local import console

# Names alone are read from the sources, since tests are collected before the console is built; a test compares.
NAMES = sorted(name for path in (console.SOURCE / "src" / "resources").glob("*.ts")
               for name in re.findall(r'^define\("/v1/([\w/-]+)"\)', path.read_text(), re.M))


@dataclass(frozen=True)
class Field:
    key: str
    label: str
    kind: str = "text"
    values: str = ""
    list: bool = False
    sort: bool = False
    filter: bool = False
    edit: str = ""


@dataclass(frozen=True)
class Declared:
    """`one` and `fresh` are its words: “plan”, “New plan”."""

    name: str
    label: str
    one: str
    fresh: str
    verbs: frozenset[str]
    fields: tuple[Field, ...]
    group: str | None = None
    views: tuple[str, ...] = ()
    actions: dict[str, str] = field(default_factory=dict)

    def field(self, key: str) -> Field:
        return next(each for each in self.fields if each.key == key)


@dataclass(frozen=True)
class Registry:
    resources: dict[str, Declared]
    values: dict[str, dict[str, str]]

    def shown(self, declared: Field, value: str) -> str:
        """What a value of an enum is called."""
        return self.values[declared.values][value]


def registry() -> Registry:
    """Needs what `npm ci` installs: the console was built before."""
    node = str(console.node() / "node")
    said = subprocess.run([node, "registry.js"], cwd=console.SOURCE, capture_output=True, text=True, check=True).stdout
    read = json.loads(said)
    return Registry({each["name"]: declared(each) for each in read["resources"]}, read["values"])


def declared(each: dict[str, Any]) -> Declared:
    words, names = each["words"], Field.__dataclass_fields__.keys()
    fields = tuple(Field(**{key: value for key, value in one.items() if key in names}) for one in each["fields"])
    return Declared(each["name"], words["label"], words["one"], words["fresh"], frozenset(each["verbs"]), fields, each["group"],
                    tuple(view["label"] for view in each["views"]), {action["verb"]: action["label"] for action in each["actions"]})
