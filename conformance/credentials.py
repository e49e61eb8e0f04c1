"""Ways to authenticate: the rows of a target file, and the secrets and certificates that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import Field, field_validator, model_validator

from conformance.certificates import Certificate
from conformance.model import Json
from conformance.trust import AutorisatieRow, Grant
from conformance.yamlfile import Document, Strict

NEEDS: Mapping[str, tuple[str, ...]] = {
    "zgw-jwt": ("client_id", "secret"),
    "oauth": ("client_id",),
    "bearer": ("secret",),
    "api-key": ("header", "secret"),
    "mtls": ("certificate",),
    "none": (),
}


class SecretRow(Strict):
    """Where a secret is, never the secret itself."""

    env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    file: str | None = None

    @model_validator(mode="after")
    def _one(self) -> SecretRow:
        if (self.env is None) == (self.file is None):
            raise ValueError("a secret is named by 'env' or by 'file'; write one of the two")
        return self


class CredentialRow(Strict):
    """One way to authenticate, with the scopes that the target gives it."""

    scheme: Literal["zgw-jwt", "oauth", "bearer", "api-key", "mtls", "none"]
    scopes: Literal["all"] | list[str]
    secret: SecretRow | None = None
    client_id: str | None = None
    header: str | None = Field(default=None, pattern=r"^[A-Za-z0-9-]+$")
    certificate: str | None = Field(default=None, min_length=1)
    key: str | None = Field(default=None, min_length=1)
    user_id: str = "conformance"
    user_representation: str = "Conformance suite"
    superuser: bool = False
    foreign: bool = False
    apis: list[str] = []
    published_only: bool = False
    autorisaties: list[AutorisatieRow] = []

    @property
    def plain(self) -> bool:
        """Tell whether its scopes say all of what it may do."""
        return not (self.superuser or self.foreign or self.apis or self.published_only or self.autorisaties)

    @field_validator("scopes", mode="before")
    @classmethod
    def _all_or_some(cls, scopes: Json) -> Json:
        if scopes != "all" and not isinstance(scopes, list):
            raise ValueError("is not a list of scopes; write 'all' or [scope, scope]")
        return scopes

    @model_validator(mode="after")
    def _complete(self) -> CredentialRow:
        for key in NEEDS[self.scheme]:
            if getattr(self, key) is None:
                raise ValueError(f"scheme {self.scheme} needs '{key}'; add it")
        return self


@dataclass(frozen=True)
class Credential:
    """One way to authenticate, with its secret."""

    name: str
    row: CredentialRow
    secret: str
    grant: Grant | None = None
    certificate: Certificate | None = None

    @property
    def scopes(self) -> frozenset[str] | None:
        """Name its scopes; None stands for all of them."""
        return None if self.row.scopes == "all" else frozenset(self.row.scopes)

    @property
    def by_connection(self) -> bool:
        """Tell whether the connection itself shows who calls, so that nobody gets to the API without."""
        return self.row.scheme == "mtls"

    @property
    def nobody(self) -> Credential | None:
        """Give who shows nothing but what the connection asks: the certificate that goes beside a token, or nothing."""
        if self.certificate is None or self.by_connection:
            return None
        return replace(self, name="", row=CredentialRow(scheme="none", scopes=[]), secret="", grant=None)


def certificate_of(document: Document, place: list[str], path: str | None, key: str | None) -> Certificate | None:
    """Find a certificate and its key beside the target file; what cannot be used is a fault there."""
    if path is None:
        return None
    found = Certificate.beside(document.path, path, key)
    if (fault := found.fault()) is not None:
        told = f"certificate {path} with key {key or path} cannot be used ({fault})"
        raise document.fault(place, told, "name a PEM file with a certificate, and its key without a password")
    return found


def secret_of(document: Document, name: str, row: CredentialRow, environment: Mapping[str, str]) -> str:
    """Read the secret of a credential; what cannot be read is a fault in the target file."""
    place = ["credentials", name, "secret"]
    if row.secret is None:
        return ""
    if row.secret.env is not None:
        value = environment.get(row.secret.env, "")
        if not value:
            raise document.fault(
                place, f"environment variable {row.secret.env} is not set", f"run 'export {row.secret.env}=…'"
            )
    else:
        path = document.path.parent / str(row.secret.file)
        try:
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise document.fault(
                place, f"file {row.secret.file} cannot be read", "put the secret in that file"
            ) from None
        if not value:
            raise document.fault(place, f"file {row.secret.file} is empty", "put the secret in that file")
    if "\n" in value or "\r" in value:
        raise document.fault(place, "the secret has more than one line", "keep only the secret itself")
    return value
