"""A contract is what an API promises: operations, parameters, statuses, and the schemas of bodies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema_rs

from conformance.errors import did_you_mean
from conformance.model import Json
from conformance.schema import ContractError as ContractError
from conformance.schema import json_schema, resolved

METHODS = ("get", "head", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Violation:
    """One difference between a body and the schema that it should fit."""

    pointer: str
    message: str
    keyword: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value outside the body that an operation takes."""

    name: str
    location: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Response:
    """What an operation answers with one status."""

    status: int
    headers: tuple[str, ...]
    media_type: str | None
    schema: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path template."""

    operation_id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    request: Mapping[str, Any] | None
    request_media_type: str | None
    responses: Mapping[int, Response]

    @property
    def success(self) -> tuple[int, ...]:
        """The statuses in the 200 range."""
        return tuple(status for status in self.responses if 200 <= status < 300)


@dataclass(frozen=True)
class Contract:
    """The operations and schemas of one API, with references resolved and schemas as JSON Schema."""

    path: Path
    title: str
    version: str
    operations: Mapping[str, Operation]
    schemas: Mapping[str, Mapping[str, Any]]
    _compiled: dict[tuple[str, ...], jsonschema_rs.Validator] = field(default_factory=dict, compare=False, repr=False)

    def operation(self, operation_id: str) -> Operation:
        """The operation with this id."""
        if operation_id not in self.operations:
            raise ContractError(
                self.path, f"no operation {operation_id!r}", did_you_mean(operation_id, self.operations)
            )
        return self.operations[operation_id]

    def find(self, method: str, path: str) -> Operation | None:
        """Find the operation for a method on a path template, whatever its parameters are called."""
        wanted = _template(path)
        return next((o for o in self.operations.values() if o.method == method and _template(o.path) == wanted), None)

    def violations(self, operation_id: str, status: int, body: Json) -> list[Violation]:
        """What is wrong with the body of an answer, also when the status is not in the contract."""
        responses = self.operation(operation_id).responses
        if status not in responses:
            listed = ", ".join(map(str, responses))
            return [Violation("", f"status {status} is not described; described are {listed}", "status")]
        schema = responses[status].schema
        if schema is None:
            return [] if body is None else [Violation("", f"status {status} has no body", "body")]
        return self._judged(("response", operation_id, str(status)), schema, body)

    def request_violations(self, operation_id: str, body: Json) -> list[Violation]:
        """What is wrong with the body of a request."""
        schema = self.operation(operation_id).request
        if schema is None:
            return [] if body is None else [Violation("", f"{operation_id} takes no body", "body")]
        return self._judged(("request", operation_id), schema, body)

    def schema_violations(self, name: str, body: Json) -> list[Violation]:
        """What is wrong with a body that should fit a named schema, such as Fout."""
        if name not in self.schemas:
            raise ContractError(self.path, f"no schema {name!r}", did_you_mean(name, self.schemas))
        return self._judged(("schema", name), self.schemas[name], body)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """All scopes that some operation asks for, in order of appearance."""
        return tuple(dict.fromkeys(scope for operation in self.operations.values() for scope in operation.scopes))

    def _judged(self, key: tuple[str, ...], schema: Mapping[str, Any], body: Json) -> list[Violation]:
        if key not in self._compiled:
            self._compiled[key] = jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=True)
        try:
            return _violations(self._compiled[key].iter_errors(_encodable(body)))
        except ValueError as error:
            return [Violation("", f"cannot be judged: {error}", "json")]


def load(path: Path | str) -> Contract:
    """Read a contract file and everything that it refers to."""
    path = Path(path)
    document = _document(path)
    schemas = {**document.pop("_shared"), **document["components"]["schemas"]}
    return Contract(
        path=path,
        title=str(document["info"]["title"]),
        version=str(document["info"]["version"]),
        operations=MappingProxyType({operation.operation_id: operation for operation in _operations(document, path)}),
        schemas=MappingProxyType({name: json_schema(schema) for name, schema in schemas.items()}),
    )


def _document(path: Path) -> dict[str, Any]:
    document, others = resolved(path)
    for name in ("info", "paths", "components"):
        if not isinstance(document, dict) or name not in document:
            raise ContractError(path, f"{name} is missing", "write an OpenAPI 3.0 document")
    if not {"title", "version"} <= document["info"].keys():
        raise ContractError(path, "info has no title and version", "write both")
    shared = [other["components"]["schemas"] for other in others if "schemas" in other.get("components", {})]
    return document | {"_shared": {name: schema for schemas in shared for name, schema in schemas.items()}}


def _operations(document: Mapping[str, Any], path: Path) -> Iterator[Operation]:
    for template, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                try:
                    yield _operation(method, template, item[method], item.get("parameters", []))
                except KeyError as error:
                    place = f"paths {template} {method}"
                    raise ContractError(path, f"{place}: {error} is missing", "add it to the operation") from error
                except ValueError as error:
                    place = f"paths {template} {method}"
                    raise ContractError(path, f"{place}: {error}", "write each status as a number") from error


def _operation(method: str, template: str, node: Mapping[str, Any], shared: Iterable[Mapping[str, Any]]) -> Operation:
    content = node.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), None)
    return Operation(
        operation_id=node["operationId"],
        method=method.upper(),
        path=template,
        scopes=tuple(scope for scheme in node.get("security", []) for scopes in scheme.values() for scope in scopes),
        parameters=tuple(_parameter(parameter) for parameter in (*shared, *node.get("parameters", []))),
        request=json_schema(content[media_type]["schema"]) if media_type else None,
        request_media_type=media_type,
        responses=MappingProxyType({int(status): _response(int(status), one) for status, one in _answers(node)}),
    )


def _answers(node: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return sorted(node["responses"].items())


def _parameter(node: Mapping[str, Any]) -> Parameter:
    return Parameter(node["name"], node["in"], node.get("required", False), json_schema(node["schema"]))


def _response(status: int, node: Mapping[str, Any]) -> Response:
    content = node.get("content", {})
    media_type = next(iter(content), None)
    schema = json_schema(content[media_type]["schema"]) if media_type else None
    return Response(status, tuple(node.get("headers", {})), media_type, schema)


def _encodable(body: Json) -> Json:
    """The body, with a question mark for each lone surrogate: lawful in JSON, but not as UTF-8."""
    try:
        text = json.dumps(body, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return body


def _violations(errors: Iterable[jsonschema_rs.ValidationError]) -> list[Violation]:
    found: dict[tuple[str, str], Violation] = {}
    for error in errors:
        for leaf in _leaves(error):
            one = _violation(leaf)
            found.setdefault((one.pointer, one.keyword), one)
    return list(found.values())


def _leaves(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """The errors that tell most: of alternatives, the first is what the member is meant to be."""
    if error.kind.name in ("anyOf", "oneOf"):
        context = error.kind.as_dict().get("context") or [[]]
        yield from context[0] or [error]
    else:
        yield error


def _violation(error: jsonschema_rs.ValidationError) -> Violation:
    missing = [error.kind.as_dict()["property"]] if error.kind.name == "required" else []
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in [*error.instance_path, *missing])
    return Violation("".join(f"/{step}" for step in steps), error.message, error.kind.name)


def _template(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
