"""Freezes the corpus of a profile; the only module that leans on the undocumented side of schemathesis."""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import schemathesis
from schemathesis import GenerationMode
from schemathesis.generation.coverage import GenerationSession

from conformance import attribution, contract, corpus, generate, graft, yamlfile
from conformance.attribution import Candidate, FreezeError, Rules
from conformance.contract import Contract, Operation
from conformance.corpus import Case
from conformance.formats import FORMATS
from conformance.model import Json

QUOTED = re.compile(r"'([^']+)' value: ")
MISSED = re.compile(r"Missing required property: (\w+)")
CONTAINERS = ("Object with", "Valid object")
KEYWORDS = {"string": "maxLength", "integer": "maximum", "null": "nullable", "array": "items"}


@dataclass(frozen=True)
class Workshop:
    """What is needed to make candidates: the contract, the rules and the samples of the main resource."""

    contract: Contract
    rules: Rules
    samples: Mapping[str, Json]

    @property
    def default(self) -> str:
        """The sample that stands for all where the shape does not matter."""
        return next(iter(self.samples))

    def whole(self, operation: Operation, body: Json, pointer: str) -> Json:
        """The body as the operation takes it: a partial update sends only the member in question."""
        top = graft.steps(pointer)[:1]
        if operation.method != "PATCH" or not top or not isinstance(body, dict):
            return body
        return {top[0]: body[top[0]]} if top[0] in body else {}

    def candidate(self, operation: Operation, **known: Any) -> Candidate:
        """A candidate for an operation, on a resource that exists when the path asks for one."""
        given = known.pop("given", self.default)
        known = {"method": operation.method} | known
        return Candidate(
            operation=operation.operation_id,
            path=operation.path,
            given=given if "{" in operation.path else None,
            **known,
        )


def workshop(folder: Path) -> Workshop:
    """Read what a profile folder has to offer."""
    rules = attribution.rules(folder / "corpus_rules.yaml")
    samples = yamlfile.load(folder / "samples.yaml", FreezeError).data
    return Workshop(contract.load(folder / "contract.yaml"), rules, samples[rules.resource])


def candidates(shop: Workshop) -> Iterator[Candidate]:
    """Every request worth sending: those of the coverage phase, near misses of formats, and values of our own."""
    schema, session = generate.schema(shop.contract), GenerationSession()
    for result in schema.get_all_operations():
        described = result.ok()
        operation = shop.contract.operation(described.definition.raw["operationId"])
        for case in schema.iter_coverage_cases(
            described,
            generation_modes=list(GenerationMode),
            generation_config=schema.config.generation_for(operation=described),
            session=session,
        ):
            yield from _translated(shop, operation, case)
    for operation in shop.contract.operations.values():
        yield from _near_misses(shop, operation)
        yield from _extras(shop, operation)


def _translated(shop: Workshop, operation: Operation, case: schemathesis.Case) -> Iterator[Candidate]:
    data = case.meta.phase.data
    known = {"mode": case.meta.generation.mode.value, "scenario": data.scenario, "description": data.description}
    place = data.parameter_location.value if data.parameter_location else ""
    if data.scenario == "unspecified_http_method":
        yield shop.candidate(operation, **known, method=case.method, keyword="method", pointer="", kind="")
    elif place in ("query", "path"):
        yield from _parameter(shop, operation, case, known)
    elif place == "body" and data.scenario != "missing_parameter":
        yield from _body(shop, operation, case, known)
    else:
        yield _header(shop, operation, case, known)


def _header(shop: Workshop, operation: Operation, case: schemathesis.Case, known: dict[str, str]) -> Candidate:
    media_type = (case.headers or {}).get("Content-Type")
    sent = {"has_body": True, "body": shop.samples[shop.default], "media_type": media_type} if media_type else {}
    return shop.candidate(operation, **known, **sent, keyword="header", pointer="", kind="")


