"""Checks on the OpenAPI description that the target publishes about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice

from conformance.api import Api
from conformance.contractdiff import Difference, extras, members, shortfalls, unknown_members
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.jsonvalue import differences, shown
from conformance.library.standing import once, reading
from conformance.model import Json, Text, same
from conformance.published import Published, Unreadable, parsed
from conformance.reply import Claim, Found, Reply, found, has_status, holds
from conformance.run import joined, split

PLACES = ("openapi.json", "schema/openapi.yaml", "openapi.yaml", "schema/openapi.json")
ORIGIN = "https://example.org"
MOST = 25
STANDARD_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


def openapi_description_is_published(api: Api) -> None:
    """One of the known places below the root answers the description without credentials."""
    faults: list[Mismatch] = []
    for place in PLACES:
        try:
            _fetched(api, place).expects(has_status(200), describes())
        except Mismatch as mismatch:
            faults.append(mismatch)
        else:
            return
    raise Mismatch(finding for mismatch in faults for finding in mismatch.findings)


def openapi_json_is_readable_from_a_browser(api: Api) -> None:
    """The JSON description stands directly below the root and any origin may read it."""
    reply = _fetched(api, PLACES[0], Origin=ORIGIN)
    reply.expects(has_status(200), describes(), _any_origin())


def description_is_open_to_anyone(api: Api) -> None:
    """The description is read without credentials and from any origin, and best at its fixed place."""
    openapi_description_is_published(api)
    place, _ = next(_usable(api))
    reply = _fetched(api, place, Origin=ORIGIN)
    if place != PLACES[0]:
        where = Text("plaats van de beschrijving", "place of the description")
        reply.prefers(holds(where, same(PLACES[0]), lambda _: place, lambda seen: seen == PLACES[0]))
    reply.expects(has_status(200), _any_origin())


def published_description_is_valid(api: Api) -> None:
    """The description has paths and a title and version, and every reference in it leads somewhere."""
    reply = published(api)
    reply.expects(_about(_faults))
    reply.prefers(_about(_outside))


def published_description_has_every_operation(api: Api) -> None:
    """The description has every operation of the standard and takes nothing back."""
    contract, root = api.contract(api.profile.main.name), _root(api)
    published(api).expects(_about(lambda document: shortfalls(contract, document, split(root).path)))


def nothing_goes_beyond_the_standard(api: Api) -> None:
    """Neither the description nor an answer has something that the standard does not know."""
    main = api.profile.main.name
    contract, root = api.contract(main), _root(api)
    schema = api.operation("GET", main, "/{uuid}").responses[200].schema
    with api.continuing():
        reading(api, api.standing(main)["url"]).expects(has_status(200), _only_known(schema))
    published(api).expects(_about(lambda document: extras(contract, document, split(root).path)))


def contact_information_is_published(api: Api) -> None:
    """The description says whom to ask: email and url, and preferably a name."""
    reply = published(api)
    reply.expects(*(_filled("info", "contact", name) for name in ("email", "url")))
    reply.notes(_filled("info", "contact", "name"))


def json_and_yaml_describe_the_same(api: Api) -> None:
    """The description in JSON equals the description in YAML, apart from its servers."""
    usable = _usable(api)
    place, first = next(usable, (None, None))
    if place is None or first is None:
        raise _absent()
    other = next((reply for name, reply in usable if name.endswith(".json") != place.endswith(".json")), None)
    if other is None:
        raise NotApplicable(
            "De beschrijving is er maar in één formaat.", "The description is offered in one format only."
        )
    wanted = _without_servers(parsed(first.body))
    other.expects(_about(lambda document: _unlike(wanted, _without_servers(document))))


def servers_name_the_root(api: Api) -> None:
    """One of the servers in the description is the root in use."""
    root, reply = _root(api), published(api)
    reply.expects(
        holds(
            same("servers"),
            same(root),
            lambda seen: list(server_urls(seen)),
            lambda urls: any(url.rstrip("/") == root for url in urls),
        )
    )


def only_standard_methods_are_described(api: Api) -> None:
    """The description uses no other methods than those of the design rules."""
    published(api).expects(_about(_other_methods))


def date_members_hold_dates(api: Api) -> None:
    """Members whose name says datum have a date format; what differs is only recorded."""
    reply = published(api)
    reply.expects(_about(lambda document: () if document.section("paths") else _missing("paths")))
    reply.notes(_about(_undated))


def published(target: Api) -> Reply:
    """Fetch the description from the first place that has it; raises Blocked when none has."""
    for _, reply in _usable(target):
        return reply
    raise _absent()


def describes() -> Claim:
    """Claim that the body is an OpenAPI 3 document."""

    def claim(reply: Reply) -> Iterator[Found]:
        try:
            parsed(reply.body)
        except Unreadable as fault:
            yield found(
                Text("inhoud van het antwoord", "body of the answer"), same("OpenAPI 3 (JSON, YAML)"), fault.reason
            )

    return claim


def server_urls(reply: Reply) -> Iterator[str]:
    """Walk over the addresses of the servers in a description, resolved against where it was found."""
    servers = parsed(reply.body).content.get("servers")
    for server in servers if isinstance(servers, list) and servers else [{"url": "/"}]:
        if isinstance(server, dict):
            url, variables = str(server.get("url", "/")), server.get("variables")
            for name, variable in variables.items() if isinstance(variables, dict) else ():
                default = variable.get("default", "") if isinstance(variable, dict) else ""
                url = url.replace("{" + name + "}", str(default))
            with suppress(ValueError):  # not an address at all
                yield split(joined(reply.url, url)).geturl()


def _root(api: Api) -> str:
    return api.run.target.root(api.profile.main.api)


def _fetched(api: Api, place: str, **headers: str) -> Reply:
    """Ask for a description as anyone may: without credentials, but on a connection that is accepted."""
    anyone = api if api.credential and api.credential.by_connection else api.anonymous()
    return anyone.get(f"{_root(api)}/{place}", headers={"Accept": "*/*", **headers})


def _any_origin() -> Claim:
    return holds(
        same("header Access-Control-Allow-Origin"),
        same(f"* / {ORIGIN}"),
        lambda seen: seen.headers.get("Access-Control-Allow-Origin"),
        lambda value: value in {"*", ORIGIN},
    )


def _usable(target: Api) -> Iterator[tuple[str, Reply]]:
    for place in PLACES:
        reply = once(place, target, partial(_fetched, target, place))
        if reply.status == 200 and not list(describes()(reply)):
            yield place, reply


def _absent() -> Blocked:
    return Blocked("Er is geen beschrijving gevonden (zie COM-OAS-001).", "No description was found (see COM-OAS-001).")


def _about(seen_in: Callable[[Published], Iterable[Difference]]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        for what, expected, actual in islice(seen_in(parsed(reply.body)), MOST):
            yield found(_short(what), _short(expected), _short(actual))

    return claim


def _short(text: Text) -> Text:
    return Text(text.nl[:200], text.en[:200])


def _missing(place: str) -> Iterator[Difference]:
    yield Difference(same(place), Text("aanwezig en niet leeg", "present and not empty"), Text("ontbreekt", "missing"))


def _faults(document: Published) -> Iterator[Difference]:
    for place in ("paths", "info"):
        if not document.section(place):
            yield from _missing(place)
    for name in ("title", "version"):
        if not document.section("info").get(name):
            yield from _missing(f"info.{name}")
    for reference in document.broken_references():
        yield Difference(Text("verwijzing", "reference"), Text("leidt ergens heen", "leads somewhere"), same(reference))


def _outside(document: Published) -> Iterator[Difference]:
    what = Text("verwijzing naar een ander document (niet opgehaald)", "reference to another document (not fetched)")
    for reference in document.outside_references():
        yield Difference(what, Text("binnen het document", "inside the document"), same(reference))


def _only_known(schema: Json) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        for name in islice(unknown_members(schema, reply.json), MOST):
            what = Text("lid buiten de standaard", "member beyond the standard")
            yield found(what, Text("geen", "none"), same(name[:200]))

    return claim


def _filled(*path: str) -> Claim:
    *above, name = path

    def claim(reply: Reply) -> Iterator[Found]:
        value = parsed(reply.body).section(*above).get(name)
        if not isinstance(value, str) or not value:
            wanted = Text("aanwezig en niet leeg", "present and not empty")
            yield found(same(".".join(path)), wanted, same(shown(value)))

    return claim


def _without_servers(document: Published) -> dict[str, Json]:
    return {name: value for name, value in document.content.items() if name != "servers"}


def _unlike(wanted: Json, actual: Json) -> Iterator[Difference]:
    for place, one, other in differences(wanted, actual):
        yield Difference(same(place), same(shown(one)), same(shown(other)))


def _other_methods(document: Published) -> Iterator[Difference]:
    if not document.section("paths"):
        yield from _missing("paths")
    for method, path, _ in document.operations():
        if method not in STANDARD_METHODS:
            yield Difference(
                Text("methode", "method"), same(", ".join(sorted(STANDARD_METHODS))), same(f"{method} {path}")
            )


def _undated(document: Published) -> Iterator[Difference]:
    for schema in document.section("components", "schemas").values():
        for name, parts in members(document, [schema]).items():
            formats = {str(document.follow(part).get("format")) for part in parts}
            if "datum" in name.lower() and not formats & {"date"}:
                yield Difference(same(name), same("format: date"), same(", ".join(sorted(formats))))
