"""Checks on the scopes in an access token: exactly the scope of the operation opens it, and nothing like it."""

from __future__ import annotations

import re
from typing import Any

from conformance import auth
from conformance.api import Api
from conformance.errors import Blocked
from conformance.library.attempts import accepted, moment, still_open, unbroken
from conformance.library.minting import claims, closed, headed, minted, minter, policy, present
from conformance.library.standing import listed
from conformance.model import Text, same
from conformance.reply import Reply, holds

FORBIDDEN = (403,)
ODD = (400, 401, 403)
OTHER_COMPONENT = "andere-api"
HOUR = 3600


def scope_is_matched_exactly(api: Api, *, resource: str) -> None:
    """A scope in another case, a part of it, one with a wildcard and several joined by a comma open nothing."""
    own = _reading(resource, api)
    head, _, tail = own.rpartition(".")
    odd = [own.swapcase(), own[:-1], f"{own}x", head, tail, f"{head}.*", "*", f"{own},{api.word('x')}"]
    _all_forbidden(resource, api, *(one for one in odd if one and one != own))


def scope_of_another_api_opens_nothing(api: Api, *, resource: str) -> None:
    """A scope of another API, which ends as the own scope does, opens nothing."""
    own = _reading(resource, api)
    tail = own.rpartition(".")[2]
    _all_forbidden(resource, api, f"{OTHER_COMPONENT}.{tail}", f"{OTHER_COMPONENT}:{own}")


def absent_scope_opens_nothing(api: Api, *, resource: str) -> None:
    """A token without a scope, or with an empty one, opens nothing."""
    _all_forbidden(resource, api, None, "")
    grant, own = minter(api)[1], claims(resource, api)
    nothing: tuple[Any, ...] = ([], None)
    for empty in nothing:
        with api.continuing():
            reply = present(resource, api, auth.access_token(grant, own | {"scope": empty}))
            reply.expects(status=ODD)


def every_form_of_scopes_is_read(api: Api, *, resource: str) -> None:
    """A scope counts wherever it stands in the text, and a list is read as a whole or not at all."""
    listed(resource, api)
    own, other = _reading(resource, api), f"{OTHER_COMPONENT}.{api.word('x')}"
    for text in (f"{own} {other}", f"{other} {own}"):
        with api.continuing():
            _asked(resource, api, text).expects(status=200)
    first, last = (_asked(resource, api, names).expects(status=(200, *ODD)) for names in ([own, other], [other, own]))
    alike = Text("hetzelfde als met de scope vooraan", "the same as with the scope in front")
    what = Text("status met de scope achteraan", "status with the scope at the end")
    last.expects(holds(what, alike, lambda reply: str(reply.status), lambda seen: seen == str(first.status)))


def refusal_names_the_scope(api: Api, *, resource: str) -> None:
    """The refusal for lack of a scope says which scope is enough."""
    listed(resource, api)
    own = _reading(resource, api)
    reply = _asked(resource, api, "")
    if reply.status not in FORBIDDEN:
        raise Blocked("De scope wordt niet met 403 gevraagd.", "The scope is not asked for with 403.")
    what, pattern = same("header WWW-Authenticate"), re.compile(r'\bscope\s*=\s*"?([^",]*)')

    def names(value: str) -> bool:
        found = pattern.search(value)
        return found is not None and found[1].split() == [own]

    reply.expects(holds(what, same(f'scope="{own}"'), lambda one: one.headers.get("WWW-Authenticate", ""), names))


def odd_access_token_is_no_server_error(api: Api, *, resource: str) -> None:
    """No access token leads to a server error: times, algorithms, names and contents of every odd kind."""
    now, own, grant = moment(resource, api), claims(resource, api), minter(api)[1]
    times: tuple[dict[str, Any], ...] = ({"exp": now - HOUR}, {"nbf": now + HOUR}, {"exp": "morgen"}, {"iat": {}})
    names: tuple[dict[str, Any], ...] = ({"iss": ["a"]}, {"iss": {"a": 1}}, {"aud": 1}, {"aud": {"a": 1}}, {"azp": [1]})
    tokens = [minted(resource, api, **change) for change in (*times, *names, {"scope": 1}, {"sub": {"a": 1}})]
    tokens += [headed(resource, api, alg=name) for name in ("HS256", "ES256", "XX1", "", None, ["RS256"], {"a": 1})]
    tokens += [headed(resource, api, kid=name) for name in (1, ["a"], {"a": 1}, "../x")]
    tokens += [headed(resource, api, typ=1), headed(resource, api, jku=1), headed(resource, api, crit="x")]
    tokens += [auth.access_token(grant, one) for one in ([1], "tekst", b"null", b"{", [own])]
    unbroken(resource, api, *tokens)
    still_open(resource, api)


def _all_forbidden(resource: str, api: Api, *scopes: Any) -> None:
    """Expect that each scope is not enough, right after the scope of the operation was."""
    listed(resource, api)
    for scope in scopes[:1] if api.run.depth == "quick" else scopes:
        accepted(resource, api, minted(resource, api, scope=_reading(resource, api)))
        with api.continuing():
            _asked(resource, api, scope).expects(status=(*FORBIDDEN, 401)).prefers(status=FORBIDDEN)
    still_open(resource, api)


def _asked(resource: str, api: Api, scope: Any) -> Reply:
    return closed(resource, api, present(resource, api, minted(resource, api, scope=scope)))


def _reading(resource: str, api: Api) -> str:
    """Give the name, in a token, of the scope that opens what is asked for."""
    return policy(api)[1].scopes[api.operation("GET", resource).scopes[0]]
