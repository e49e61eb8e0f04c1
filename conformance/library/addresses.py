"""Checks on the addresses of resources: their form, where they are handed out, and that they are their own."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from conformance.api import Api
from conformance.jsonvalue import leaves, shown
from conformance.library.description import published
from conformance.library.lists import arranged, ident, includes
from conformance.library.references import created
from conformance.library.standing import alike, reading, told
from conformance.model import Json, Severity, Text, same
from conformance.published import parsed
from conformance.reply import Claim, Found, Reply, equals, found, holds, member, no_header
from conformance.run import joined, split
from conformance.samples import NEW

FOREIGN = "https://example.org/x"
SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|\{[^{}]+\}")
CAMEL_CASE = re.compile(r"[a-z][a-zA-Z0-9]*")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)


def trailing_slash_is_not_found(api: Api, *, resource: str) -> None:
    """A collection and a resource are found at their address and not at that address with a slash."""
    made = api.standing(resource)
    query = told(made, api.resource(resource).selector)
    for url, asked in ((api.url(resource), query), (api.url(resource, ident(made)), None)):
        with api.continuing():
            reading(api, url, asked).expects(status=200)
            api.get(f"{url}/", asked).expects(no_header("Location"), status=404)


def url_is_the_address(api: Api, *, resource: str) -> None:
    """The url of a resource is its absolute address, and the same when created, read and listed."""
    made, collection = api.standing(resource), api.url(resource)
    read = reading(api, api.url(resource, ident(made)))
    read.expects(member("url", made["url"]), _address(collection), status=200)
    query = told(made, api.resource(resource).selector)
    arranged(reading(api, resource, query), includes(made)).expects(_listed_as(made))


def _listed_as(made: Mapping[str, Json]) -> Claim:
    """Claim that a list shows this resource under the same url; what else it shows is up to the filter."""

    def urls(reply: Reply) -> list[Json]:
        rows = reply["results"] if isinstance(reply["results"], list) else []
        return [row.get("url") for row in rows if isinstance(row, dict)]

    return holds(Text("url in de lijst", "url in the list"), same(str(made["url"])), urls, lambda it: made["url"] in it)


def identifier_is_random(api: Api, *, resource: str) -> None:
    """The last part of the url of each of two new resources is a UUID of version 4."""
    what = Text("laatste deel van elke url", "last part of each url")
    wanted = Text("UUID versie 4", "version 4 UUID")
    query, made = alike(resource, api)
    last = [ident(one) for one in made]
    reading(api, resource, query).expects(holds(what, wanted, lambda _: last, lambda it: all(map(UUID4.fullmatch, it))))


def described_paths_are_kebab_case(api: Api) -> None:
    """Every path segment in the published description has small letters, digits and hyphens only."""
    reply = published(api)
    paths = [str(path).strip("/") for path in parsed(reply.body).section("paths")]
    odd = [path for path in paths if not all(map(SEGMENT.fullmatch, path.split("/")))]
    what = Text("paden die afwijken", "paths that deviate")
    reply.expects(holds(what, Text("geen", "none"), lambda _: odd, lambda it: not it))


def described_query_keys_are_noted(api: Api) -> None:
    """Which query keys in the published description are not camelCase is noted, not judged."""
    reply = published(api)
    odd = sorted({name for name in _query_keys(parsed(reply.body).content) if not CAMEL_CASE.fullmatch(name)})
    what = Text("query-sleutels die geen camelCase zijn", "query keys that are not camelCase")
    reply.notes(holds(what, Text("geen", "none"), lambda _: odd, lambda it: not it))


def issued_urls_hold_no_personal_data(api: Api, *, resource: str) -> None:
    """No address that the server hands out holds a value of the resource or a secret."""
    found, body = api.resource(resource), api.sample(resource)
    texts = [value for name, value in leaves(body) if isinstance(value, str) and len(value) > 6 and name != found.rsin]
    telling = [*texts, *api.run.target.secrets()]
    made = api.post(resource, body).expects(_url_is_there(), _tells_nothing(telling), status=(200, 201))
    text = body[found.selector]
    listed = arranged(api.get(resource, {found.selector: text}), includes(made.json))
    listed.expects(_tells_nothing([one for one in telling if one not in text]))
    absent = str(uuid.UUID(int=api.random.getrandbits(128), version=4))
    api.get(api.url(resource, absent)).expects(_tells_nothing(telling))


def location_is_the_url(api: Api, *, resource: str) -> None:
    """A create answers 201 with the url of the resource as Location, and what is there equals the answer."""
    made = created(resource, api)[1].expects(_url_is_there(), _location(), status=201)
    api.get(joined(made.url, made.headers["Location"])).expects(equals(made.json), status=200)


def sent_url_is_ignored(api: Api, *, resource: str) -> None:
    """A url in a write has no effect; refusing it is tolerated."""
    body, again = api.sample(resource), api.sample(resource)
    made = api.add(resource, body)
    where = api.url(resource, ident(made))
    for reply in (
        api.put(where, {**body, "url": FOREIGN}),
        api.patch(where, {api.resource(resource).text: api.word("Nieuw "), "url": FOREIGN}),
        api.post(resource, {**again, "url": FOREIGN}),
    ):
        with api.continuing():
            reply.expects(_not_foreign(), status=(200, 201, 400)).prefers(status=(200, 201))
    api.get(where).expects(member("url", made["url"]), status=200)


def urls_are_distinct(api: Api, *, resource: str) -> None:
    """Two resources that were made have two addresses, and the list gives both."""
    query, made = alike(resource, api)
    what, wanted = Text("de twee adressen", "the two addresses"), Text("verschillend", "different")
    both = holds(what, wanted, lambda _: sorted(map(ident, made)), lambda them: them[0] != them[1])
    arranged(reading(api, resource, query), includes(*made)).expects(both, *map(_listed_as, made))


def reference_is_the_exact_url(api: Api, *, resource: str) -> None:
    """A member that refers to a resource of the standard gives back exactly the url of that resource."""
    for name, target in _references(api, resource):
        link = api.standing(resource)
        main = api.read(api.url(target, ident({"url": link.get(name)})))
        reading(api, api.url(resource, ident(link))).expects(member(name, main["url"]), status=200)


def reference_by_path_does_no_harm(api: Api, *, resource: str) -> None:
    """A reference that is only a path is accepted or refused, and never breaks the server."""
    for name, _ in _references(api, resource):
        body = api.sample(resource)
        api.post(resource, {**body, name: split(str(body[name])).path}).expects(status=(201, 400))


def _references(api: Api, resource: str) -> list[tuple[str, str]]:
    sample = api.profile.samples[resource]["default"]
    return [(name, value[NEW]) for name, value in sample.items() if isinstance(value, dict) and NEW in value]


def _query_keys(part: Json) -> Iterator[str]:
    if isinstance(part, Mapping):
        if part.get("in") == "query" and isinstance(part.get("name"), str):
            yield part["name"]
        for inner in part.values():
            yield from _query_keys(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _query_keys(inner)


def _address(collection: str) -> Claim:
    """Claim an absolute url directly below a collection; another host is a warning, the scheme is judged elsewhere."""
    own = split(collection)

    def claim(reply: Reply) -> Iterator[Found]:
        parts = split(str(reply["url"]))
        parent, _, last = parts.path.rpartition("/")
        below = parent == own.path and bool(last) and not parts.query and not parts.fragment
        if parts.scheme not in {"http", "https"} or not parts.netloc or not below:
            yield found(same("url"), same(f"{collection}/…"), same(shown(reply["url"])))
        elif parts.netloc != own.netloc:
            yield found(same("url"), same(f"{collection}/…"), same(shown(reply["url"])), Severity.WARNING)

    return claim


def _url_is_there() -> Claim:
    there = Text("een url", "a url")
    return holds(same("url"), there, lambda reply: reply["url"], lambda value: isinstance(value, str) and bool(value))


def _not_foreign() -> Claim:
    own = Text("die van de server zelf", "that of the server itself")
    return holds(same("url"), own, lambda reply: reply["url"], lambda value: value != FOREIGN)


def _location() -> Claim:
    """Claim that Location is the url; a relative one that leads to the url is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        url, location = str(reply["url"]), reply.headers.get("Location") or ""
        if location != url:
            resolves = bool(location) and joined(url, location) == url
            severity = Severity.WARNING if resolves else Severity.FAILURE
            yield found(same("header Location"), same(url), same(location or "-"), severity)

    return claim


def _tells_nothing(telling: list[str]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        members = (reply["url"], reply["instance"], reply["next"], reply["previous"], reply.headers.get("Location"))
        results = reply["results"] if isinstance(reply["results"], list) else []
        rows = [row.get("url") for row in results if isinstance(row, dict)]
        for url in {str(one) for one in (*members, *rows) if one}:
            parts = split(url)
            for text in telling:
                if text in unquote(f"{parts.path}?{parts.query}#{parts.fragment}"):
                    wanted = Text("zonder persoonsgegevens of geheimen", "without personal data or secrets")
                    yield found(Text("adres van de server", "address that the server gives"), wanted, same(shown(url)))

    return claim
