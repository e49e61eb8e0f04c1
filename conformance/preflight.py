"""Proves a target before anything is judged: address, clock, credentials, and our own server in reach."""

from __future__ import annotations

import email.utils
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from conformance.api import Api
from conformance.calls import World
from conformance.contract import Operation
from conformance.credentials import Credential
from conformance.errors import Blocked
from conformance.library.applications import done, offered
from conformance.library.gates import opened
from conformance.model import Json, Text
from conformance.profile import Resource
from conformance.reply import Reply
from conformance.run import Run

CLOCK_FAULT = 300
CLOCK_NOTE = 30


@dataclass(frozen=True)
class Proof:
    """One thing that was proven or not; a fault stops the run and says which line to change."""

    subject: str
    fine: bool
    text: Text
    fatal: bool = False


def prove(run: Run) -> Iterator[Proof]:
    """Prove the target step by step; after a fatal fault nothing more is asked, and what is made is removed."""
    names, row = [*run.profile.row.apis], run.target.row
    if not row.apis and row.applications is not None and run.profile.row.handelingen:
        yield from (replace(proof, fatal=not proof.fine) for proof in _application(run))
        return
    if not row.apis.keys() & set(names):
        nl, en = " of ".join(names), " or ".join(names)
        yield _fault(run, ("apis",), nl, f"'apis' noemt {nl} niet.", f"'apis' does not name {en}.")
        return
    server = run.neighbours
    if run.target.issuers and server is not None and server.fault is not None:
        # Without it nobody publishes the keys of the tokens, and every refusal would be ours.
        yield Proof("neighbours", False, _placed(run, ("neighbours", "listen"), *server.fault), fatal=True)
        return
    # Lazily: a target that is silent is not asked again, and waited for, with each credential.
    for proof in itertools.chain.from_iterable(
        prove_part(run) for prove_part in (_reachable, _credentials, _neighbours, _gateway, _application)
    ):
        yield proof
        if proof.fatal:
            return


def _reachable(run: Run) -> Iterator[Proof]:
    for resource in _collections(run):
        api = Api(run, World("check"), run.target.full)
        root = run.target.root(resource.api)
        try:
            reply = api.request("GET", resource.name, query=api.nothing(resource.name), phase="check-up")
        except Blocked as blocked:
            nl, en = f"{root} geeft geen antwoord: {blocked.reason.nl}", f"{root} does not answer: {blocked.reason.en}"
            yield _fault(run, ("apis", resource.api, "url"), root, nl, en)
            return
        yield _clock(run, resource.api, reply)
        yield _collection(run, resource, reply)


def _clock(run: Run, api: str, reply: Reply) -> Proof:
    root, date = run.target.root(api), reply.headers.get("Date")
    try:
        there = email.utils.parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        there = None
    if there is None:
        return Proof("clock", True, Text(f"{root} noemt geen tijd.", f"{root} names no time."))
    off = round(there - run.now())
    nl, en = f"De klok van {root} loopt {off:+d} s.", f"The clock of {root} is {off:+d} s off."
    if abs(off) < CLOCK_NOTE:
        return Proof("clock", True, Text(nl, en))
    remedy = Text(f"{nl} Zet beide klokken gelijk (NTP).", f"{en} Set both clocks right (NTP).")
    return Proof("clock", False, _placed(run, ("apis", api, "url"), *remedy), fatal=abs(off) >= CLOCK_FAULT)


def _collection(run: Run, resource: Resource, reply: Reply) -> Proof:
    where, name = f"{run.target.root(resource.api)}{resource.path}", run.target.full.name
    if reply.status in {401, 403}:
        advice = _advice(run)
        nl = f"{where} weigert toegang '{name}' ({reply.status}). {advice.nl}"
        en = f"{where} refuses credential '{name}' ({reply.status}). {advice.en}"
        return _fault(run, ("credentials", name), name, nl, en)
    if (
        (reply.status in {204, 404, 410} and not _takes_posts(run, resource))
        or 300 <= reply.status < 400
        or reply.status in {502, 503, 504}
        or not (_json(reply) or reply.status == 204)
    ):
        nl = f"{where} antwoordt met {reply.status} en niet met een lijst. Controleer de url."
        en = f"{where} answers {reply.status} and not with a list. Check the url."
        return _fault(run, ("apis", resource.api, "url"), where, nl, en)
    return Proof("url", True, Text(f"{where} antwoordt ({reply.status}).", f"{where} answers ({reply.status})."))


