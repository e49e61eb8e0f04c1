"""Turns what a generator saw, near misses of formats and values of our own into attributed cases."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from conformance import attribution, contract, graft, yamlfile
from conformance.attribution import Candidate, FreezeError, Rule, Rules
from conformance.contract import Contract, Operation
from conformance.corpus import Case
from conformance.formats import FORMATS
from conformance.model import Json

QUOTED = re.compile(r"'([^']+)' value: ")
MISSED = re.compile(r"Missing required property: (\w+)")
BRANCH = re.compile(r"/oneOf/(\d+)/")
FEW = 12
CONTAINERS = ("Object with", "Valid object")
KEPT = tuple(one.name for one in fields(Candidate) if one.name not in ("mode", "scenario", "kind"))
KEYWORDS = {"string": "maxLength", "integer": "maximum", "null": "nullable", "array": "items"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as a generator made it, and what it says about it."""

    operation: str
    mode: str
    scenario: str
    description: str
    place: str
    parameter: str | None
    location: str
    method: str
    path_parameters: Mapping[str, Any]
    query: Mapping[str, Any]
    media_type: str | None
    body: Json

    @property
    def said(self) -> dict[str, str]:
        """What every candidate made of it keeps."""
        return {"mode": self.mode, "scenario": self.scenario, "description": self.description}


