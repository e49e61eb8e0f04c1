"""Checks on the headers that tell browsers and caches to be careful, and on design rules for errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from conformance.api import Api
from conformance.errors import NotApplicable
from conformance.library.mediatypes import lists_any
from conformance.library.standing import absent, empty_body, empty_list
from conformance.model import Text, same
from conformance.reply import Claim, Found, Reply, found, has_status, holds, member

STRANGER = "https://kwaad.example"


def security_header_is_sent(api: Api, *, resource: str, header: str, accepted: list[list[str]]) -> None:
    """A list and an error carry the header with all directives of one of the accepted policies."""
    _both(api, resource, _directives(header, accepted))


def transport_security_is_sent(api: Api, *, resource: str) -> None:
    """Over https a list and an error tell the client to keep using https."""
    if urlsplit(api.url(resource)).scheme != "https":
        raise NotApplicable(
            "De header geldt alleen over https; dit product is over http getest.",
            "The header only counts over https; this product was tested over http.",
        )
    name, wanted = same("header Strict-Transport-Security"), same("max-age > 0")
    _both(api, resource, holds(name, wanted, lambda r: r.headers["Strict-Transport-Security"], _lasts))


def every_body_has_a_type(api: Api, *, resource: str) -> None:
    """Answers with a body, also errors, say what the body is."""
    answers = (
        (empty_list(api, resource), (200,)),
        (absent(api, resource), (404,)),
        (empty_body(api, resource), (400,)),
        (api.anonymous().get(resource, {api.resource(resource).selector: api.word("X")}), (401, 403)),
    )
    for reply, statuses in answers:
        with api.continuing():
            reply.expects(has_status(statuses), _typed())


def strangers_get_no_credentials(api: Api, *, resource: str) -> None:
    """A page of an unknown origin may not read data with the credentials of the browser."""
    url = str(api.standing(resource)["url"])
    api.get(url, headers={"Origin": STRANGER}).expects(has_status(200), member("url", url), _closed())


def invalid_input_gives_400(api: Api, *, resource: str) -> None:
    """A missing member, broken JSON and a wrong type are all refused with 400."""
    api.standing(resource)
    wrong = api.sample(resource, **{api.resource(resource).text: {"geen": "tekst"}})
    with api.continuing():
        empty_body(api, resource).expects(has_status(400))
    for body in (b"{", wrong):
        with api.continuing():
            api.post(resource, body).expects(has_status(400))


def _both(target: Api, resource: str, claim: Claim) -> None:
    with target.continuing():
        empty_list(target, resource).expects(has_status(200), lists_any(), claim)
    if target.run.depth != "quick":
        absent(target, resource).expects(has_status(404), claim)


def _directives(name: str, accepted: list[list[str]]) -> Claim:
    what = same(f"header {name}")
    wanted = Text(" of ".join(map(", ".join, accepted)), " or ".join(map(", ".join, accepted)))

    def fits(value: str) -> bool:
        given = {" ".join(part.split()).lower() for part in re.split("[,;]", value)}
        return any(given >= {directive.lower() for directive in policy} for policy in accepted)

    return holds(what, wanted, lambda reply: reply.headers.get(name, ""), fits)


def _lasts(value: str) -> bool:
    match = re.search(r'max-age\s*=\s*"?(\d+)', value, re.IGNORECASE)
    return match is not None and int(match[1]) > 0


def _typed() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.body and not reply.headers.get("Content-Type"):
            what = Text(f"header Content-Type bij status {reply.status}", f"header Content-Type with {reply.status}")
            yield found(what, Text("aanwezig", "present"), Text("geen", "none"))

    return claim


def _closed() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        origin = reply.headers.get("Access-Control-Allow-Origin", "")
        credentials = reply.headers.get("Access-Control-Allow-Credentials", "").strip().lower()
        if credentials == "true" and origin in {"*", STRANGER}:
            what = same("Access-Control-Allow-Origin + Access-Control-Allow-Credentials")
            yield found(what, Text("niet allebei open", "not both open"), same(f"{origin} + true"))

    return claim