def _advice(run: Run) -> Text:
    """Say what to look at when the credential that may do everything is refused."""
    if not run.target.issuers or run.neighbours is None:
        nl, en = "Controleer client_id, secret en autorisaties.", "Check client_id, secret and authorizations."
        return Text(nl, en)
    url = run.target.issuers[0].url
    if not run.neighbours.calls(f"{url}/jwks"):
        nl = f"Niemand vroeg de sleutels van {url} op; laat de API deze issuer vertrouwen en bereiken."
        return Text(nl, f"Nobody asked for the keys of {url}; let the API trust and reach this issuer.")
    nl = "De sleutels van de issuer zijn opgevraagd. Controleer audience, scopes, client_id en certificaat."
    return Text(nl, "The keys of the issuer were asked for. Check audience, scopes, client_id and certificate.")


def _takes_posts(run: Run, resource: Resource) -> bool:
    """Tell whether a collection that answers 404 or 204 to a list, as to an empty one, is there all the same."""
    if run.read_only:
        return False
    reply = Api(run, World("check"), run.target.full).request("POST", resource.name, {}, phase="check-up")
    return reply.status in {400, 401, 403, 405, 409, 415, 422}


def _credentials(run: Run) -> Iterator[Proof]:
    api = Api(run, World("check"), run.target.full)
    for name, credential in run.target.credentials.items():
        full = credential is run.target.full
        for scope in api.scopes if full else _one_scope(api, credential):
            reply = _harmless(replace(api, credential=credential), scope)
            if reply is not None and reply.status in {401, 403}:
                nl = f"Toegang '{name}' mag geen '{scope}' ({reply.status}). Controleer secret en autorisaties."
                en = f"Credential '{name}' is refused '{scope}' ({reply.status}). Check secret and authorizations."
                yield Proof("credential", False, _placed(run, ("credentials", name), nl, en), fatal=full)
                break
        else:
            yield Proof("credential", True, Text(f"Toegang '{name}' werkt.", f"Credential '{name}' works."))


def _neighbours(run: Run) -> Iterator[Proof]:
    """Let the target refer to the suite's own server; one that refuses without asking for it cannot reach it.

    A target that accepts without asking does not look; that is judged by the checks, and no reason to block them.
    """
    server, rows = run.neighbours, run.profile.resources.values()
    referring = [one for one in rows if one.reference and one.existence == "must"]
    if server is None or (server.fault is None and (run.read_only or not referring)):
        return
    place = ("neighbours", "address")
    if server.fault is not None:
        yield Proof("neighbours", False, _placed(run, ("neighbours", "listen"), *server.fault))
        return
    api, url = Api(run, World("check"), run.target.full), server.place()
    try:
        reply = api.request("POST", referring[0].name, api.referring(referring[0].name, url), phase="check-up")
    except Blocked:
        return
    finally:
        api.clean()
    if server.calls(url):
        nl, en = f"Het product bereikt {server.address}.", f"The product reaches {server.address}."
        yield Proof("neighbours", True, Text(nl, en))
    elif reply.ok:
        nl = f"Het product nam {url} aan zonder het op te vragen."
        en = f"The product accepted {url} without asking for it."
        yield Proof("neighbours", False, _placed(run, place, nl, en))
    elif reply.status in {404, 405} or reply.status >= 500:
        return  # what is not offered or broken says nothing about what the product reaches
    else:
        nl = f"Het product vroeg {url} niet op ({reply.status}). Geef een adres dat het product kan bereiken."
        en = f"The product did not ask for {url} ({reply.status}). Give an address that the product can reach."
        run.denied.append(_placed(run, place, nl, en))
        yield Proof("neighbours", False, _placed(run, place, nl, en))


