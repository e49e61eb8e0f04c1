"""Checks on the challenge in a refusal: what a client reads to know how to get in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.api import Api
from conformance.errors import Blocked
from conformance.library.attempts import ask, own_token
from conformance.library.entrance import problem_document
from conformance.library.minting import minted
from conformance.library.standing import listed
from conformance.model import Text, same
from conformance.reply import Claim, Found, Reply, found, has_status, holds

WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
PART = re.compile(
    rf"\s*(?:(?P<scheme>{WORD})(?:\s+|(?=\s*(?:,|$))))?"
    rf'(?:(?P<name>{WORD})\s*=\s*(?P<value>{WORD}|"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*")'
    r"|[A-Za-z0-9._~+/-]+=*)?\s*(?:,|$)"
)
ERRORS = frozenset({"invalid_request", "invalid_token", "insufficient_scope"})
DPOP_ERRORS = frozenset({"invalid_dpop_proof", "use_dpop_nonce"})
HEADER = "WWW-Authenticate"


def nobody_is_challenged(api: Api, *, resource: str) -> None:
    """A request without a token gets 401 and a challenge of the scheme Bearer, which says nothing of an error."""
    listed(resource, api)
    reply = ask(resource, api, None)
    reply.expects(has_status((401,)), problem_document("title", "detail"), _challenges("bearer"))
    quiet = Text("geen error", "no error")
    what = same(f"header {HEADER}")
    reply.prefers(holds(what, quiet, lambda one: one.headers.get(HEADER, ""), lambda value: not _tells_error(value)))


def challenges_are_well_formed(api: Api, *, resource: str) -> None:
    """A challenge can be read by the rules of HTTP, and names an error that is registered."""
    listed(resource, api)
    tokens = [None, f"Bearer {own_token(resource, api)[:-8]}"]
    if api.run.target.full.grant is not None:
        tokens.append(f"Bearer {minted(resource, api, scope='')}")
    replies = [one for one in (ask(resource, api, token) for token in tokens) if HEADER in one.headers]
    if not replies:
        raise Blocked("Geen weigering had een challenge.", "No refusal had a challenge.")
    for reply in replies:
        with api.continuing():
            reply.expects(_well_formed())


def _read(value: str) -> list[tuple[str, dict[str, str]]] | None:
    """Give each challenge with its parameters; None when the text is not well formed."""
    read: list[tuple[str, dict[str, str]]] = []
    place = 0
    while place < len(value):
        part = PART.match(value, place)
        if part is None or part.end() == place:
            return None
        place = part.end()
        if part["scheme"]:
            read.append((part["scheme"].lower(), {}))
        if part["name"]:
            name = part["name"].lower()
            if not read or name in read[-1][1]:
                return None
            read[-1][1][name] = part["value"].strip('"')
    return read


def _tells_error(value: str) -> bool:
    return any("error" in values for scheme, values in _read(value) or () if scheme == "bearer")


def _challenges(scheme: str) -> Claim:
    wanted = Text("een challenge met schema Bearer", "a challenge of scheme Bearer")

    def names(value: str) -> bool:
        # a text that is not well formed is judged elsewhere
        return re.search(rf"(^|,)\s*{scheme}(\s|,|$)", value, re.IGNORECASE) is not None

    return holds(same(f"header {HEADER}"), wanted, lambda reply: reply.headers.get(HEADER, ""), names)


def _well_formed() -> Claim:
    shape = Text("challenges volgens RFC 9110", "challenges by RFC 9110")

    def claim(reply: Reply) -> Iterator[Found]:
        value = reply.headers[HEADER]
        read = _read(value)
        if read is None:
            yield found(same(f"header {HEADER}"), shape, same(value))
        for scheme, values in read or ():
            known = ERRORS | (DPOP_ERRORS if scheme == "dpop" else frozenset())
            if scheme in {"bearer", "dpop"} and values.get("error", "invalid_token") not in known:
                yield found(same("error"), same(" / ".join(sorted(known))), same(values["error"]))

    return claim