def _parameter(
    shop: Workshop, operation: Operation, case: schemathesis.Case, known: dict[str, str]
) -> Iterator[Candidate]:
    data = case.meta.phase.data
    name, place = data.parameter, data.parameter_location.value
    if name is None:
        yield shop.candidate(operation, **known, keyword="properties", pointer=f"/{place}", kind="object")
        return
    value = (case.query if place == "query" else case.path_parameters)[name]
    if not isinstance(value, str):
        return
    field = {"query": {name: value}} if place == "query" else {"path_parameters": {name: unquote(value)}}
    keyword = (data.location or "/type").rpartition("/")[2]
    sent = {"has_body": True, "body": {}, "media_type": "application/json"} if operation.request else {}
    yield shop.candidate(
        operation, **known, **field, **sent, keyword=keyword, pointer=f"/{place}/{name}", kind=_text_kind(value)
    )


def _text_kind(value: str) -> str:
    return "string" if value else "empty"


def _body(shop: Workshop, operation: Operation, case: schemathesis.Case, known: dict[str, str]) -> Iterator[Candidate]:
    pointer, keyword, value = _deviation(case)
    given = _sample(shop, case)
    part = shop.rules.variants.part if shop.rules.variants else ""
    if given != shop.default and not pointer.startswith(f"/{part}"):
        return
    sample = shop.samples[given]
    if keyword == "properties" and isinstance(value, dict):
        kept = {name.rpartition("/")[2] for name in shop.rules.keep if name.rpartition("/")[0] == pointer}
        if graft.at(sample, pointer) is graft.MISSING:
            return
        body = graft.restricted(sample, pointer, {*value, *kept})
    else:
        body = graft.grafted(sample, pointer, value)
    yield _sent(shop, operation, pointer, body, given=given, **known, keyword=keyword, kind=graft.kind(value))


def _sent(shop: Workshop, operation: Operation, pointer: str, body: Json, **known: Any) -> Candidate:
    whole = shop.whole(operation, body, pointer)
    sent = {"has_body": True, "body": whole, "media_type": operation.request_media_type}
    return shop.candidate(operation, pointer=pointer, **sent, **known)


def _deviation(case: schemathesis.Case) -> tuple[str, str, Json]:
    """Where the body is special, by which keyword, and the value there."""
    data = case.meta.phase.data
    if case.meta.generation.mode is GenerationMode.POSITIVE:
        pointer = "".join(f"/{name}" for name in QUOTED.findall(data.description))
        last = QUOTED.sub("", data.description.replace("Object with valid ", ""))
        value = graft.at(case.body, pointer)
        if last.startswith(CONTAINERS):
            return pointer, "properties", value
        return pointer, "enum" if last == "Enum value" else KEYWORDS.get(graft.kind(value), "type"), value
    location = (data.location or "").split("/")
    pointer = _member(location)
    missed = MISSED.search(data.description)
    if missed:
        return f"{pointer}/{missed[1]}", "required", graft.MISSING
    return pointer, location[-1], graft.at(case.body, pointer)


def _member(location: list[str]) -> str:
    names, rest = [], iter(location)
    for step in rest:
        if step == "properties":
            names.append(next(rest))
        elif step == "items":
            names.append("0")
    return "".join(f"/{name}" for name in names)


def _sample(shop: Workshop, case: schemathesis.Case) -> str:
    variants = shop.rules.variants
    if variants is None:
        return shop.default
    value = case.body.get(variants.member) if isinstance(case.body, dict) else None
    branch = re.match(r"/oneOf/(\d+)", case.meta.phase.data.location or "")
    names = list(variants.samples.values())
    if isinstance(value, str) and value in variants.samples:
        return variants.samples[value]
    return names[int(branch[1])] if branch and int(branch[1]) < len(names) else shop.default


def _near_misses(shop: Workshop, operation: Operation) -> Iterator[Candidate]:
    for pointer, name in dict.fromkeys(graft.formatted(operation.request or {})):
        for mode, scenario, value, why in _format_values(name):
            yield _own(shop, operation, pointer, value, mode=mode, scenario=scenario, keyword="format", description=why)
    for parameter in operation.parameters:
        if parameter.location == "query" and parameter.schema.get("format") in FORMATS:
            for mode, scenario, value, why in _format_values(parameter.schema["format"]):
                yield shop.candidate(
                    operation, mode=mode, scenario=scenario, keyword="format", description=why, kind="string",
                    pointer=f"/query/{parameter.name}", query={parameter.name: value},
                )  # fmt: skip


