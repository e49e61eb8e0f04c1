"""Checks on what access leaves behind: who is in the audit trail, what the description says, who calls onward."""

from __future__ import annotations

import json
from collections.abc import Iterator

from conformance import auth
from conformance.api import Api
from conformance.contract import Operation
from conformance.contractdiff import prefix
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import moment, public_of, signing
from conformance.library.audittrail import Trail
from conformance.library.description import published
from conformance.model import Json, Severity, Text, same
from conformance.published import Published, anonymous, listed, parsed
from conformance.reply import Claim, Found, Reply, found, holds, member
from conformance.run import split

LINE = Text("regel van het aanmaken", "line of the create")


def user_of_the_token_is_recorded(api: Api, *, resource: str) -> None:
    """The audit line of a create names the user that is in the token, and preferably names one at all."""
    user, name = api.word("u-"), api.word("Tester ")
    line = _line(api, resource, user, name, {})
    for claim, value in (("gebruikersId", user), ("gebruikersWeergave", name)):
        with api.continuing():
            (line.expects if line[claim] else line.prefers)(member(claim, value))


def headers_do_not_name_the_user(api: Api, *, resource: str, headers: list[str]) -> None:
    """What a caller says of itself in headers is not in the audit line of a create with a token that names a user."""
    stranger = api.word("vreemd-")
    line = _line(api, resource, api.word("u-"), api.word("Tester "), dict.fromkeys(headers, stranger))
    nothing = Text("niets uit de headers van het verzoek", "nothing of the headers of the request")
    line.expects(holds(LINE, nothing, lambda one: json.dumps(_who(one)), lambda text: stranger not in text))


def scopes_are_documented(api: Api, *, resource: str) -> None:
    """The published description asks for credentials where a scope is needed, and preferably names that scope."""
    contract, public = api.contract(resource), public_of(resource, api)
    reply = published(api)
    document = parsed(reply.body)
    root = split(api.run.target.root(api.resource(resource).api)).path
    given = {(m, path): node for m, path, node in document.operations(prefix(contract, document, root))}
    for operation in contract.operations.values():
        node = given.get((operation.method, anonymous(operation.path)))
        if node is not None and operation.scopes and operation.operation_id not in public:
            with api.continuing():
                reply.expects(_names_scope(contract.scopes, operation, document, node))


def onward_call_has_its_own_token(api: Api, *, resource: str) -> None:
    """When the API looks up a reference it does not show the token of its caller."""
    url = api.neighbour.place() if api.reference(resource) else ""
    caller = signing(api.run)
    api.post(resource, api.referring(resource, url))
    calls = api.neighbour.calls(url)
    if not calls:
        raise NotApplicable("Het product vraagt de verwijzing niet op.", "The product does not look the reference up.")
    what = Text("client in het token van de opvraging", "client in the token of the look-up")
    wanted = Text("niet de afnemer", "not the caller")
    shown = [call.client for call in calls]
    claim = holds(what, wanted, lambda _: shown, lambda clients: caller.row.client_id not in clients)
    api.get(resource, api.nothing(resource)).expects(claim)


def _line(api: Api, resource: str, user: str, name: str, headers: dict[str, str]) -> Reply:
    """Create with a token of this user, and give the line of the audit trail."""
    if not api.resource(resource).audited:
        raise NotApplicable("De API heeft geen audittrail.", "The API has no audit trail.")
    token = auth.token(signing(api.run), moment(resource, api), user_id=user, user_representation=name)
    made = api.post(resource, api.sample(resource), headers={**headers, "Authorization": f"Bearer {token}"})
    if not made.ok or not isinstance(made["url"], str):
        raise Blocked(f"Aanmaken gaf {made.status}.", f"The create gave {made.status}.")
    return Trail(api, resource, made["url"]).line("create")


def _who(line: Reply) -> dict[str, Json]:
    names = ("gebruikersId", "gebruikersWeergave", "applicatieId", "applicatieWeergave")
    return {name: line[name] for name in names}


def _names_scope(known: tuple[str, ...], operation: Operation, document: Published, node: dict[str, Json]) -> Claim:
    """Claim that an operation asks for credentials; that it names no scope, or another one, is a warning."""
    place = f"{operation.method} {operation.path}"
    security = node.get("security", document.content.get("security"))
    rows = [one for one in listed(security) if isinstance(one, dict)]
    named = {str(scope) for row in rows for scopes in row.values() for scope in listed(scopes)}
    told = f"{node.get('description', '')} {node.get('summary', '')}"

    def claim(reply: Reply) -> Iterator[Found]:
        what, wanted = Text(f"scope van {place}", f"scope of {place}"), same(" / ".join(operation.scopes))
        if not rows:
            yield found(what, wanted, Text("geen beveiliging", "no security"))
        elif not named and not any(scope in told for scope in known):
            yield found(what, wanted, Text("geen", "none"), Severity.WARNING)
        elif named and not named & set(operation.scopes):
            yield found(what, wanted, same(", ".join(sorted(named))), Severity.WARNING)

    return claim
