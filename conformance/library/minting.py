"""Access tokens that the suite signs for a check, and what is expected of who refuses them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from conformance import auth, jose
from conformance.api import Api
from conformance.credentials import Credential
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import OPEN, REFUSED, accepted, ask, moment, still_open
from conformance.library.standing import listed
from conformance.model import Text, same
from conformance.neighbours import Neighbours
from conformance.reply import Claim, Reply, holds
from conformance.trust import AccessRow, Grant, OauthRow

INVALID = 401
NO_ENTRY = (INVALID, 400, 403)
BEARER = re.compile(r"(^|,)\s*bearer(\s|,|$)", re.IGNORECASE)


def minter(api: Api) -> tuple[Credential, Grant]:
    """Give the full credential and what the suite signs for it; raises NotApplicable when another server signs."""
    full = api.run.target.full
    if full.grant is None:
        nl = "De API vertrouwt de autorisatieserver van de leverancier (trust_mode); de suite kan geen tokens maken."
        en = "The API trusts the authorization server of the supplier (trust_mode); the suite cannot make tokens."
        raise NotApplicable(nl, en)
    return full, full.grant


def policy(api: Api) -> tuple[AccessRow, OauthRow]:
    """Give what the supplier says of access and of its tokens."""
    access = api.run.target.row.access
    if access is None or access.oauth is None:
        raise NotApplicable("Het doelbestand zegt niets over OAuth.", "The target file says nothing of OAuth.")
    return access, access.oauth


def server(api: Api) -> Neighbours:
    """Give the server on which the suite plays the issuer; raises Blocked when nobody reaches it."""
    if api.run.neighbours is None or api.run.bar is not None:
        bar = api.run.bar or Text("Er is geen server van de suite.", "There is no server of the suite.")
        raise Blocked(bar.nl, bar.en)
    return api.run.neighbours


def claims(resource: str, api: Api, **changes: Any) -> dict[str, Any]:
    """Give the claims of a lawful token by the clock of the target; `changes` replace some, None leaves one out."""
    return auth.access_claims(minter(api)[0], moment(resource, api), **changes)


def header(api: Api, **changes: Any) -> dict[str, Any]:
    """Give the header of a lawful token with changes; None leaves a member out."""
    return auth.access_header(minter(api)[1], **changes)


def minted(resource: str, api: Api, **changes: Any) -> str:
    """Give a token with a good signature; `changes` replace claims, and None leaves one out."""
    return auth.access_token(minter(api)[1], claims(resource, api, **changes))


def headed(resource: str, api: Api, *, key: jose.Key | None = None, **changes: Any) -> str:
    """Give a token with the lawful claims and a changed header, signed with the key of the issuer or another."""
    return auth.access_token(minter(api)[1], claims(resource, api), header=header(api, **changes), key=key)


def present(resource: str, api: Api, token: str) -> Reply:
    """Ask for something protected with this token."""
    return ask(resource, api, f"Bearer {token}")


def all_invalid(resource: str, api: Api, tokens: Iterable[str], *also: int) -> None:
    """Expect that each token is refused, right after its lawful twin was accepted; a quick run sends the first."""
    listed(resource, api)
    chosen = list(tokens)
    for token in chosen[:1] if api.run.depth == "quick" else chosen:
        accepted(resource, api, minted(resource, api))
        with api.continuing():
            invalid(resource, api, present(resource, api, token), *also)
    still_open(resource, api)


def invalid(resource: str, api: Api, reply: Reply, *also: int) -> None:
    """Expect that this answer refuses a token, as status 401 with a challenge does."""
    closed(resource, api, reply).expects(status=(*NO_ENTRY, *also))
    if reply.status not in also:
        reply.prefers(status=INVALID)
    if reply.status == INVALID:
        reply.prefers(says_error("invalid_token"))


def closed(resource: str, api: Api, reply: Reply) -> Reply:
    """Give this answer; one that a caller without a token gets as well says nothing, and raises Blocked."""
    if reply.ok and ask(resource, api, None).status not in REFUSED:
        raise Blocked(*OPEN)
    return reply


def let_in(resource: str, api: Api, *tokens: str) -> None:
    """Expect that each token gives access."""
    for token in tokens:
        with api.continuing():
            present(resource, api, token).expects(status=200)


def says_error(name: str) -> Claim:
    """Claim that a refusal challenges with the scheme Bearer and names this error."""
    wanted, what = same(f'Bearer … error="{name}"'), same("header WWW-Authenticate")
    error = re.compile(rf'(^|[\s,])error\s*=\s*"?{name}\b', re.IGNORECASE)

    def fits(value: str) -> bool:
        return BEARER.search(value) is not None and error.search(value) is not None

    return holds(what, wanted, lambda reply: reply.headers.get("WWW-Authenticate", ""), fits)
