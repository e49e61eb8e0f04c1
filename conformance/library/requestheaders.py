"""Checks on request headers that a client may add to a request."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.model import Json
from conformance.reply import Reply, member, members, no_server_error

REFUSED = (401, 403)
NLX = ("X-NLX-Logrecord-ID", "X-NLX-Request-Application-Id", "X-NLX-Request-User-Id")
Headers = Mapping[str, str | None]
CRS: Headers = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}


def nlx_headers_change_nothing(api: Api, *, resource: str) -> None:
    """Creating, replacing, changing and removing work with the NLX headers as without them."""
    headers: Headers = dict.fromkeys(NLX, "<string>")
    facts = api.resource(resource)
    body = api.sample(resource)
    made = _like(api, ("POST", resource), body, headers).expects(member(facts.selector, body[facts.selector]))
    url, text = made["url"], api.word()
    _like(api, ("PUT", url), api.sample(resource), headers)
    _like(api, ("PATCH", url), {facts.text: text}, headers).expects(member(facts.text, text))
    _like(api, ("DELETE", url), ..., headers)


def nlx_headers_give_no_rights(api: Api, *, resource: str) -> None:
    """The NLX headers let nobody in who has no credentials."""
    api.standing(resource)
    headers = {name: api.word() for name in NLX}
    reply = api.anonymous().post(resource, api.sample(resource), headers=headers)
    if reply.status not in REFUSED and api.anonymous().post(resource, api.sample(resource)).status not in REFUSED:
        raise Blocked(
            "Aanmaken zonder token wordt ook zonder deze headers niet geweigerd.",
            "Creating without a token is not refused without these headers either.",
        )
    reply.expects(status=REFUSED)


def crs_headers_are_not_needed(api: Api, *, resource: str) -> None:
    """Creating and reading work without the CRS headers and with them."""
    facts = api.resource(resource)
    body = api.sample(resource)
    bare: Headers = dict.fromkeys(CRS)
    made = _like(api, ("POST", resource), body, bare, CRS).expects(member(facts.selector, body[facts.selector]))
    _like(api, ("POST", resource), api.sample(resource), CRS)
    seen = {name: made[name] for name in ("url", facts.selector)}
    for headers in (bare, CRS):
        with api.continuing():
            api.get(made["url"], headers=headers).expects(members(seen), status=200)


def long_header_is_handled(api: Api, *, resource: str, header: str, length: int) -> None:
    """A write with a long value in this header succeeds like one without it."""
    facts = api.resource(resource)
    body = api.sample(resource)
    reply = _like(api, ("POST", resource), body, {header: _text(length)})
    reply.expects(member(facts.selector, body[facts.selector]))


def long_header_is_no_server_error(api: Api, *, resource: str, header: str, length: int) -> None:
    """A write with a long value in this header is accepted or refused, without a server error."""
    described = {one.name for one in api.operation("POST", resource).parameters}
    if header not in described:
        raise NotApplicable(f"De standaard beschrijft {header} niet.", f"The standard does not describe {header}.")
    api.standing(resource)
    api.post(resource, api.sample(resource), headers={header: _text(length)}).expects(no_server_error())


def _like(api: Api, what: tuple[str, str], body: Json, headers: Headers, twin: Headers | None = None) -> Reply:
    """Send a write with these headers; when it fails, its twin, by default without them, has to fail too."""
    method, where = what
    reply = api.request(method, where, body, headers=headers)
    if reply.ok:
        return reply
    other = api.request(method, where, body, headers=twin or dict.fromkeys(headers))
    if not other.ok:
        nl, en = f"{method} werkt in geen van beide gevallen", f"{method} works in neither case"
        raise Blocked(f"{nl} ({reply.status}, {other.status}).", f"{en} ({reply.status}, {other.status}).")
    return reply.expects(status=other.status)


def _text(length: int) -> str:
    return ("conformance-" * (length // 12 + 1))[:length]
