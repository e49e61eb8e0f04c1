"""The shapes of what a target file says of an application that uses an API: its trigger, and what it provides."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from conformance.model import Json
from conformance.yamlfile import Strict

REDACTED = "[redacted]"
OIN = r"^[0-9]{20}$"


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise ValueError("is not an address; write http:// or https://, a host, perhaps a port, and a path")
    if parts.fragment or parts.username is not None:
        raise ValueError("an address has no fragment or password; take it out")
    return url


class TriggerRow(Strict):
    """How the application is set to work: by a POST, by a command without a shell, or by hand."""

    url: str | None = None
    headers: dict[str, str] = {}
    command: list[str] | None = Field(default=None, min_length=1)
    manual: Literal[True] | None = None

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        return None if url is None else _address(url)

    @model_validator(mode="after")
    def _one(self) -> TriggerRow:
        if sum(way is not None for way in (self.url, self.command, self.manual)) != 1:
            raise ValueError("a trigger is a 'url', a 'command' or 'manual: true'; write one of the three")
        if self.headers and self.url is None:
            raise ValueError("only a trigger with a 'url' has 'headers'; take them out")
        return self


class ProviderRow(Strict):
    """The call that the suite makes to the application, which then provides personal data of the first person."""

    url: str
    method: Literal["GET", "POST"] = "POST"
    headers: dict[str, str] = {}
    body: dict[str, Json] | None = None

    _is_address = field_validator("url")(_address)


class OrganisationRow(Strict):
    """An organisation for which the application works, as it is set up there."""

    oin: str = Field(pattern=OIN)
    uitvoerder: str | None = Field(default=None, pattern=OIN)


class ApplicationsRow(Strict):
    """The application that uses the API, as far as it is judged too."""

    trigger: TriggerRow | None = None
    provider: ProviderRow | None = None
    handelingen: list[str] | None = Field(default=None, min_length=1)
    organisations: dict[str, OrganisationRow] = {}
    persons: list[str] = Field(default=["999990019", "999990020"], min_length=2)
    answer: dict[str, Json] | None = None
    source: bool = True
    queue: bool = False
    minimal: bool = False
    patience: float = Field(default=10, gt=0, le=600, strict=False)

    @model_validator(mode="after")
    def _something(self) -> ApplicationsRow:
        if self.trigger is None and self.provider is None:
            raise ValueError("names neither 'trigger' nor 'provider'; write at least one")
        return self

    @property
    def call(self) -> ProviderRow | None:
        """The call to the application that provides data; without a body it names the first person."""
        if self.provider is None or self.provider.body is not None:
            return self.provider
        return self.provider.model_copy(update={"body": {"persoon": self.persons[0]}})

    def addresses(self) -> tuple[str, ...]:
        """List the addresses at which the suite may call the application."""
        places = (self.trigger.url if self.trigger else None, self.provider.url if self.provider else None)
        return tuple(place for place in places if place)

    def header_names(self) -> tuple[str, ...]:
        """Name the headers that may hold a key."""
        parts = (part for part in (self.trigger, self.provider) if part is not None)
        return tuple(name for part in parts for name in part.headers)

    @property
    def home(self) -> str:
        """Name the organisation for which the application works when nothing else is asked: the first."""
        return next((name for name, row in self.organisations.items() if row.uitvoerder is None), "")
