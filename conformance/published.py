"""Reads an OpenAPI document that somebody else published; nothing in it is trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from conformance import yamlfile
from conformance.contract import METHODS
from conformance.model import Json, Text

MAX_BYTES = 5 * 1024 * 1024
MAX_NODES = 500_000
MAX_DEPTH = 100
LITERALS = frozenset({"example", "examples", "default", "enum", "const"})
TIMESTAMP = "tag:yaml.org,2002:timestamp"

# A date in a description is text, in YAML as it is in JSON.
_LOADER: type[yaml.SafeLoader] = type(
    "DescriptionLoader",
    (yamlfile.Loader,),
    {
        "yaml_implicit_resolvers": {
            first: [(tag, pattern) for tag, pattern in rows if tag != TIMESTAMP]
            for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }
    },
)


class Unreadable(ValueError):
    """A text is not a usable OpenAPI 3 document."""

    def __init__(self, nl: str, en: str) -> None:
        self.reason = Text(nl, en)
        super().__init__(en)


@dataclass(frozen=True)
class Published:
    """An OpenAPI document as its publisher wrote it; nothing in it is trusted."""

    content: Mapping[str, Json]

    def follow(self, node: Json) -> dict[str, Json]:
        """Give the object that a node is or refers to; empty when it leads nowhere or outside the document."""
        for _ in range(MAX_DEPTH):
            if not isinstance(node, dict):
                return {}
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            beside = {name: value for name, value in node.items() if name != "$ref"}
            found = self._target(reference)
            node = {**found, **beside} if isinstance(found, dict) else None
        return {}

    def section(self, *names: str) -> dict[str, Json]:
        """Give an object inside the document; empty when it is absent or something else."""
        node: Json = self.content
        for name in names:
            node = self.follow(node.get(name)) if isinstance(node, dict) else {}
        return node if isinstance(node, dict) else {}

    def operations(self, prefix: str = "") -> Iterator[tuple[str, str, dict[str, Json] | None]]:
        """Walk over method, path template and operation; None for what stands in another document."""
        paths = self.content.get("paths")
        for path, item in paths.items() if isinstance(paths, dict) else ():
            template = anonymous(path).removeprefix(prefix)
            if isinstance(item, dict) and _outside(item.get("$ref")):
                yield from ((method.upper(), template, None) for method in METHODS)
                continue
            followed = self.follow(item)
            shared = followed.get("parameters")
            for method, node in followed.items():
                if method in (*METHODS, "options", "trace") and isinstance(node, dict):
                    own = node.get("parameters")
                    yield method.upper(), template, {**node, "parameters": [*listed(shared), *listed(own)]}

    def broken_references(self) -> list[str]:
        """List the references that lead nowhere inside the document."""
        found = dict.fromkeys(ref for ref in _references(self.content) if ref.startswith("#/"))
        return [ref for ref in found if self._target(ref) is ...]

    def outside_references(self) -> list[str]:
        """List the references to other documents; those are not fetched."""
        return list(dict.fromkeys(ref for ref in _references(self.content) if _outside(ref)))

    def _target(self, reference: str) -> Json:
        if not reference.startswith("#"):
            return ...
        node: Json = self.content
        for step in reference.split("/")[1:]:
            key = step.replace("%7B", "{").replace("%7D", "}").replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, Mapping) and key in node:
                node = node[key]
            else:
                return ...
        return node


@lru_cache(maxsize=2)  # a pure function of the text; a large description is asked for by many checks
def parsed(text: bytes) -> Published:
    """Read an OpenAPI 3 document in JSON or YAML; raises Unreadable."""
    if len(text) > MAX_BYTES:
        raise Unreadable(f"groter dan {MAX_BYTES:,} bytes", f"larger than {MAX_BYTES:,} bytes")
    try:
        content = _plain(_decoded(text.decode("utf-8-sig")), 0)
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as fault:
        if isinstance(fault, Unreadable):
            raise
        raise Unreadable("geen leesbare JSON of YAML in UTF-8", "no readable JSON or YAML in UTF-8") from fault
    version = content.get("openapi") if isinstance(content, dict) else None
    if not str(version).startswith("3."):
        raise Unreadable("geen document met openapi: 3.…", "not a document with openapi: 3.…")
    return Published(content)


def anonymous(path: str) -> str:
    """Give a path template without the names of its variables and without a slash at the end."""
    return "/".join("{}" if part.startswith("{") else part for part in path.rstrip("/").split("/"))


def listed(value: Json) -> list[Json]:
    """Give a value when it is a list, and else an empty one."""
    return value if isinstance(value, list) else []


def _outside(reference: Json) -> bool:
    return isinstance(reference, str) and bool(reference) and not reference.startswith("#")


def _references(node: Json) -> Iterator[str]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            if isinstance(one.get("$ref"), str):
                yield one["$ref"]
            waiting += [value for name, value in one.items() if name not in LITERALS and not name.startswith("x-")]
        elif isinstance(one, list):
            waiting += one


def _decoded(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        _shallow(text)
        loader = _LOADER(text)
        try:
            root = loader.get_single_node()
            _guard(root, {}, 0)
            return loader.construct_document(root) if root is not None else None
        finally:
            loader.dispose()


def _shallow(text: str) -> None:
    """Refuse what is nested deeply, event by event: building such nodes would exhaust the stack of the C parser."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise Unreadable("te diep genest", "nested too deeply")


def _guard(node: yaml.Node | None, sizes: dict[int, int], depth: int) -> int:
    """Refuse aliases that contain themselves or expand to very much."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return 1
    if depth > MAX_DEPTH or sizes.get(id(node)) == 0:
        raise Unreadable("te diep genest", "nested too deeply")
    if id(node) not in sizes:
        sizes[id(node)] = 0
        children = node.value if isinstance(node, yaml.SequenceNode) else [part for pair in node.value for part in pair]
        sizes[id(node)] = 1 + sum(_guard(child, sizes, depth + 1) for child in children)
    if sizes[id(node)] > MAX_NODES:
        raise Unreadable(
            "te veel onderdelen, of aliases die te ver uitdijen", "too many parts, or aliases that expand too far"
        )
    return sizes[id(node)]


def _plain(node: Json, depth: int) -> Json:
    """Give a copy in which every name is text, as it is in JSON."""
    if depth > MAX_DEPTH:
        raise Unreadable("te diep genest", "nested too deeply")
    if isinstance(node, dict):
        return {str(name): _plain(value, depth + 1) for name, value in node.items()}
    return [_plain(value, depth + 1) for value in node] if isinstance(node, list) else node
