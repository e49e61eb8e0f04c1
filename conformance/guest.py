"""Seats a guest: a profile about access judges the API that another profile describes."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from conformance import contract
from conformance import profile as profiles
from conformance.errors import ProfileError, did_you_mean
from conformance.model import Requirement, Text
from conformance.profile import Profile
from conformance.target import Target
from conformance.trust import AccessRow

CREDENTIALS = {
    "zgw-jwt": {"zgw-jwt"},
    "static-token": {"bearer", "api-key"},
    "oauth-nlgov": {"oauth", "bearer"},
    "mtls": {"mtls"},
}


def seated(profile: Profile, target: Target) -> Profile:
    """Give a profile as it judges this target; a guest takes over what its host knows of the API under test."""
    if not profile.row.guest:
        return profile
    access = target.row.access
    if access is None:
        raise target.document.fault([], "has no 'access'", f"profile {profile.name} needs 'access: {{scheme: …}}'")
    _check_scheme(target, access)
    host = _host(target, access)
    _check_public(target, access, host)
    _check_assurance(target, access, host)
    return replace(
        profile,
        row=profile.row.model_copy(update={"apis": host.row.apis, "resources": host.row.resources}),
        resources=host.resources,
        samples=host.samples,
        includes=tuple(_brought(part, host) for part in profile.includes),
        own=tuple(replace(row, unbound=_unbound(row, access, host.name)) for row in profile.own),
        host=host,
    )


def _brought(part: Profile, host: Profile) -> Profile:
    """Give what a guest includes; the rules of a profile with an API bind only when that API is visited."""
    if not part.row.apis or part.name == host.name:
        return part
    names, title = ", ".join(part.row.apis), part.row.title.text()
    why = Text(
        f"Deze eis gaat over de {title.nl}; deze run beoordeelt de toegang tot {host.row.title.nl}. Noem in het"
        f" doelbestand de API {names} en access: {{profile: {part.name}}}, of draai het profiel {part.name}.",
        f"This requirement is about the {title.en}; this run judges the access to {host.row.title.en}. Name API {names}"
        f" and access: {{profile: {part.name}}} in the target file, or run profile {part.name}.",
    )
    return replace(part, own=tuple(replace(row, unbound=why) for row in part.own))


def _check_scheme(target: Target, access: AccessRow) -> None:
    known, full = CREDENTIALS[access.scheme], target.full
    if access.oauth is not None:
        known = {"oauth"} if access.oauth.trust_mode == "suite_as" else {"bearer"}
    if full.row.scheme not in known:
        what = f"is '{access.scheme}' while credential '{full.name}' has scheme '{full.row.scheme}'"
        _fault(target, "scheme", what, f"give the credential scheme {' or '.join(sorted(known))}")


def _check_public(target: Target, access: AccessRow, host: Profile) -> None:
    known = {name for api in host.row.apis for name in contract.load(host.contract(api)).operations}
    for number, name in enumerate(access.public):
        if name not in known:
            what = f"'{name}' is no operation of {host.name}"
            raise target.document.fault(["access", "public", number], what, did_you_mean(name, known))


def _check_assurance(target: Target, access: AccessRow, host: Profile) -> None:
    row = access.oauth.assurance if access.oauth else None
    if row is None:
        return
    known = {
        name
        for api in host.row.apis
        for name, one in contract.load(host.contract(api)).operations.items()
        if one.method == "GET"
    }
    if row.operation not in known:
        what = f"'{row.operation}' is no operation of {host.name} that reads"
        raise target.document.fault(
            ["access", "oauth", "assurance", "operation"], what, did_you_mean(row.operation, known)
        )


def _host(target: Target, access: AccessRow) -> Profile:
    """Find the profile that describes the API under test: the one that is named, or the only one that fits."""
    if access.profile is not None:
        return _named(target, access.profile)
    known = [profile for name in profiles.shipped() if not (profile := profiles.load(name)).row.guest]
    fitting = [profile for profile in known if set(profile.row.apis) <= set(target.row.apis)]
    names = ", ".join(profile.name for profile in fitting or known)
    if len(fitting) != 1:
        what = "'apis' names the API of more than one profile" if fitting else "'apis' names no API of a profile"
        _fault(target, "", what, f"name one with 'profile: …'; known are {names}")
    return fitting[0]


def _named(target: Target, name: str) -> Profile:
    beside = target.document.path.parent / name
    try:
        host = profiles.load(beside if "/" in name else name)
    except ProfileError as fault:
        _fault(target, "profile", f"'{name}' cannot be used: {fault.what}", fault.remedy)
    if host.row.guest or host.row.abstract:
        _fault(target, "profile", f"'{name}' describes no API", did_you_mean(name, profiles.shipped()))
    api = host.main.api
    if api not in target.row.apis:
        _fault(target, "profile", f"'{name}' describes API '{api}'", f"name its url under 'apis: {{{api}: …}}'")
    return host


def _unbound(row: Requirement, access: AccessRow, host: str) -> Text | None:
    if row.hosts and host not in row.hosts:
        apis = ", ".join(row.hosts)
        nl = f"Deze eis geldt voor de API van {apis}; het doelbestand noemt {host}."
        return Text(nl, f"This requirement is about the API of {apis}; the target file names {host}.")
    if row.schemes and access.scheme not in row.schemes:
        schemes = ", ".join(row.schemes)
        return Text(
            f"Deze eis geldt bij {schemes}; het doelbestand noemt schema {access.scheme}.",
            f"This requirement holds with {schemes}; the target file names scheme {access.scheme}.",
        )
    if row.component and row.component not in access.components:
        return Text(
            f"Deze eis geldt voor het onderdeel {row.component}; het doelbestand noemt dat niet (access.components).",
            f"This requirement is about component {row.component}, which the target file does not name"
            " (access.components).",
        )
    return None


def _fault(target: Target, key: str, what: str, remedy: str) -> NoReturn:
    raise target.document.fault(["access", *([key] if key else [])], what, remedy)