def _gateway(run: Run) -> Iterator[Proof]:
    """Send a request through the gateway between the engine and the API that the suite plays."""
    access = run.target.row.access
    if access is None or access.gateway is None or run.profile.host is None:
        return
    url = access.gateway.url
    try:
        opened(Api(run, World("check"), run.target.full))
    except Blocked as blocked:
        yield Proof("gateway", False, _placed(run, ("access", "gateway", "url"), *blocked.reason))
        return
    nl, en = f"Via {url} komt een toegestaan verzoek bij de suite.", f"By {url} a permitted request reaches the suite."
    yield Proof("gateway", True, Text(nl, en))


def _application(run: Run) -> Iterator[Proof]:
    """Set the application to work once: that leads to a call to the suite, or nothing of it can be judged."""
    row, known = run.target.row.applications, run.profile.row.handelingen
    if row is None or not known or run.read_only:
        return
    place = ("applications", "handelingen")
    for name in row.handelingen or ():
        if name not in known:
            nl = f"'{name}' is geen handeling; bekend zijn {', '.join(known)}."
            yield _fault(run, place, name, nl, f"'{name}' is no handeling; known are {', '.join(known)}.")
            return
    if row.trigger is None:
        return
    api, subject = Api(run, World("check"), run.target.full), ("applications", "trigger")
    try:
        heard = len(done(api, offered(api)).heard)
    except Blocked as blocked:
        yield Proof("application", False, _placed(run, subject, *blocked.reason))
        return
    nl, en = f"De aanleiding leidt tot {heard} aanroep(en) bij de suite.", f"The trigger leads to {heard} call(s)."
    yield Proof("application", True, Text(nl, en))


def _one_scope(api: Api, credential: Credential) -> tuple[str, ...]:
    return tuple(scope for scope in api.scopes if credential.scopes is None or scope in credential.scopes)[:1]


def _harmless(api: Api, scope: str) -> Reply | None:
    """Ask for something that needs the scope and changes nothing; None when the standard has no such operation."""
    own = api.credential.row.apis if api.credential else []
    for name in (one for one in api.run.contracts if one in api.run.target.row.apis and (not own or one in own)):
        for operation in api.run.contracts[name].operations.values():
            if scope in operation.scopes and not _sweeping(operation):
                return _probe(api, name, operation)
    return None


def _sweeping(operation: Operation) -> bool:
    """Tell whether an operation changes more than one resource at once."""
    return operation.method in {"PUT", "PATCH", "DELETE"} and "{" not in operation.path


def _probe(api: Api, name: str, operation: Operation) -> Reply | None:
    path = operation.path
    while "{" in path:
        path = path.replace(
            path[path.index("{") : path.index("}") + 1], str(uuid.UUID(int=api.random.getrandbits(128), version=4)), 1
        )
    body: Json = {} if operation.request is not None else ...
    resources = [one for one in api.profile.resources.values() if one.api == name and operation.path == one.path]
    query = api.nothing(resources[0].name) if operation.method == "GET" and resources else None
    if api.run.read_only and operation.method != "GET":
        return None
    try:
        return api.request(operation.method, api.run.target.root(name) + path, body, query=query, phase="check-up")
    except Blocked:
        return None


def _collections(run: Run) -> Iterator[Resource]:
    seen = set()
    for resource in run.profile.resources.values():
        if run.offered(resource) and resource.api not in seen:
            seen.add(resource.api)
            yield resource


def _json(reply: Reply) -> bool:
    return reply.json is not None or reply.status >= 500


def _fault(run: Run, place: tuple[str, ...], subject: str, nl: str, en: str) -> Proof:
    return Proof("target", False, _placed(run, place, nl, en), fatal=True)


def _placed(run: Run, place: tuple[str, ...], nl: str, en: str) -> Text:
    document = run.target.document
    where = f"{document.path}:{document.line(place)}"
    return Text(f"{nl} ({where})", f"{en} ({where})")
