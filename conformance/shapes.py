"""The shapes of the YAML files in a profile folder."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from conformance.model import Interpretation, Json, Text
from conformance.yamlfile import Strict

ID = r"^[A-Z]{2,5}(-[A-Z0-9]{1,7})*-[0-9]{3}$"
NAME = r"^[a-z0-9_]+$"

Scheme = Literal["zgw-jwt", "oauth-nlgov", "mtls", "static-token"]
Component = Literal["resource-server", "gateway", "autorisaties-api", "authorization-server", "policy-decision-point"]


class TextRow(Strict):
    """A sentence in both languages."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self) -> Text:
        """Give the value that the rest of the package speaks."""
        return Text(" ".join(self.nl.split()), " ".join(self.en.split()))


class InterpretationRow(TextRow):
    """A ruling on a text that can be read in two ways."""

    warn_only: tuple[str, ...] = ()

    _as_tuple = field_validator("warn_only", mode="before")(
        lambda value: tuple(value) if isinstance(value, list) else value
    )

    def ruling(self) -> Interpretation:
        """Give the value that the rest of the package speaks."""
        return Interpretation(self.text(), self.warn_only)


class UntestedRow(TextRow):
    """Why nothing tests a row; declared when nobody can see it from outside."""

    declared: bool = False


class RequirementRow(Strict):
    """One row of requirements/<theme>.yaml."""

    id: str = Field(pattern=ID)
    level: Literal["must", "should", "may"]
    kind: str
    operation: str | None = None
    title: TextRow
    statement: str = Field(min_length=1)
    source: str = Field(min_length=1)
    interpretation: InterpretationRow | None = None
    shared_defect: TextRow | None = None
    schemes: list[Scheme] = []
    hosts: list[Annotated[str, Field(pattern=NAME)]] = []
    component: Component | None = None
    checks: list[dict[str, dict[str, Json] | None]] | None = None
    each: Literal["main", "link", "collection"] | None = None
    depth: Literal["standard", "deep"] | None = None
    untested: UntestedRow | None = None


class LifecycleRow(Strict):
    """Where the standard is in its life."""

    status: Literal["draft", "candidate", "current", "paused", "withdrawn"]
    text: TextRow
    source: str


class ApiRow(Strict):
    """One API of the standard."""

    contract: str
    component: str = ""


class ResourceRow(Strict):
    """One collection, with the members that general checks may use."""

    api: str
    role: Literal["main", "link", "read"]
    path: str = Field(pattern=r"^/[^{}]*[^/{}]$")
    singular: str
    selector: str
    text: str | None = None
    rsin: str | None = None
    reference: str | None = None
    existence: Literal["must", "may"] = "must"
    kenmerken: list[str] = []
    audited: bool = False
    search: dict[str, Json] | None = None
    otherwise: dict[str, str] = {}


class ThemeRow(Strict):
    """One file of the register and its heading."""

    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    title: TextRow


class ErratumRow(Strict):
    """One difference between contract.yaml and what was published."""

    id: str = Field(min_length=1)
    pointer: str | list[str]
    what: TextRow
    why: TextRow
    source: str = Field(min_length=1)


class DeclarationRow(Strict):
    """A question that only the supplier can answer."""

    id: str
    topic: TextRow
    question: TextRow


class ProfileRow(Strict):
    """The content of profile.yaml."""

    name: str = Field(pattern=NAME)
    title: TextRow
    version: str
    abstract: bool = False
    guest: bool = False
    role: TextRow | None = None
    user: TextRow | None = None
    lifecycle: LifecycleRow | None = None
    includes: list[Annotated[str, Field(pattern=NAME)]] = []
    apis: dict[str, ApiRow] = {}
    resources: dict[str, ResourceRow] = {}
    themes: list[ThemeRow]
    handelingen: list[Annotated[str, Field(pattern=NAME)]] = []

    @model_validator(mode="after")
    def _guest(self) -> ProfileRow:
        if self.guest and (self.apis or self.resources):
            raise ValueError("a guest has no APIs or resources; leave these to the profile that it visits")
        return self
