"""What a supplier says of the access to its API, and what the suite signs in the name of an issuer that it trusts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator, model_validator

from conformance.certificates import Certificate
from conformance.jose import Key
from conformance.model import Json
from conformance.shapes import Component, Scheme
from conformance.yamlfile import Document, Strict

Level = Literal[
    "openbaar",
    "beperkt_openbaar",
    "intern",
    "zaakvertrouwelijk",
    "vertrouwelijk",
    "confidentieel",
    "geheim",
    "zeer_geheim",
]
LEVELS: tuple[str, ...] = get_args(Level)  # from open to closed
THUMBPRINT = "x5t#S256"
URL = r"^https?://[^/?#\s]+(/[^/?#\s]+)*$"
PLACE = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"


class AssuranceRow(Strict):
    """Which operation asks for a level of assurance, and the levels that the claim acr can name, from low to high."""

    operation: str = Field(min_length=1)
    minimum: str = Field(min_length=1)
    levels: list[str] = Field(min_length=2)

    @model_validator(mode="after")
    def _ordered(self) -> AssuranceRow:
        if self.minimum not in self.levels[1:]:
            raise ValueError("'minimum' is none of 'levels', or the lowest; name a level that some tokens do not have")
        return self


class RolesRow(Strict):
    """A claim with roles or groups, with a value that the policy permits and one that it refuses."""

    claim: str = Field(min_length=1)
    permitted: str | list[str]
    refused: str | list[str]


class QuestionRow(Strict):
    """Where the client, the method and the path are in what the gateway asks; dots go into a member."""

    client: str | None = Field(default=None, pattern=PLACE)
    method: str | None = Field(default=None, pattern=PLACE)
    path: str | None = Field(default=None, pattern=PLACE)


class GatewayRow(Strict):
    """A route of the gateway that asks the policy engine of the suite, and forwards to the API of the suite."""

    url: str = Field(pattern=URL)
    language: Literal["authzen", "opa", "status"] = "authzen"
    timeout: float = Field(default=5, gt=0, le=20, strict=False)
    cache: float = Field(default=0, ge=0, le=30, strict=False)
    internal_headers: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]] = []
    key_header: str = Field(default="Authorization", pattern=r"^[A-Za-z0-9_-]+$")
    unpublished: str | None = Field(default=None, pattern=r"^/[^/?#\s]+(/[^/?#\s]+)*$")
    question: QuestionRow = QuestionRow()


class OauthRow(Strict):
    """Which authorization server the API trusts during a run, and what it reads in an access token."""

    trust_mode: Literal["suite_as", "supplier_as"]
    issuer: str = Field(pattern=URL)
    second_issuer: str | None = Field(default=None, pattern=URL)
    audience: str = Field(min_length=1)
    scopes: dict[str, str] = Field(min_length=1)
    algorithm: Literal["RS256", "PS256"] = "RS256"
    token_validation: Literal["jwt", "introspection", "both"] = "jwt"  # noqa: S105 - a way of reading
    introspection_cache: int = Field(default=0, ge=0, le=600)
    jwks_refresh: int = Field(default=60, ge=0, le=600)
    sender_constrained: Literal["none", "mtls", "dpop"] = "none"
    assurance: AssuranceRow | None = None
    roles: RolesRow | None = None

    @field_validator("scopes")
    @classmethod
    def _names(cls, scopes: dict[str, str]) -> dict[str, str]:
        for scope, name in scopes.items():
            if not name or name.split() != [name]:
                raise ValueError(f"scope '{scope}' has a name with a space or no name; write one word")
        return scopes

    @model_validator(mode="after")
    def _two(self) -> OauthRow:
        if self.second_issuer == self.issuer:
            raise ValueError("'second_issuer' is the same as 'issuer'; name another or take it out")
        return self


class AutorisatieRow(Strict):
    """What an application may do with the objects of one type, up to a level of confidentiality."""

    type: str | None = Field(default=None, min_length=1)
    max: Level | None = None
    scopes: list[str] = Field(min_length=1)


class ObjectsRow(Strict):
    """By which members of an object its access is limited, and which type is outside the rights of `autorisaties`."""

    type: str | None = Field(default=None, min_length=1)
    level: str | None = Field(default=None, min_length=1)
    other: str | None = Field(default=None, min_length=1)
    hides_existence: bool = False

    @model_validator(mode="after")
    def _limits(self) -> ObjectsRow:
        if self.type is None and self.level is None:
            raise ValueError("names no member; write 'type: …', 'level: …' or both")
        if (self.type is None) != (self.other is None):
            raise ValueError("has one of 'type' and 'other'; name a type that is outside every autorisatie as 'other'")
        return self


class AcRow(Strict):
    """How the product uses the Autorisaties API that the suite plays, below the address of the neighbours."""

    propagation: int = Field(default=10, ge=0, le=600)
    callback: str | None = Field(default=None, pattern=URL)


class FilesRow(Strict):
    """Where a certificate and its private key are."""

    certificate: str = Field(min_length=1)
    key: str | None = Field(default=None, min_length=1)


class MtlsRow(Strict):
    """How a proxy passes on a client certificate, and the test authority when the suite may sign with it."""

    forwarded_headers: list[str] = []
    test_ca: FilesRow | None = None


class AccessRow(Strict):
    """What the supplier says of the access to one of the APIs, for the profile that judges access."""

    scheme: Scheme
    profile: str | None = Field(default=None, min_length=1)
    components: list[Component] = Field(default=["resource-server"], min_length=1)
    clock_skew: int = Field(default=30, ge=0, le=300)
    max_age: int | None = Field(default=None, gt=0)
    issuer: str | None = None
    public: list[str] = []
    admin_paths: list[str] = []
    objects: ObjectsRow | None = None
    ac: AcRow | None = None
    mtls: MtlsRow | None = None
    oauth: OauthRow | None = None
    gateway: GatewayRow | None = None
    failures: int | None = Field(default=None, ge=5, le=1000)

    @field_validator("admin_paths")
    @classmethod
    def _below_the_root(cls, paths: list[str]) -> list[str]:
        for path in paths:
            if not path.startswith("/") or "://" in path:
                raise ValueError(f"'{path}' is no path below the root of the API; begin with '/'")
        return paths

    @model_validator(mode="after")
    def _fits(self) -> AccessRow:
        if self.gateway is not None and "gateway" not in self.components:
            raise ValueError("'gateway' is told of while 'components' does not name it; write components: [gateway, …]")
        if (self.scheme == "oauth-nlgov") != (self.oauth is not None):
            told = "needs 'oauth'; add it" if self.oauth is None else "has no 'oauth'; take it out"
            raise ValueError(f"scheme {self.scheme} {told}")
        return self


@dataclass(frozen=True)
class Issuer:
    """An authorization server that the suite plays."""

    url: str
    key: Key = field(repr=False)


@dataclass(frozen=True)
class Grant:
    """What an issuer of the suite says in the tokens of one client."""

    issuer: Issuer
    audience: str
    scope: str
    algorithm: str
    claims: Mapping[str, Json] = field(default_factory=dict)


def issuers(document: Document, access: AccessRow | None, address: str | None) -> tuple[Issuer, ...]:
    """Make the authorization servers that the suite plays for a target, each with a new key; none when it plays none.

    They are below the address of the neighbours, where the target reaches the suite.
    """
    if access is not None and access.gateway is not None and address is None:
        what = "a gateway that asks the suite needs 'neighbours', where the suite plays its policy engine and its API"
        raise document.fault(["access", "gateway"], what, "add 'neighbours: {address: …}'")
    oauth = access.oauth if access else None
    if oauth is None or oauth.trust_mode != "suite_as":
        return ()
    if address is None:
        what = "trust_mode 'suite_as' needs 'neighbours', where the suite plays the issuer"
        raise document.fault(["access", "oauth", "trust_mode"], what, "add 'neighbours: {address: …}'")
    named = [(key, url) for key, url in (("issuer", oauth.issuer), ("second_issuer", oauth.second_issuer)) if url]
    for key, url in named:
        if not url.startswith(f"{address.rstrip('/')}/"):
            what = f"'{url}' is not below the address at which the suite plays it"
            raise document.fault(["access", "oauth", key], what, f"write {address.rstrip('/')}/ and a name")
    return tuple(Issuer(url, Key.made()) for _, url in named)


def granted(
    document: Document,
    name: str,
    access: AccessRow | None,
    played: Sequence[Issuer],
    scopes: Literal["all"] | list[str],
    *,
    certificate: Certificate | None = None,
) -> Grant:
    """Say what the suite tells in the tokens of the credential with this name, these scopes and this certificate."""
    place, oauth = ["credentials", name], access.oauth if access else None
    if oauth is None or not played:
        what = "scheme oauth needs tokens that the suite signs"
        remedy = "add 'access: {scheme: oauth-nlgov, oauth: {trust_mode: suite_as, …}}', or use scheme bearer"
        raise document.fault([*place, "scheme"], what, remedy)
    wanted = list(oauth.scopes) if scopes == "all" else scopes
    for scope in wanted:
        if scope not in oauth.scopes:
            what = f"scope '{scope}' has no name under access.oauth.scopes"
            raise document.fault([*place, "scopes"], what, f"name one of {', '.join(oauth.scopes)}, or add it there")
    scope = " ".join(oauth.scopes[scope] for scope in wanted)
    return Grant(
        played[0], oauth.audience, scope, oauth.algorithm, {**_attributes(oauth), **_bound(oauth, certificate)}
    )


def _attributes(oauth: OauthRow) -> dict[str, Json]:
    """Give the claims that a lawful token has beside its scopes: a level that is enough, and a permitted role."""
    level = {"acr": oauth.assurance.minimum} if oauth.assurance else {}
    return {**level, **({oauth.roles.claim: oauth.roles.permitted} if oauth.roles else {})}


def bound_to(certificate: Certificate) -> dict[str, Json]:
    """Give the claim that binds a token to a certificate (RFC 8705 section 3.1)."""
    return {"cnf": {THUMBPRINT: certificate.thumbprint()}}


def _bound(oauth: OauthRow, certificate: Certificate | None) -> dict[str, Json]:
    """Give what binds the tokens of a client to its certificate, when the supplier says that they are bound."""
    return bound_to(certificate) if certificate and oauth.sender_constrained == "mtls" else {}
