"""Reads one YAML file strictly and remembers on which line everything stands."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from conformance.errors import ConfigurationError, did_you_mean
from conformance.model import Json

MAX_BYTES = 5 * 1024 * 1024
MAX_NODES = 200_000
MAX_DEPTH = 60
HIDDEN = "secret"
PLAIN: Mapping[str, tuple[str, str]] = types.MappingProxyType(
    {
        "missing": ("is missing", "add it"),
        "model_type": ("is not a mapping", "write 'key: value' lines under it"),
        "dict_type": ("is not a mapping", "write 'key: value' lines under it"),
        "list_type": ("is not a list", "write it between [ and ]"),
        "too_short": ("is empty", "fill it in"),
        "string_too_short": ("is empty", "fill it in"),
        "string_type": ("is not text", "put it in quotes"),
    }
)

Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Row = TypeVar("Row", bound=BaseModel)


class Strict(BaseModel):
    """A shape in which unknown keys and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True)
class Document:
    """The content of one file with the line of every node."""

    path: Path
    data: Json
    root: yaml.Node | None
    error: type[ConfigurationError]

    def line(self, place: Sequence[str | int]) -> int:
        """Give the 1-based line of a place, or of its nearest known parent."""
        node, line = self.root, 1
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            mark, node = found
            line = mark.start_mark.line + 1
        return line

    def fault(self, place: Sequence[str | int], what: str, remedy: str = "") -> ConfigurationError:
        """Make the error that names this file, the line and the place."""
        named = self._named(place)
        return self.error(f"{self.path}:{self.line(place)}", f"{named}: {what}" if named else what, remedy)

    def parse(self, shape: type[Row], place: Sequence[str | int] = ()) -> Row:
        """Fit the data at a place into a shape; the first misfit is raised with its line and a hint."""
        data = self.data
        for step in place:
            data = data[step]
        try:
            return shape.model_validate(data)
        except ValidationError as error:
            # A misspelt key is missing as well; what was misspelt tells more than what is missing.
            first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
            raise self._misfit(
                shape, list(place), [step for step in first["loc"] if not _is_tag(step)], first
            ) from None

    def _misfit(
        self, shape: type[BaseModel], above: list[str | int], loc: list[str | int], first: Any
    ) -> ConfigurationError:
        place = [*above, *loc]
        if first["type"] == "extra_forbidden":
            return self.fault(place, "unknown key", did_you_mean(str(loc[-1]), _known_keys(shape, loc[:-1])))
        if first["type"] == "value_error":  # says itself what would be right, and may be about a secret
            return self.fault(place, first["msg"].removeprefix("Value error, "))
        if first["type"] in PLAIN:
            return self.fault(place, *PLAIN[first["type"]])
        return self.fault(
            place, first["msg"], "keep it out of this file" if HIDDEN in loc else f"found {_shown(first['input'])}"
        )

    def _named(self, place: Sequence[str | int]) -> str:
        data, words = self.data, []
        for step in place:
            data = data[step] if _has(data, step) else None
            ident = data.get("id") or data.get("name") if isinstance(data, dict) and isinstance(step, int) else None
            words.append(f"{ident}" if ident else f"[{step}]" if isinstance(step, int) else str(step))
        return ".".join(words).replace(".[", "[")


def load(path: Path, error: type[ConfigurationError] = ConfigurationError) -> Document:
    """Read a file; raises `error` for what is absent, too large, not YAML, doubled or endless."""
    text = _text(path, error)
    try:
        _not_deep(path, text, error)
        loader = Loader(text)
        try:
            root = loader.get_single_node()
            if root is not None:
                _guard(path, root, error)
            data = loader.construct_document(root) if root is not None else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise error(
            where, f"is not valid YAML: {fault.problem or fault.context}", "check indentation, colons and quotes"
        ) from None
    except yaml.YAMLError as fault:
        raise error(path, f"is not valid YAML: {' '.join(str(fault).split())}", "save it as UTF-8 text") from None
    except RecursionError:
        raise error(path, f"is nested more than {MAX_DEPTH} deep", "write it flatter") from None
    except ValueError as fault:
        raise error(path, f"holds a date or number that does not exist: {fault}", "put it in quotes") from None
    return Document(path, data, root, error)