def _format_values(name: str) -> Iterator[tuple[str, str, str, str]]:
    if name in FORMATS:
        yield from (("positive", "format_example", value, "geldig voorbeeld") for value in FORMATS[name].examples)
        yield from (("negative", "near_miss", miss.value, miss.why.nl) for miss in FORMATS[name].near_misses)


def _extras(shop: Workshop, operation: Operation) -> Iterator[Candidate]:
    for extra in shop.rules.extra if operation.request else ():
        for value in extra.values:
            yield _own(
                shop, operation, extra.pointer, value,
                mode=extra.mode, scenario="extra", keyword=extra.keyword, description=extra.description,
            )  # fmt: skip


def _own(shop: Workshop, operation: Operation, pointer: str, value: Json, **known: str) -> Candidate:
    above = pointer.rpartition("/")[0]
    exact = [name for name, sample in shop.samples.items() if graft.at(sample, pointer) is not graft.MISSING]
    near = [name for name, sample in shop.samples.items() if graft.at(sample, above) is not graft.MISSING]
    given = [*exact, *near][0]
    body = graft.grafted(shop.samples[given], pointer, value)
    return _sent(shop, operation, pointer, body, given=given, kind=graft.kind(value), **known)


def cases(shop: Workshop) -> list[Case]:
    """The attributed requests, each once, with the depth at which it is sent."""
    found: dict[str, Case] = {}
    for candidate in candidates(shop):
        rule = shop.rules.rule(candidate)
        if not rule.drop:
            case = _case(shop, candidate, rule)
            found.setdefault(case.id, case)
    return _with_depths(sorted(found.values(), key=lambda case: (case.requirement, case.operation, case.id)))


def _case(shop: Workshop, candidate: Candidate, rule: attribution.Rule) -> Case:
    success = shop.contract.operation(candidate.operation).success
    defaults = {"accepted": success, "refused": (400,), "no_server_error": ()}
    known = asdict(candidate)
    for name in ("mode", "scenario", "kind"):
        known.pop(name)
    request = {name: known[name] for name in ("method", "path", "path_parameters", "query", "body", "media_type")}
    text = json.dumps([rule.requirement, request, known["given"], known["has_body"]], sort_keys=True)
    return Case(
        id=hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16],
        requirement=rule.requirement,
        expect=str(rule.expect),
        status=tuple(rule.status) or defaults[str(rule.expect)],
        tolerated=tuple(rule.tolerated),
        **known,
    )


def _with_depths(sorted_cases: Iterable[Case]) -> list[Case]:
    few: set[tuple[str, ...]] = set()
    some: set[tuple[str, ...]] = set()
    result = []
    for case in sorted_cases:
        rough = (case.requirement, case.expect)
        fine = (*rough, case.operation, case.keyword, case.pointer)
        depth = "quick" if rough not in few else "standard" if fine not in some else "deep"
        few.add(rough)
        some.add(fine)
        result.append(replace(case, depth=depth))
    return result


def main(arguments: list[str] | None = None) -> int:
    """Write the corpus of a profile folder, or tell whether it is up to date."""
    parser = argparse.ArgumentParser(prog="python -m conformance.freeze", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="folder of the profile")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is out of date")
    options = parser.parse_args(arguments)
    path = options.folder / "corpus.jsonl.gz"
    fresh = cases(workshop(options.folder))
    if not options.check:
        path.write_bytes(corpus.dump(fresh))
        sys.stdout.write(f"{path}: {len(fresh)} cases\n")
        return 0
    return _checked(path, fresh)


def _checked(path: Path, fresh: list[Case]) -> int:
    kept = corpus.load(path) if path.exists() else ()
    if corpus.dump(kept) == corpus.dump(fresh):
        sys.stdout.write(f"{path}: up to date, {len(fresh)} cases\n")
        return 0
    lines = list(difflib.unified_diff(_lines(kept), _lines(fresh), "kept", "fresh", lineterm="", n=0))
    sys.stdout.write(
        "\n".join([f"{path}: out of date; freeze it again", *lines[:40], f"{len(lines)} lines differ", ""])
    )
    return 1


def _lines(some: Iterable[Case]) -> list[str]:
    return sorted(
        f"{one.requirement} {one.operation} {one.expect} {one.pointer} {one.keyword} {one.id}" for one in some
    )


if __name__ == "__main__":
    sys.exit(main())
