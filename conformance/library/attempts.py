"""Attempts to get in, which every row on tokens makes in the same careful way."""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Mapping
from typing import Any

from conformance import auth
from conformance.api import Api
from conformance.credentials import Credential
from conformance.errors import Blocked, NotApplicable
from conformance.library.standing import kept, listed
from conformance.reply import Reply, no_server_error
from conformance.run import Run

REFUSED = (401, 403)
DRIFT = 2
TOO_MANY = 429
OPEN = (
    "Ook zonder token wordt niets geweigerd; dat beoordelen de rijen over verzoeken zonder token.",
    "Nothing is refused without a token either; the rows on requests without a token judge that.",
)


def refusals(caller: Api) -> tuple[int, ...]:
    """Say how a caller is refused: one without a certificate before it gets to the API, mostly by 400 (IAM-TLS-012)."""
    before = caller.credential is None and caller.run.target.full.by_connection
    return (400, *REFUSED) if before else REFUSED


def turned_away(api: Api, reply: Reply) -> tuple[int, ...]:
    """Say how a caller without credentials is refused, as it was this time; raises Blocked when it was not refused."""
    if reply.status not in refusals(api.anonymous()):
        raise Blocked(*OPEN)
    return REFUSED if reply.status in REFUSED else (reply.status,)


def ask(
    resource: str,
    api: Api,
    authorization: str | None,
    headers: Mapping[str, str | None] | None = None,
    query: Mapping[str, str] | None = None,
) -> Reply:
    """Ask for something protected with this Authorization header and no other credentials.

    It is a list in which nothing is, or a resource when the supplier calls the list public. A server that has had
    enough of attempts raises Blocked.
    """
    own = dict.fromkeys(auth.headers(api.credential, api.run.now()))
    where, usual = protected(resource, api)
    sent = {**usual, **(query or {})}
    caller = api.anonymous() if api.credential and api.credential.by_connection else api
    return untired(caller.get(where, sent, headers={**own, "Authorization": authorization, **(headers or {})}))


def untired(reply: Reply) -> Reply:
    """Give the answer to an attempt; one that says that there were too many raises Blocked."""
    if reply.status == TOO_MANY:
        nl = "De API weigert meer pogingen (429); of zij dit token weigert, is niet te zien."
        raise Blocked(nl, "The API refuses more attempts (429), so whether it refuses this token cannot be told.")
    return reply


def unless_cut_off(asked: Callable[[], Reply]) -> Reply | None:
    """Give the answer to an attempt, or None when the server hangs up on it; one that is silent raises Blocked."""
    try:
        return asked()
    except Blocked as silence:
        if "no answer" not in silence.reason.en or "(timeout)" in silence.reason.en:
            raise
        return None


def protected(resource: str, api: Api) -> tuple[str, dict[str, Any]]:
    """Say what can only be read with a token, and with which query."""
    if api.operation("GET", resource).operation_id in public_of(resource, api):
        return str(api.standing(resource)["url"]), {}
    return resource, api.nothing(resource)


def all_refused(resource: str, api: Api, *tokens: str) -> None:
    """Expect that each bearer token is refused, between two lawful requests; a quick run sends the first token."""
    listed(resource, api)
    for token in tokens[:1] if api.run.depth == "quick" else tokens:
        with api.continuing():
            refused(resource, api, f"Bearer {token}")
    still_open(resource, api)


def refused(resource: str, api: Api, authorization: str | None, *also: int) -> None:
    """Expect a refusal; a list that is not refused without a token says nothing about tokens."""
    expect_refusal(resource, api, ask(resource, api, authorization), *also)


def expect_refusal(resource: str, api: Api, reply: Reply, *also: int) -> None:
    """Expect that this answer is a refusal, unless nobody is refused."""
    known = refusals(api.anonymous())
    if reply.status not in {*known, *also} and ask(resource, api, None).status not in known:
        raise Blocked(*OPEN)
    reply.expects(status=(*also, *known))


