"""Resolution of references between contract files, and OpenAPI 3.0 schemas as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance import yamlfile
from conformance.errors import ConfigurationError
from conformance.model import Json

ANNOTATIONS = frozenset(
    {"nullable", "discriminator", "readOnly", "writeOnly", "example", "xml", "externalDocs", "deprecated", "title"}
)


class ContractError(ConfigurationError, ValueError):
    """A contract file does not say what a contract must say."""


def resolved(path: Path) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """The document in a file and the other documents that it refers to, all without references."""
    files: dict[Path, Json] = {}
    start = path.resolve()
    document = _inlined(_read(start, files), start, files, ())
    return document, tuple(_inlined(content, file, files, ()) for file, content in [*files.items()] if file != start)


def _read(path: Path, files: dict[Path, Json]) -> Json:
    if path not in files:
        files[path] = yamlfile.load(path, ContractError).data
    return files[path]


def _inlined(node: Json, file: Path, files: dict[Path, Json], trail: tuple[str, ...]) -> Json:
    if isinstance(node, list):
        return [_inlined(one, file, files, trail) for one in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return _target(node["$ref"], file, files, trail)
    return {key: _inlined(value, file, files, trail) for key, value in node.items()}


def _target(reference: str, file: Path, files: dict[Path, Json], trail: tuple[str, ...]) -> Json:
    name, _, pointer = reference.partition("#")
    target = (file.parent / name).resolve() if name else file
    place = f"{target}#{pointer}"
    if place in trail:
        raise ContractError(file, f"{reference} refers to itself", "write out the innermost part")
    node = _read(target, files)
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or key not in node:
            raise ContractError(file, f"{reference} leads nowhere", "name a place that exists")
        node = node[key]
    return _inlined(node, target, files, (*trail, place)) | _tagged(pointer)


def _tagged(pointer: str) -> dict[str, Any]:
    # The name of a schema is the only thing a discriminator can refer to once references are gone.
    return {"title": pointer.rpartition("/")[2]} if pointer.startswith("/components/schemas/") else {}


def json_schema(node: Json) -> Json:
    """A resolved OpenAPI 3.0 schema as JSON Schema 2020-12."""
    if isinstance(node, list):
        return [json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "oneOf" in node and "mapping" in node.get("discriminator", {}):
        return _chosen(node)
    plain = {key: value for key, value in node.items() if key not in ANNOTATIONS}
    if "properties" in plain:
        properties = {name: json_schema(schema) for name, schema in plain.pop("properties").items()}
        plain = {key: json_schema(value) for key, value in plain.items()} | {"properties": properties}
    else:
        plain = {key: value if key == "enum" else json_schema(value) for key, value in plain.items()}
    if node.get("nullable") and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


def _chosen(node: Mapping[str, Any]) -> dict[str, Any]:
    """Alternatives as a chain of conditions, so that only the alternative that was meant is reported."""
    member, mapping = node["discriminator"]["propertyName"], node["discriminator"]["mapping"]
    names = {target.rpartition("/")[2]: value for value, target in mapping.items()}
    rest = [one for one in node["oneOf"] if one.get("title") not in names]
    known: dict[str, Any] = {"required": [member], "properties": {member: {"enum": list(mapping)}}}
    chain = json_schema(rest[0]) if rest else known
    for one in reversed([one for one in node["oneOf"] if one.get("title") in names]):
        condition = {"required": [member], "properties": {member: {"const": names[one["title"]]}}}
        chain = {"if": condition, "then": json_schema(one), "else": chain}
    return chain
