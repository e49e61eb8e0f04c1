"""Loads a target file: one installation, how to reach it and what may be done to it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from conformance import yamlfile
from conformance.applications import REDACTED, ApplicationsRow
from conformance.credentials import Credential, CredentialRow, certificate_of, secret_of
from conformance.errors import TargetError
from conformance.model import Json
from conformance.trust import AccessRow, Issuer, granted, issuers
from conformance.yamlfile import Document, Strict


class ApiRow(Strict):
    """Where one API of the installation is."""

    url: str
    headers: dict[str, str] = {}

    @field_validator("url")
    @classmethod
    def _root(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            fine = False
        if not fine:
            raise ValueError("is not an API root; write http:// or https://, a host, perhaps a port, and a path")
        if parts.query or parts.fragment or parts.username is not None:
            raise ValueError("an API root has no query, fragment or password; take it out")
        return url.rstrip("/")


class ProductRow(Strict):
    """What is being tested, as it is printed on the cover."""

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    supplier: str = Field(min_length=1)


class NeighboursRow(Strict):
    """Where the suite listens for the target, and under which address the target reaches it."""

    address: str = Field(pattern=r"^https?://[^/]+")
    listen: str | None = Field(default=None, pattern=r"^[^:]+:[0-9]+$")
    notifications: bool = False
    patience: float = Field(default=60, gt=0, le=60, strict=False)


class PaceRow(Strict):
    """How fast and how patient the suite is."""

    requests_per_second: float = Field(default=0, ge=0, strict=False)
    parallel: int = Field(default=4, ge=1, le=64)
    timeout: float = Field(default=30, gt=0, le=600, strict=False)
    settle: float = Field(default=0, ge=0, le=120, strict=False)


class SafetyRow(Strict):
    """What the suite may do to the installation."""

    read_only: bool = False
    disposable: bool = False


class TlsRow(Strict):
    """How the certificate of the target is judged, where it would answer without TLS, and what it is phasing out."""

    ca: str | None = None
    private_network: bool = False
    plain_url: str | None = Field(default=None, pattern=r"^http://[^/?#\s]+$")
    phase_out: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")


class DataRow(Strict):
    """Values that the installation accepts where the standard leaves a choice."""

    rsin: list[str] = Field(default=["000000000", "100000009"], min_length=2)


class TargetRow(Strict):
    """The content of a target file; who offers no API, and only uses one, names no credentials."""

    product: ProductRow
    apis: dict[str, ApiRow] = {}
    credentials: dict[str, CredentialRow] = {"none": CredentialRow(scheme="none", scopes="all")}
    neighbours: NeighboursRow | None = None
    applications: ApplicationsRow | None = None
    pace: PaceRow = PaceRow()
    safety: SafetyRow = SafetyRow()
    tls: TlsRow = TlsRow()
    data: DataRow = DataRow()
    access: AccessRow | None = None
    declarations: dict[str, str] = {}
    waivers: str | None = Field(default=None, min_length=1)


@dataclass(frozen=True)
class Target:
    """One installation, with its secrets at hand."""

    document: Document
    row: TargetRow
    credentials: Mapping[str, Credential]
    issuers: tuple[Issuer, ...] = ()

    @property
    def full(self) -> Credential:
        """The credential that may do everything the standard knows."""
        return next(
            credential for credential in self.credentials.values() if credential.scopes is None and credential.row.plain
        )

    def holding(self, scopes: Collection[str], without: Collection[str]) -> Credential | None:
        """Find the credential with the fewest scopes that has these and lacks those."""
        known = {c.scopes: c for c in self.credentials.values() if c.scopes is not None and c.row.plain}
        fitting = [have for have in known if have.issuperset(scopes) and have.isdisjoint(without)]
        return known[min(fitting, key=lambda have: (len(have), sorted(have)))] if fitting else None

    def root(self, api: str) -> str:
        """Give the root URL of an API, without a slash at the end."""
        return self.row.apis[api].url

    def secrets(self) -> tuple[str, ...]:
        """Give every text that must never be written down, longest first."""
        return tuple(sorted({c.secret for c in self.credentials.values() if c.secret}, key=len, reverse=True))

    def summary(self) -> dict[str, Json]:
        """Describe the installation for the run folder, without secrets."""
        row = self.row
        return {
            "product": row.product.model_dump(),
            "apis": {name: api.url for name, api in row.apis.items()},
            "credentials": [
                {"name": name, "scheme": credential.scheme, "scopes": credential.scopes}
                for name, credential in row.credentials.items()
            ],
            "pace": row.pace.model_dump(),
            "safety": row.safety.model_dump(),
            "neighbours": row.neighbours.model_dump() if row.neighbours else None,
            "access": row.access.model_dump() if row.access else None,
            "digest": hashlib.sha256(row.model_dump_json().encode()).hexdigest(),
            "settings": _without_secrets(row),
        }


def load(path: Path, environment: Mapping[str, str] | None = None) -> Target:
    """Load a target file and its secrets; every misfit is a TargetError with the line to change."""
    document = yamlfile.load(path, TargetError)
    if not isinstance(document.data, dict):
        raise document.fault([], "is not a target file", "make one with 'conformance init'")
    row = document.parse(TargetRow)
    if not row.apis and row.applications is None:
        what, remedy = "names nothing to judge", "name an API with its url, or an application under 'applications'"
        raise document.fault(["apis"], what, remedy)
    if row.apis and "credentials" not in row.model_fields_set:
        raise document.fault(["credentials"], "is missing", "name at least one with 'scopes: all'")
    if not any(credential.scopes == "all" and credential.plain for credential in row.credentials.values()):
        raise document.fault(["credentials"], "no credential has 'scopes: all'", "add one that may do everything")
    values = os.environ if environment is None else environment
    played = issuers(document, row.access, row.neighbours.address if row.neighbours else None)
    credentials = {
        name: _credential(document, name, row, played, secret_of(document, name, item, values))
        for name, item in row.credentials.items()
    }
    return Target(document, row, credentials, played)


def _credential(document: Document, name: str, row: TargetRow, played: Sequence[Issuer], secret: str) -> Credential:
    """Give a credential with its certificate, and with what the suite tells in its tokens when it signs these."""
    own, grant = row.credentials[name], None
    certificate = certificate_of(document, ["credentials", name, "certificate"], own.certificate, own.key)
    if own.scheme == "oauth":
        grant = granted(document, name, row.access, played, own.scopes, certificate=certificate)
    return Credential(name, own, secret, grant, certificate)


def _without_secrets(row: TargetRow) -> dict[str, Json]:
    settings: dict[str, Json] = row.model_dump(mode="json", exclude_none=True, exclude={"product", "declarations"})
    for api in settings["apis"].values():
        api["headers"] = dict.fromkeys(api["headers"], REDACTED)  # a gateway may take its key in one
    for part in settings.get("applications", {}).values():
        if isinstance(part, dict) and "headers" in part:
            part["headers"] = dict.fromkeys(part["headers"], REDACTED)
    for credential in settings["credentials"].values():
        credential.pop("secret", None)
    return settings
