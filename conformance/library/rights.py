"""Checks on what rights follow from: the verified client and its scopes, and nothing else that a request carries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from conformance import auth
from conformance.api import Api
from conformance.contract import Operation
from conformance.credentials import Credential
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import (
    REFUSED,
    all_refused,
    ask,
    header,
    moment,
    payload,
    plainly_refused,
    reader,
    signing,
)
from conformance.library.callers import only_at
from conformance.library.minting import says_error
from conformance.library.standing import listed, told
from conformance.model import Severity, Text, same
from conformance.reply import Claim, Found, Reply, found, has_status

CLAIMS: dict[str, Any] = {
    "scopes": ["alles"],
    "heeftAlleAutorisaties": True,
    "superuser": True,
    "roles": ["admin"],
}
HEADERS = ("X-Role", "X-User-Roles", "X-Scopes", "X-Forwarded-User", "X-Remote-User", "X-Consumer-Username")


def missing_scope_is_forbidden(api: Api, *, resource: str) -> None:
    """A known application without the scope is told 403, on the list and on a resource, and sees nothing of it."""
    facts, made = api.resource(resource), api.standing(resource)
    mark, nobody = told(made, facts.selector)[facts.selector], api.with_scopes()
    for where, query in ((resource, {facts.selector: mark}), (made["url"], None)):
        with api.continuing():
            reply = nobody.get(where, query)
            reply.expects(has_status(403), _shows_no(mark))
            reply.prefers(says_error("insufficient_scope") if _oauth(api) else _code("permission_denied"))


def each_scope_opens_its_own(api: Api, *, resource: str) -> None:
    """An application with one scope only may use each operation of that scope."""
    for operation in _on_collection(api, resource):
        with api.continuing():
            caller = api.with_scopes(operation.scopes[0])
            reply = caller.request(operation.method, _where(api, resource, operation), *_body(api, resource, operation))
            reply.expects(_not_refused())


def rights_stay_with_their_api(api: Api, *, resource: str, at: str) -> None:
    """An application whose rights are those of another API of the standard opens nothing here, by whatever name."""
    caller = only_at(api, at)
    other = next(name for name, one in api.profile.resources.items() if one.api == at)
    listed(resource, api)
    if (status := caller.get(other, api.nothing(other)).status) != 200:
        nl = f"Bij de API waar de rechten gelden gaf deze toegang {status}."
        raise Blocked(nl, f"At the API where the rights hold this credential gave {status}.")
    caller.get(resource, api.nothing(resource)).expects(has_status(REFUSED))


def audit_trail_needs_its_own_scope(api: Api, *, resource: str) -> None:
    """The audit trail of a resource opens with its own scope, and not with that of the resource."""
    if not api.resource(resource).audited:
        raise NotApplicable("De API heeft geen audittrail.", "The API has no audit trail.")
    trail, own = f"{api.standing(resource)['url']}/audittrail", _trail_scope(api, resource)
    if own == api.operation("GET", resource).scopes[0]:
        raise NotApplicable("De audittrail heeft geen eigen scope.", "The audit trail has no scope of its own.")
    with api.continuing():
        reader(resource, api).get(trail).expects(status=403)
    api.with_scopes(own).get(trail).expects(status=200)


def claims_grant_nothing(api: Api, *, resource: str) -> None:
    """Rights that a token claims for itself do not count: a reader may read and still not write."""
    credential = reader(resource, api).credential
    signing(api.run)
    assert credential is not None
    scopes = [api.operation("POST", resource).scopes[0]]
    extra = CLAIMS | {"scopes": scopes, "autorisaties": [{"scopes": scopes}], "zds": {"scopes": scopes}}
    token = auth.token(credential, moment(resource, api), **extra)
    plainly_refused(resource, api)
    ask(resource, api, f"Bearer {token}").expects(status=200)
    _does_not_write(api, resource, token, 403)


def header_does_not_choose_the_client(api: Api, *, resource: str) -> None:
    """The client that a header of the token names has no influence: who signed and is named in the claims counts."""
    full, own = signing(api.run), reader(resource, api).credential
    assert own is not None
    claims, now = auth.claims(own, moment(resource, api)), payload(resource, api)
    plainly_refused(resource, api)
    for name in ("client_identifier", "kid"):
        with api.continuing():
            token = auth.forged(claims, header=header(**{name: full.row.client_id}), secret=own.secret)
            ask(resource, api, f"Bearer {token}").prefers(status=200)
            _does_not_write(api, resource, token, *REFUSED)
    plain, named = (auth.forged(now, header=one, secret=own.secret) for one in (header(), _named(own)))
    if ask(resource, api, f"Bearer {plain}").status in REFUSED:  # and if not, IAM-ZGW-JWT-003 judges that
        all_refused(resource, api, named)


def rights_are_not_asked_for(api: Api, *, resource: str) -> None:
    """A reader that gives itself a role in headers, the query or the body may still not write."""
    caller = reader(resource, api)
    plainly_refused(resource, api)
    with api.continuing():
        sent = dict.fromkeys(HEADERS, "admin")
        caller.post(resource, api.sample(resource), headers=sent).expects(status=403)
    with api.continuing():
        caller.post(f"{api.url(resource)}?role=admin", api.sample(resource)).expects(status=403)
    body = api.sample(resource) | {"role": "admin", "isAdmin": True, "scopes": ["alles"]}
    caller.post(resource, body).expects(status=(403, 400))


def foreign_client_is_refused(api: Api, *, resource: str) -> None:
    """A client that has rights at another component only gets no access here."""
    listed(resource, api)
    try:
        foreigner = api.foreigner()
    except Blocked as absent:
        nl = "Het doelbestand noemt geen client van een ander component ('foreign: true')."
        raise NotApplicable(nl, "The target file names no client of another component ('foreign: true').") from absent
    foreigner.get(resource, api.nothing(resource)).expects(status=REFUSED)


def client_id_is_one_value(api: Api, *, resource: str) -> None:
    """A client_id with a comma, an ampersand or a wildcard is nobody, and not the client that is named in it."""
    credential = signing(api.run)
    name, unknown = credential.row.client_id, api.word("onbekend-")
    odd = (f"{unknown},{name}", f"{name},{unknown}", f"{name}&x=1", f"{name}%", "*", f"{name} ", f"{name}\x00")
    claims = payload(resource, api)
    rows = (claims | {"client_id": one, "iss": one} for one in odd)
    all_refused(resource, api, *(auth.forged(row, header=header(), secret=credential.secret) for row in rows))


def _oauth(api: Api) -> bool:
    access = api.run.target.row.access
    return access is not None and access.oauth is not None


def _named(credential: Credential) -> dict[str, Any]:
    return header(client_identifier=credential.row.client_id)


def _does_not_write(api: Api, resource: str, token: str, *refusals: int) -> None:
    reply = api.post(resource, api.sample(resource), headers={"Authorization": f"Bearer {token}"})
    reply.expects(status=refusals)


def _on_collection(api: Api, resource: str) -> list[Operation]:
    """List the operations on a collection and on what is in it, the removal last; below it audit trails differ."""
    root = api.resource(resource).path
    known = [one for one in api.contract(resource).operations.values() if one.method != "HEAD"]
    own = [one for one in known if one.path == root or (one.path.startswith(f"{root}/") and one.path.count("/") == 2)]
    return sorted(own, key=lambda one: one.method == "DELETE")


def _where(api: Api, resource: str, operation: Operation) -> str:
    if operation.path == api.resource(resource).path:
        return resource
    read_only = operation.method == "GET"
    return str((api.standing(resource) if read_only else api.create(resource))["url"])


def _body(api: Api, resource: str, operation: Operation) -> tuple[Any, ...]:
    facts = api.resource(resource)
    bodies: dict[str, Callable[[], Any]] = {
        "POST": lambda: api.sample(resource),
        "PUT": lambda: api.sample(resource),
        "PATCH": lambda: {facts.text: api.word()},
    }
    return (bodies[operation.method](),) if operation.method in bodies else ()


def _trail_scope(api: Api, resource: str) -> str:
    return api.operation("GET", resource, "/{uuid}/audittrail").scopes[0]


def _not_refused() -> Claim:
    wanted = Text("geen 401, 403 of serverfout", "no 401, 403 or server error")

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status in REFUSED or reply.status >= 500:
            what = Text(f"status van {reply.method}", f"status of {reply.method}")
            yield found(what, wanted, same(str(reply.status)))

    return claim


def _shows_no(mark: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.ok and mark in reply.text:
            what = Text("inhoud van het antwoord", "body of the answer")
            yield found(
                what, Text("geen gegevens", "no data"), Text("gegevens van de resource", "data of the resource")
            )

    return claim


def _code(wanted: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status == 403 and reply["code"] != wanted:
            yield found(same("code"), same(wanted), same(str(reply["code"])), Severity.WARNING)

    return claim