def _text(path: Path, error: type[ConfigurationError]) -> str:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise error(path, "is a folder", "name a file")
        if size > MAX_BYTES:
            raise error(path, f"is {size:,} bytes", f"keep it under {MAX_BYTES:,}")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise error(path, "does not exist", "check the path") from None
    except UnicodeDecodeError as fault:
        raise error(path, f"is not UTF-8 text (byte {fault.start})", "save it as UTF-8") from None
    except OSError as fault:
        raise error(path, f"cannot be read: {fault.strerror}", "check its permissions") from None


def _not_deep(path: Path, text: str, error: type[ConfigurationError]) -> None:
    # The C composer calls itself for each level and takes the whole process down; its events do not.
    depth = 0
    for event in yaml.parse(text, Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            assert event.start_mark is not None
            where = f"{path}:{event.start_mark.line + 1}"
            raise error(where, f"is nested more than {MAX_DEPTH} deep", "write it flatter")


def _guard(path: Path, root: yaml.Node, error: type[ConfigurationError]) -> None:
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: yaml.Node, depth: int) -> int:
        where = f"{path}:{node.start_mark.line + 1}"
        if id(node) in sizes:
            return sizes[id(node)]
        if id(node) in open_nodes:
            raise error(where, "an alias contains itself", "remove the alias")
        if depth > MAX_DEPTH:
            raise error(where, f"is nested more than {MAX_DEPTH} deep", "write it flatter")
        open_nodes.add(id(node))
        _unique_keys(path, node, error)
        total = 1 + sum(size(child, depth + 1) for child in _children(node))
        open_nodes.discard(id(node))
        if total > MAX_NODES:
            raise error(where, f"its aliases expand to more than {MAX_NODES:,} values", "write the values out")
        sizes[id(node)] = total
        return total

    size(root, 0)


def _unique_keys(path: Path, node: yaml.Node, error: type[ConfigurationError]) -> None:
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, _ in node.value:
        where = f"{path}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode) or key.tag not in {"tag:yaml.org,2002:str", "tag:yaml.org,2002:int"}:
            raise error(where, f"key {_shown(getattr(key, 'value', key.tag))} is not text", "put it in quotes")
        if key.value in seen:
            raise error(where, f"key '{key.value}' is there twice", "remove one")
        seen.add(key.value)


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Give a part of a node, after the node whose line names it."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _is_tag(step: str | int) -> bool:
    """Tell a step that pydantic adds for the parts of a union from a key."""
    return isinstance(step, str) and step.startswith(("function-", "tagged-", "literal[", "list["))


def _has(data: Json, step: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(step, int) and step < len(data)
    return isinstance(data, dict) and step in data


def _known_keys(shape: Any, loc: Sequence[str | int]) -> set[str]:
    for step in loc:
        fields = getattr(shape, "model_fields", None)
        if fields is None:
            shape = _inner(shape)
            continue
        field = next((f for name, f in fields.items() if (f.alias or name) == step), None)
        if field is None:
            return set()
        shape = _without_none(field.annotation)
    if getattr(shape, "model_fields", None) is None:
        shape = _inner(shape)
    return {field.alias or name for name, field in getattr(shape, "model_fields", {}).items()}


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in {Union, types.UnionType}:
        return next((part for part in get_args(annotation) if part is not type(None)), annotation)
    return annotation


def _inner(annotation: Any) -> Any:
    arguments = [part for part in get_args(annotation) if part is not Ellipsis]
    return _without_none(arguments[-1]) if arguments else annotation


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