def accepted(resource: str, api: Api, token: str) -> None:
    """See that the accepted twin of what will be refused is accepted; raises Blocked when it is not."""
    reply = ask(resource, api, f"Bearer {token}")
    if reply.status != 200:
        nl = f"Het goede voorbeeld van dit token wordt ook niet aangenomen ({reply.status})."
        raise Blocked(nl, f"The lawful twin of this token is not accepted either ({reply.status}).")


def still_open(resource: str, api: Api) -> None:
    """See that wrong attempts did not shut out the client; when they did, no more are made with it."""
    status = api.get(resource, api.nothing(resource)).status
    if status in {*REFUSED, TOO_MANY}:
        api.run.standing.pop((resource, "list"), None)
        nl = f"Na deze pogingen wordt ook een geldig token geweigerd ({status}); wie wat weigert is niet te zien."
        raise Blocked(nl, f"After these attempts a lawful token is refused too ({status}), so nothing can be told.")


def moment(resource: str, api: Api) -> int:
    """Tell the time by the clock of the target, of which a difference with ours says nothing about tokens."""
    offset = kept("clock", resource, api, lambda: {"offset": _offset(resource, api)})["offset"]
    return int(api.run.now()) + (offset if abs(offset) > DRIFT else 0)


def signing(run: Run) -> Credential:
    """Give the full credential when the suite signs its tokens itself; raises NotApplicable when it does not."""
    if run.target.full.row.scheme == "zgw-jwt":
        return run.target.full
    nl = "Het product gebruikt geen zelf ondertekende tokens."
    raise NotApplicable(nl, "The product uses no self-signed tokens.")


def payload(resource: str, api: Api) -> dict[str, Any]:
    """Give the claims of a lawful token of the full credential."""
    return auth.claims(signing(api.run), moment(resource, api))


def header(algorithm: Any = "HS256", **more: Any) -> dict[str, Any]:
    """Give the header of a token."""
    return {"alg": algorithm, "typ": "JWT", **more}


def own_token(resource: str, api: Api) -> str:
    """Give the bearer token of the full credential."""
    value = auth.headers(api.credential, moment(resource, api)).get("Authorization", "")
    if not value.startswith("Bearer "):
        raise NotApplicable("Het product gebruikt geen tokens.", "The product uses no tokens.")
    return value.removeprefix("Bearer ")


def unbroken(resource: str, api: Api, *tokens: str) -> None:
    """Expect that no bearer token leads to a server error."""
    listed(resource, api)
    for token in tokens:
        with api.continuing():
            ask(resource, api, f"Bearer {token}").expects(no_server_error())


def reader(resource: str, api: Api) -> Api:
    """Give this API as an application that may only read."""
    return api.with_scopes(api.operation("GET", resource).scopes[0])


def plainly_refused(resource: str, api: Api) -> None:
    """See that a reader may not write, and others may; raises Blocked when that is not so."""
    api.standing(resource)
    status = reader(resource, api).post(resource, api.sample(resource)).status
    if status not in REFUSED:
        nl = f"Aanmaken met alleen een leesscope gaf {status}; dat beoordelen IAM-RS-SCOPE-003 en IAM-ZGW-AUT-002."
        en = f"A create with a read scope only gave {status}; IAM-RS-SCOPE-003 and IAM-ZGW-AUT-002 judge that."
        raise Blocked(nl, en)


def public_of(resource: str, api: Api) -> frozenset[str]:
    """Name the operations on a collection that the supplier calls public."""
    access = api.run.target.row.access
    return frozenset(access.public if access is not None and api.resource(resource) else ())


def _offset(resource: str, api: Api) -> int:
    date = api.get(resource, api.nothing(resource)).headers.get("Date", "")
    try:
        return round(email.utils.parsedate_to_datetime(date).timestamp() - api.run.now())
    except ValueError:
        return 0