@dataclass(frozen=True)
class Workshop:
    """What is needed to make cases: the contract, the rules and the samples of the main resource."""

    contract: Contract
    rules: Rules
    samples: Mapping[str, Json]

    @property
    def default(self) -> str:
        """The sample that stands for all where the shape does not matter."""
        return next(iter(self.samples))

    def cases(self, seen: Iterable[Seen]) -> list[Case]:
        """The attributed requests, each once, with the depth at which it is sent."""
        found: dict[str, Case] = {}
        for candidate in self.candidates(seen):
            rule = self.rules.rule(candidate)
            if not rule.drop:
                case = self._case(candidate, rule)
                found.setdefault(case.id, case)
        return self._with_depths(sorted(found.values(), key=lambda case: (case.requirement, case.operation, case.id)))

    def candidates(self, seen: Iterable[Seen]) -> Iterator[Candidate]:
        """Every request worth sending, not yet attributed."""
        for one in seen:
            yield from self._translated(self.contract.operation(one.operation), one)
        for operation in self.contract.operations.values():
            yield from self._near_misses(operation)
            yield from self._extras(operation)

    def _candidate(self, operation: Operation, **known: Any) -> Candidate:
        given = known.pop("given", self.default)
        known = {"method": operation.method} | known
        return Candidate(operation=operation.operation_id, path=operation.path, given=given, **known)

    def _translated(self, operation: Operation, seen: Seen) -> Iterator[Candidate]:
        if seen.scenario == "unspecified_http_method":
            yield self._candidate(operation, **seen.said, method=seen.method, keyword="method", pointer="", kind="")
        elif seen.place in ("query", "path"):
            yield from self._parameter(operation, seen)
        elif seen.place == "body" and seen.scenario != "missing_parameter":
            yield from self._body(operation, seen)
        else:
            body = {"has_body": True, "body": self.samples[self.default], "media_type": seen.media_type}
            sent = body if seen.media_type else {}
            yield self._candidate(operation, **seen.said, **sent, keyword="header", pointer="", kind="")

    def _parameter(self, operation: Operation, seen: Seen) -> Iterator[Candidate]:
        name = seen.parameter
        if name is None:
            yield self._candidate(operation, **seen.said, keyword="properties", pointer=f"/{seen.place}", kind="object")
            return
        value = (seen.query if seen.place == "query" else seen.path_parameters).get(name)
        if not isinstance(value, str):
            return
        field = {"query": {name: value}} if seen.place == "query" else {"path_parameters": {name: unquote(value)}}
        sent = {"has_body": True, "body": {}, "media_type": operation.request_media_type} if operation.request else {}
        known = {"keyword": (seen.location or "/type").rpartition("/")[2], "kind": "string" if value else "empty"}
        yield self._candidate(operation, **seen.said, **field, **sent, **known, pointer=f"/{seen.place}/{name}")

    def _body(self, operation: Operation, seen: Seen) -> Iterator[Candidate]:
        pointer, keyword, value = _deviation(seen)
        given = self._sample(seen)
        part = self.rules.variants.part if self.rules.variants else ""
        if given != self.default and not pointer.startswith(f"/{part}"):
            return
        body = self._deviating(self.samples[given], pointer, keyword, value)
        yield self._sent(operation, pointer, body, given=given, **seen.said, keyword=keyword, kind=graft.kind(value))

    def _deviating(self, sample: Json, pointer: str, keyword: str, value: Json) -> Json:
        whole = graft.at(sample, pointer)
        if keyword != "properties" or not isinstance(value, dict) or not isinstance(whole, dict):
            return graft.grafted(sample, pointer, value)
        kept = {name.rpartition("/")[2] for name in self.rules.keep if name.rpartition("/")[0] == pointer}
        return graft.restricted(sample, pointer, {*value, *kept})

    def _sample(self, seen: Seen) -> str:
        variants = self.rules.variants
        if variants is None:
            return self.default
        value = seen.body.get(variants.member) if isinstance(seen.body, dict) else None
        if isinstance(value, str) and value in variants.samples:
            return variants.samples[value]
        branch = BRANCH.match(seen.location)
        return [*variants.samples.values()][int(branch[1])] if branch else self.default

    def _sent(self, operation: Operation, pointer: str, body: Json, **known: Any) -> Candidate:
        top = graft.steps(pointer)[:1]
        if operation.method == "PATCH" and top:
            # A partial update sends the member in question and nothing else.
            body = {name: body[name] for name in top if name in body}
        sent = {"has_body": True, "body": body, "media_type": operation.request_media_type}
        return self._candidate(operation, pointer=pointer, **sent, **known)

    def _near_misses(self, operation: Operation) -> Iterator[Candidate]:
        for pointer, name in dict.fromkeys(graft.formatted(operation.request or {})):
            for known, value in _format_values(name):
                yield self._own(operation, pointer, value, **known)
        for parameter in operation.parameters:
            if parameter.location == "query":
                for known, value in _format_values(parameter.schema.get("format", "")):
                    place = {"pointer": f"/query/{parameter.name}", "query": {parameter.name: value}}
                    yield self._candidate(operation, **known, **place, kind="string")

    def _extras(self, operation: Operation) -> Iterator[Candidate]:
        for extra in self.rules.extra if operation.request else ():
            known = {"mode": extra.mode, "keyword": extra.keyword, "description": extra.description}
            for value in extra.values:
                yield self._own(operation, extra.pointer, value, **known, scenario="extra")

    def _own(self, operation: Operation, pointer: str, value: Json, **known: str) -> Candidate:
        above = pointer.rpartition("/")[0]
        exact = [name for name, sample in self.samples.items() if graft.at(sample, pointer) is not graft.MISSING]
        near = [name for name, sample in self.samples.items() if graft.at(sample, above) is not graft.MISSING]
        given = [*exact, *near][0]
        body = graft.grafted(self.samples[given], pointer, value)
        return self._sent(operation, pointer, body, given=given, kind=graft.kind(value), **known)

    def _case(self, candidate: Candidate, rule: Rule) -> Case:
        success = self.contract.operation(candidate.operation).success
        defaults = {"accepted": success, "refused": (400,), "no_server_error": ()}
        known = {name: getattr(candidate, name) for name in KEPT}
        words = ("operation", "keyword", "pointer", "description")
        request = {name: value for name, value in known.items() if name not in words}
        text = json.dumps([rule.requirement, request], sort_keys=True)
        return Case(
            id=hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16],
            requirement=rule.requirement,
            expect=str(rule.expect),
            status=tuple(rule.status) or defaults[str(rule.expect)],
            tolerated=tuple(rule.tolerated),
            unnamed=self.rules.unnamed,
            **known,
        )

    def _with_depths(self, ordered: list[Case]) -> list[Case]:
        """Quick is one case for what is asked; standard is one for each place, with the operations in turn."""
        asked: dict[tuple[str, str], dict[tuple[str, ...], list[Case]]] = {}
        for case in sorted(ordered, key=_size):
            asked.setdefault((case.requirement, case.expect), {}).setdefault(self._place(case), []).append(case)
        quick = {next(iter(places.values()))[0].id for places in asked.values()}
        some = {case.id for (_, expect), places in asked.items() for case in _spread(expect, [*places.values()])}
        depths = {
            case.id: "quick" if case.id in quick else "standard" if case.id in some else "deep" for case in ordered
        }
        return [replace(case, depth=depths[case.id]) for case in ordered]

    def _place(self, case: Case) -> tuple[str, ...]:
        """What a case is about; a part that is required is so in every shape."""
        member = self.rules.variants.member if self.rules.variants else ""
        shape = str(case.body.get(member)) if case.keyword == "required" and isinstance(case.body, dict) else ""
        return case.keyword, case.pointer, shape


