"""Checks on media types, on the text inside JSON, and on bodies that are not the JSON that is asked for."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlencode

from conformance.api import Api
from conformance.library.operations import items, lists
from conformance.library.standing import reading
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, found, has_status, holds, media_type, member, problem
from conformance.run import DEPTHS

JSON = "application/json"
TEXT = "Éloïse Şahin-ß Ωμέγα 😀 & Zn"
BOUNDARY = "conformance"
OTHER_MALFORMED = (b"nul", b'{"a": 1,}')
OTHER_NO_OBJECTS: tuple[Json, ...] = (0, [], 5, 1.5, True, False)


def answers_are_json(api: Api, *, resource: str) -> None:
    """A list and a single resource are JSON in UTF-8."""
    made, selector = api.standing(resource), api.resource(resource).selector
    with api.continuing():
        found = reading(api, resource, {selector: made[selector]})
        found.expects(has_status(200), media_type(JSON), _utf8(), lists_any())
    read = reading(api, str(made["url"]))
    read.expects(has_status(200), media_type(JSON), _utf8(), member("url", made["url"]))


def json_is_the_default(api: Api, *, resource: str) -> None:
    """Without Accept, and with a wildcard, the answer is JSON."""
    url = str(api.standing(resource)["url"])
    for accept in (None, "*/*"):
        with api.continuing():
            reply = api.get(url, headers={"Accept": accept})
            reply.expects(has_status(200), media_type(JSON), member("url", url))


def unsupported_accept_is_refused(api: Api, *, resource: str) -> None:
    """A client that accepts only XML gets 406; JSON all the same is tolerated."""
    made, selector = api.standing(resource), api.resource(resource).selector
    reply = api.get(resource, {selector: made[selector]}, headers={"Accept": "application/xml"})
    if reply.status == 200:
        reply.expects(media_type(JSON), lists_any()).prefers(has_status(406))
    else:
        reply.expects(problem(406))


def other_body_types_are_refused(api: Api, *, resource: str) -> None:
    """A body in another media type is refused with 415 and makes nothing; the same values as JSON are accepted."""
    api.standing(resource)
    body = api.sample(resource)
    flat = {name: value for name, value in body.items() if isinstance(value, str)}
    bodies = {
        "text/xml": f"<klant>{api.word()}</klant>".encode(),
        "text/plain": json.dumps(body).encode(),
        "application/x-www-form-urlencoded": urlencode(flat).encode(),
        f"multipart/form-data; boundary={BOUNDARY}": _multipart(flat),
    }
    for content_type, content in bodies.items():
        with api.continuing():
            api.post(resource, content, headers={"Content-Type": content_type}).expects(has_status(415))
    _made_nothing(api, resource, body)


def missing_body_type_is_refused(api: Api, *, resource: str) -> None:
    """A body without Content-Type is refused; with one it is accepted."""
    api.standing(resource)
    api.post(resource, api.sample(resource), headers={"Content-Type": None}).expects(has_status((415, 400, 406)))


def charset_is_accepted(api: Api, *, resource: str) -> None:
    """JSON with a charset parameter is accepted as JSON without it is."""
    api.standing(resource)
    body, selector = api.sample(resource), api.resource(resource).selector
    reply = api.post(resource, body, headers={"Content-Type": "application/json; charset=utf-8"})
    reply.expects(has_status(201), member(selector, body[selector]))


def text_survives(api: Api, *, resource: str) -> None:
    """Letters, signs and emoji come back as they were sent."""
    api.standing(resource)
    name = api.resource(resource).text
    made = api.post(resource, api.sample(resource, **{name: TEXT}))
    with api.continuing():
        made.expects(has_status(201), _same_text(name))
    if made.ok and isinstance(made["url"], str):
        api.get(made["url"]).expects(has_status(200), _same_text(name))


def malformed_json_is_refused(api: Api, *, resource: str) -> None:
    """A body that is not JSON is refused with 400 and makes nothing; the same body in order is accepted."""
    api.standing(resource)
    body = api.sample(resource, **{api.resource(resource).text: "PLAATS"})
    broken = json.dumps(body).encode().replace(b"PLAATS", b"\xe9\xff")
    for content in _by_depth(api, (b"{",), (b"", broken), OTHER_MALFORMED):
        with api.continuing():
            api.post(resource, content).expects(has_status(400))
    _made_nothing(api, resource, body)


def json_that_is_no_object_is_refused(api: Api, *, resource: str) -> None:
    """A list or a single value is refused with 400, also a list of good bodies."""
    api.standing(resource)
    for value in _by_depth(api, ([api.sample(resource)],), ("x", None), OTHER_NO_OBJECTS):
        with api.continuing():
            api.post(resource, json.dumps(value).encode()).expects(has_status(400))


def hal_is_recorded(api: Api, *, resource: str) -> None:
    """A client may ask for HAL; what comes back is recorded."""
    url = str(api.standing(resource)["url"])
    api.get(url, headers={"Accept": "application/hal+json"}).notes(has_status(200), media_type("application/hal+json"))


def lists_any() -> Claim:
    """Claim that the body is a page or a list."""
    what = Text("inhoud van het antwoord", "body of the answer")
    return holds(
        what, Text("een lijst", "a list"), lambda reply: items(reply.json), lambda found: isinstance(found, list)
    )


def _by_depth(target: Api, quick: tuple[Json, ...], standard: tuple[Json, ...], deep: tuple[Json, ...]) -> list[Json]:
    tiers = (quick, standard, deep)[: DEPTHS.index(target.run.depth) + 1]
    return [one for tier in tiers for one in tier]


def _made_nothing(target: Api, resource: str, body: dict[str, Json]) -> None:
    selector = target.resource(resource).selector
    target.pause()
    target.get(resource, {selector: body[selector]}).expects(has_status(200), lists(0, selector, body[selector]))


def _multipart(fields: dict[str, str]) -> bytes:
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return f"{''.join(parts)}--{BOUNDARY}--\r\n".encode()


def _utf8() -> Claim:
    what, wanted = Text("inhoud van het antwoord", "body of the answer"), same("JSON in UTF-8")
    return holds(what, wanted, lambda reply: json.loads(reply.body.decode()), lambda _: True)


def _same_text(name: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        actual = reply[name]
        if actual != TEXT:
            composed = isinstance(actual, str) and unicodedata.normalize("NFC", actual) == TEXT
            severity = Severity.WARNING if composed else Severity.FAILURE
            yield found(Text(f"waarde van {name}", f"value of {name}"), same(TEXT), same(str(actual)[:200]), severity)

    return claim
