"""Checks on media types, headers, addresses and methods, and on the shape of every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from conformance import (
    Api,
    Blocked,
    Claim,
    Finding,
    Found,
    Json,
    Mismatch,
    NotApplicable,
    Reply,
    Severity,
    Text,
    found,
    header,
    holds,
    media_type,
    named,
    no_body,
    reading,
    same,
    shown,
    split,
)

from .absence import nothing_about
from .acties import (
    ACTIES,
    INZAGE,
    VAR,
    arranged,
    complete,
    fresh,
    ident,
    known,
    minimal,
    person,
    posted,
    triple,
    twin,
    where,
)
from .asking import listing
from .claims import answers, as_many, is_action, keeps, row_of
from .operations import (
    Done,
    deeds_done,
    inspected,
    offered,
    offers_something,
    period,
    refusals,
    registered,
    replacement,
    searched,
    subject,
    successes,
)

JSON = "application/json"
VERSION = "API-version"
SEMANTIC = re.compile(r"\d+\.\d+\.\d+([-+].*)?")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
CLOSED = (405, 400, 401, 403, 404, 415, 501)


def other_accept_is_refused(api: Api) -> None:
    """A client that only takes XML gets 406; JSON all the same is a warning."""
    url = where(api, twin(api))
    api.get(url).expects(is_action(), status=200)
    reply = api.get(url, headers={"Accept": "application/xml"})
    json_anyway = (200,) if reply.ok and isinstance(reply.json, dict) else ()
    reply.expects(answers(406, tolerated=json_anyway))


def other_body_types_have_no_effect(api: Api) -> None:
    """A body in another media type is refused with 415 and has no effect; 400 is a warning."""
    made, _ = subject(api)
    before, one = arranged(api, made), person(api)
    url, query = where(api, made), {"verwerkingId": made.get("verwerkingId")}
    for kind in ("text/plain", "application/xml"):
        headers = {"Content-Type": kind}
        posted = api.post(ACTIES, json.dumps(minimal(api, one)).encode(), headers=headers)
        put = api.put(url, json.dumps(replacement(api, made, actieNaam="Anders")).encode(), headers=headers)
        patched = api.request("PATCH", ACTIES, b'{"bewaartermijn": "P1Y"}', query=query, headers=headers)
        for reply in (posted, put, patched):
            with api.continuing():
                reply.expects(named(f"{reply.method} {kind}", answers(415, tolerated=(400,))))
    nothing_about(api, one)
    api.get(url).expects(keeps(before), status=200)


def successes_are_json(api: Api) -> None:
    """A success with a body is JSON in UTF-8, and a 204 has no body."""
    for one in successes(api):
        with api.continuing():
            told = [media_type(JSON), _utf8()] if one.reply.body else []
            claims = [no_body(), _announces_nothing()] if one.reply.status == 204 else told
            one.reply.expects(*(named(one.operation, claim) for claim in claims))


def successes_name_the_version(api: Api) -> None:
    """Every success has the header API-version."""
    for one in successes(api):
        with api.continuing():
            one.reply.expects(named(f"{one.api} {one.operation}", header(VERSION)))


def refusals_name_the_version(api: Api) -> None:
    """Every refusal has the header API-version."""
    for one in refusals(api):
        with api.continuing():
            one.reply.expects(named(f"{one.api} {one.operation} {one.reply.status}", header(VERSION)))


def version_has_three_parts(api: Api) -> None:
    """The header API-version is a version in three parts."""
    reply = api.get(ACTIES, api.nothing(ACTIES)).expects(status=200)
    if not reply.headers.get(VERSION):
        raise Blocked("Er is geen header API-version (VL-G-HDR-001).", "There is no API-version (VL-G-HDR-001).")
    what, wanted = Text("header API-version", "header API-version"), Text("zoals 1.2.1", "such as 1.2.1")
    reply.expects(holds(what, wanted, lambda seen: seen.headers[VERSION], lambda text: bool(SEMANTIC.fullmatch(text))))


def roots_hold_the_major_version(api: Api) -> None:
    """Each address in the target file has a part v1, or another number."""
    refusals(api)  # proves that the addresses are those of the APIs
    names = [name for name in api.profile.row.apis if name in api.run.target.row.apis]
    lacking = [url for url in map(api.run.target.root, names) if not re.search(r"/v\d+(/|$)", split(url).path)]
    if lacking:
        what, wanted = Text("basispad", "base path"), Text("met een deel v<nummer>", "with a part v<number>")
        raise Mismatch([Finding(what, wanted, same(url)) for url in lacking])


def descriptions_are_published(api: Api) -> None:
    """Each API gives its OpenAPI description below its root without a token, with every operation of the standard."""
    offers_something(api)
    for name in (name for name in api.profile.row.apis if name in api.run.target.row.apis):
        with api.continuing():
            root = api.run.target.root(name)
            replies = [api.anonymous().get(f"{root}/{place}", headers={"Accept": "*/*"}) for place in ("openapi.json",)]
            if not replies[0].ok:
                replies.append(api.anonymous().get(f"{root}/openapi.yaml", headers={"Accept": "*/*"}))
            wanted = [(one.method.lower(), one.path) for one in api.run.contracts[name].operations.values()]
            replies[-1].expects(named(name, _describes(wanted)), status=200)


def trailing_slash_is_another_address(api: Api) -> None:
    """The list with a slash at the end is not found."""
    query = api.nothing(ACTIES)
    good = api.get(ACTIES, query)
    if good.status != 200:
        raise Blocked(f"De lijst gaf {good.status}.", f"The list gave {good.status}.")
    api.get(f"{api.url(ACTIES)}/", query).expects(answers(404))


def other_methods_do_nothing(api: Api) -> None:
    """Methods that the standard does not have are refused and change nothing; on the whole list only where allowed."""
    made, _ = subject(api)
    before, url = arranged(api, made), where(api, made)
    body = replacement(api, made, actieNaam="Anders")
    replies = [api.post(url, minimal(api)), api.patch(url, body)]
    if api.run.target.row.safety.disposable:
        replies += [api.put(ACTIES, body), api.delete(api.url(ACTIES))]
    for reply in replies:
        with api.continuing():
            reply.expects(named(reply.method, answers(*CLOSED)))
    api.pause()
    api.get(url).expects(keeps(before), status=200)


def views_cannot_be_written(api: Api, *, resource: str) -> None:
    """An API for reading takes no method that writes."""
    query = api.nothing(resource)
    if reading(api, resource, query).status != 200:
        raise Blocked("De lijst kan niet worden gelezen.", "The list cannot be read.")
    places = [api.url(resource), *([_occurrence(api)] if resource == INZAGE else [])]
    for url in places:
        for method in WRITES if resource == INZAGE else ("POST",):
            with api.continuing():
                reply = api.request(method, url, ... if method == "DELETE" else {})
                reply.expects(named(f"{method} {split(url).path}", answers(*CLOSED)))


def reading_changes_nothing(api: Api, *, times: int) -> None:
    """An action that is read and listed many times stays the same, to its moment of registration."""
    made, one = subject(api)
    query = triple(one, **period(api))
    try:
        listed = known(api, row_of(listing(api, query).expects(as_many(1), status=200), ident(made)))
    except Mismatch:
        raise Blocked("De actie is niet te vinden.", "The action is not found.") from None
    before = arranged(api, made)
    for _ in range(times):
        api.get(where(api, made)).expects(keeps(before), status=200)
        listing(api, query).expects(as_many(1), keeps(listed, ident=ident(made)), status=200)


def answers_fit_the_description(api: Api) -> None:
    """Every success fits the schema of its operation, also that to a create without an id."""
    posted_one = posted(api, complete(api), named=False)
    first = Done("bewerking", "verwerkingsactie_create", posted_one)
    first.reply.expects(named("verwerkingsactie_create", _fits(api, first)))
    for one in successes(api):
        with api.continuing():
            one.reply.expects(named(f"{one.api} {one.operation}", _fits(api, one)))


def claimed_operations_are_offered(api: Api) -> None:
    """No operation of an API that is offered is absent; reading without inzage, or the reverse, is a warning."""
    offers_something(api)
    names = [name for name in (ACTIES, INZAGE) if offered(api, name)]
    done = searched(api) + (registered(api) if offered(api, VAR) else [])
    try:
        made, one = subject(api)
        done += [*(inspected(api, one) if INZAGE in names else ()), *deeds_done(api, made, one)]
    except NotApplicable:
        pass  # a log that takes no actions of others keeps only what its own application does
    for seen in done:
        with api.continuing():
            seen.reply.expects(named(f"{seen.api} {seen.operation}", _is_offered()))
    if len(names) == 1:
        what, wanted = Text("API's in het doelbestand", "APIs in the target file"), same("bewerking, inzage")
        api.warn(Finding(what, wanted, same(", ".join(api.run.target.row.apis)), severity=Severity.WARNING))


def _is_offered() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status in {404, 405, 501}:
            what = Text("status van het antwoord", "status of the answer")
            yield found(what, Text("niet 404, 405 of 501", "not 404, 405 or 501"), same(str(reply.status)))

    return claim


def _occurrence(log: Api) -> str:
    """Give the address in inzage of an object that exists, of an action of this check; else one of nobody."""
    try:
        _, one = subject(log)
    except NotApplicable:
        return log.url(INZAGE, fresh(log))
    own = next(inspected(log, one)).reply["results.0.verwerktObjectId"]
    return log.url(INZAGE, own if isinstance(own, str) else fresh(log))


def _announces_nothing() -> Claim:
    """Claim that no body is announced: what a server sends after a 204 never reaches a client, its length does."""
    what, wanted = same("header Content-Length"), Text("afwezig of 0", "absent or 0")
    return holds(what, wanted, lambda seen: seen.headers.get("Content-Length", "0"), lambda length: length == "0")


def _utf8() -> Claim:
    what, wanted = Text("inhoud van het antwoord", "body of the answer"), same("JSON in UTF-8")
    return holds(what, wanted, lambda reply: json.loads(reply.body.decode()), lambda _: True)


def _describes(wanted: list[tuple[str, str]]) -> Claim:
    """Claim an OpenAPI description in JSON or YAML that has these operations; names in paths are free."""

    def claim(reply: Reply) -> Iterator[Found]:
        text, document = reply.text, reply.json
        if not isinstance(document, dict):
            known = re.search(r"^openapi:\s*['\"]?3", text, re.MULTILINE) is not None
            lacking = [path for _, path in wanted if _template(path).replace("{}", "") not in _template(text)]
        else:
            known = str(document.get("openapi", "")).startswith("3")
            paths: Mapping[str, Json] = document.get("paths") or {}
            have = {(method, _template(path)) for path, item in paths.items() for method in item}
            lacking = [f"{method} {path}" for method, path in wanted if (method, _template(path)) not in have]
        if not known or lacking:
            what = Text("operaties die ontbreken", "operations that are missing")
            yield found(what, Text("geen", "none"), same(", ".join(lacking) or "OpenAPI 3"))

    return claim


def _template(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _fits(log: Api, one: Done) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        contract = log.run.contracts[one.api]
        statuses = [status for status in contract.operation(one.operation).success if status != 204]
        if reply.status == 204 or not statuses:
            return
        for fault in contract.violations(one.operation, statuses[0], reply.json)[:10]:
            what = Text(f"{fault.pointer or '/'} in het antwoord", f"{fault.pointer or '/'} in the answer")
            wanted = Text("zoals beschreven", "as described")
            yield found(what, wanted, same(shown(fault.message)), Severity.FAILURE)

    return claim