def _size(case: Case) -> int:
    """Put what is accepted at its longest first: that is where the limit is."""
    return -len(json.dumps(case.body)) if case.expect == "accepted" else 0


def _spread(expect: str, places: list[list[Case]]) -> Iterator[Case]:
    """One case of each place, of the next operation each time; of what takes a request of its own only some places."""
    number = min(FEW, len(places)) if expect == "no_server_error" else len(places)
    few = [places[turn * len(places) // number] for turn in range(number)]
    for turn, cases in enumerate(few):
        operations = [*dict.fromkeys(case.operation for case in cases)]
        yield next(case for case in cases if case.operation == operations[turn % len(operations)])


def load(folder: Path) -> Workshop:
    """Read what a profile folder has to offer."""
    rules = attribution.rules(folder / "corpus_rules.yaml")
    samples = yamlfile.load(folder / "samples.yaml", FreezeError).data
    profile = yamlfile.load(folder / "profile.yaml", FreezeError).data
    api = profile["apis"][profile["resources"][rules.resource]["api"]]
    return Workshop(contract.load(folder / api["contract"]), rules, samples[rules.resource])


def _deviation(seen: Seen) -> tuple[str, str, Json]:
    """Where the body is special, by which keyword, and the value there."""
    if seen.mode == "positive":
        named = "".join(f"/{name}" for name in QUOTED.findall(seen.description))
        pointer = graft.through_lists(seen.body, named)
        value = graft.at(seen.body, pointer)
        return pointer, _positive_keyword(seen.description, value), value
    location = seen.location.split("/")
    pointer = _member(location)
    missed = MISSED.search(seen.description)
    if missed:
        return f"{pointer}/{missed[1]}", "required", graft.MISSING
    return pointer, location[-1], graft.at(seen.body, pointer)


def _positive_keyword(description: str, value: Json) -> str:
    last = QUOTED.sub("", description.replace("Object with valid ", ""))
    if last.startswith(CONTAINERS):
        return "properties"
    return "enum" if last == "Enum value" else KEYWORDS.get(graft.kind(value), "type")


def _member(location: list[str]) -> str:
    names, rest = [], iter(location)
    for step in rest:
        if step == "properties":
            names.append(next(rest))
        elif step == "items":
            names.append("0")
    return "".join(f"/{name}" for name in names)


def _format_values(name: str) -> Iterator[tuple[dict[str, str], str]]:
    for value in FORMATS[name].examples if name in FORMATS else ():
        yield _said("positive", "format_example", "geldig voorbeeld"), value
    for miss in FORMATS[name].near_misses if name in FORMATS else ():
        yield _said("negative", "near_miss", miss.why.nl), miss.value


def _said(mode: str, scenario: str, description: str) -> dict[str, str]:
    return {"mode": mode, "scenario": scenario, "description": description, "keyword": "format"}
