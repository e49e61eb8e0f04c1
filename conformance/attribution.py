"""Rules that say of a generated request which requirement it is about, and what must come of it."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from conformance import yamlfile
from conformance.errors import ConfigurationError
from conformance.model import Json
from conformance.yamlfile import Strict


class FreezeError(ConfigurationError):
    """The rules and the contract do not lead to a corpus."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One generated request that is not attributed yet."""

    operation: str
    mode: str
    scenario: str
    keyword: str
    pointer: str
    kind: str
    description: str
    method: str
    path: str
    given: str | None = None
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    has_body: bool = False
    body: Json = None
    media_type: str | None = None


class Rule(Strict):
    """One row: patterns that a candidate must fit, and what then holds."""

    operation: str = "*"
    mode: str = "*"
    scenario: str = "*"
    keyword: str = "*"
    pointer: str | list[str] = "*"
    kind: str = "*"
    description: str = "*"
    requirement: str = ""
    expect: Literal["accepted", "refused", "no_server_error"] | None = None
    status: list[int] = []
    tolerated: list[int] = []
    drop: str = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Rule:
        if bool(self.drop) == bool(self.requirement and self.expect):
            raise ValueError("a rule has either requirement and expect, or drop with the reason")
        return self

    def fits(self, candidate: Candidate) -> bool:
        """Whether the candidate fits every pattern."""
        pointers = [self.pointer] if isinstance(self.pointer, str) else self.pointer
        if not any(fnmatch.fnmatchcase(candidate.pointer, pattern) for pattern in pointers):
            return False
        names = ("operation", "mode", "scenario", "keyword", "kind", "description")
        return all(_any(getattr(self, name), getattr(candidate, name)) for name in names)


def _any(patterns: str, value: str) -> bool:
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in patterns.split("|"))


class Variants(Strict):
    """Which sample belongs to which value of the member that decides the shape."""

    member: str
    part: str
    samples: dict[str, str]


class Extra(Strict):
    """Values of our own for one member."""

    pointer: str
    mode: Literal["positive", "negative"]
    keyword: str
    values: list[Json] = Field(min_length=1)
    description: str


class Rules(Strict):
    """The content of corpus_rules.yaml; `unnamed` says that what a refusal names is judged elsewhere."""

    resource: str
    variants: Variants | None = None
    keep: list[str] = []
    unnamed: bool = False
    extra: list[Extra] = []
    rules: list[Rule]

    def rule(self, candidate: Candidate) -> Rule:
        """The first rule that fits."""
        for rule in self.rules:
            if rule.fits(candidate):
                return rule
        what = f"{candidate.operation} {candidate.mode} {candidate.scenario} {candidate.pointer} {candidate.kind}"
        raise FreezeError("corpus_rules.yaml", f"no rule for {what} ({candidate.description})", "attribute or drop it")


def rules(path: Path) -> Rules:
    """Read a file with rules."""
    return yamlfile.load(path, FreezeError).parse(Rules)
