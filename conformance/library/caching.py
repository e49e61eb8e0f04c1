"""Checks on ETags and on the conditional requests that use them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from conformance.api import Api
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.library.standing import alike, kept, once, reading, told, unless
from conformance.model import Json, Text, same
from conformance.reply import Claim, Found, Reply, found, has_status, header, holds, member, no_body

TAG = re.compile(r'(?:W/)?"[^"]+"')


def single_resource_has_an_etag(api: Api, *, resource: str) -> None:
    """A resource has a quoted ETag, and so has a line of its audit trail."""
    url = api.standing(resource)["url"]
    with api.continuing():
        _read(reading(api, url), url).expects(_quoted())
    if api.resource(resource).audited:
        trail = once(f"{url}/audittrail", api, lambda: api.get(f"{url}/audittrail"))
        lines = trail.json if isinstance(trail.json, list) else []
        if not lines or not isinstance(lines[0], dict) or not lines[0].get("uuid"):
            raise Blocked("De audit trail gaf geen regel (zie COM-AUD).", "The audit trail gave no line (see COM-AUD).")
        _needed(api.get(f"{url}/audittrail/{lines[0]['uuid']}")).expects(_quoted())


def etag_is_stable(api: Api, *, resource: str) -> None:
    """Two reads without a change give the same ETag."""
    url, tag = _standing(api, resource)
    api.get(url).expects(has_status(200), header("ETag", tag))


def etag_changes_with_the_content(api: Api, *, resource: str) -> None:
    """After a visible change the ETag is another one."""
    url, body = api.create(resource)["url"], {api.resource(resource).text: api.word("gewijzigd ")}
    _changed(api, url, _tag(api, url), body, body)


def etag_covers_nested_members(api: Api, *, resource: str, changes: dict[str, str], beside: dict[str, str]) -> None:
    """Each change inside an object changes the ETag; the member `beside` it goes along: it tells how to read it."""
    made = api.create(resource)
    tag = _tag(api, made["url"])
    for path, value in changes.items():
        outer, name = path.split(".")
        if not isinstance(made[outer], dict):
            raise Blocked(f"{outer} is leeg in het antwoord.", f"{outer} is empty in the answer.")
        body = {outer: {**made[outer], name: value}}
        if outer in beside:
            body[beside[outer]] = made[beside[outer]]
        with api.continuing():
            tag = _changed(api, made["url"], tag, body, {path: value})


def related_change_changes_the_etag(api: Api, *, resource: str, relations: dict[str, list[str]]) -> None:
    """When another resource starts to refer to this one, its read-only member and its ETag change."""
    if resource not in relations:
        raise NotApplicable(
            f"{resource} heeft geen lid dat door een andere resource wijzigt.",
            f"{resource} has no member that another resource changes.",
        )
    sent, shown = relations[resource]
    known = kept("followed", resource, api, lambda: _followed(api, resource, sent))
    claims = (member(shown, known["follower"]), _other_than(known["tag"]))
    unless(api, known["url"], known["tag"]).expects(has_status(200), *claims)


def current_etag_gives_304(api: Api, *, resource: str) -> None:
    """A conditional read with the current ETag gives 304 without a body."""
    unless(api, *_standing(api, resource)).expects(has_status(304), no_body())


def one_of_several_etags_gives_304(api: Api, *, resource: str) -> None:
    """One current ETag between others gives 304."""
    url, tag = _standing(api, resource)
    _conditional(api, url, f'"anders", {tag}').expects(has_status(304), no_body())


def other_etag_gives_200(api: Api, *, resource: str) -> None:
    """Without a current ETag in the header the whole resource comes back."""
    url = api.standing(resource)["url"]
    with api.continuing():
        _conditional(api, url, '"oud"').expects(has_status(200), member("url", url))
    unquoted = _conditional(api, url, "<string>")
    if unquoted.status == 400:
        unquoted.prefers(has_status(200))
    else:
        unquoted.expects(has_status(200), member("url", url))


def head_equals_get_without_a_body(api: Api, *, resource: str) -> None:
    """HEAD gives the status and headers of GET, and no body."""
    url = api.standing(resource)["url"]
    read = _read(reading(api, url), url)
    names = [name for name in ("ETag", "Content-Type", "API-version") if name in read.headers]
    _head(api, url).expects(has_status(200), no_body(), *(header(name, read.headers[name]) for name in names))


def conditional_head_gives_304(api: Api, *, resource: str) -> None:
    """HEAD with the current ETag gives 304."""
    url, tag = _standing(api, resource)
    api.request("HEAD", url, headers={"If-None-Match": tag}).expects(has_status(304), no_body())


def different_resources_have_different_etags(api: Api, *, resource: str) -> None:
    """Two resources have two ETags."""
    one, other = (str(made["url"]) for made in alike(resource, api)[1])
    tag = _tag_of(_read(reading(api, one), one))
    reading(api, other).expects(has_status(200), member("url", other), _other_than(tag))


def etag_is_strong(api: Api, *, resource: str) -> None:
    """The ETag is not weak."""
    url = api.standing(resource)["url"]
    reply = reading(api, url).expects(has_status(200), member("url", url))
    _tag_of(reply)
    wanted = Text("zonder W/", "without W/")
    reply.expects(holds(same("header ETag"), wanted, lambda r: r.headers["ETag"], lambda tag: tag[:2] != "W/"))


def not_modified_repeats_the_etag(api: Api, *, resource: str) -> None:
    """A 304 carries the ETag that was sent."""
    url, tag = _standing(api, resource)
    reply = unless(api, url, tag)
    if reply.status != 304:
        raise Blocked("Er kwam geen 304 (zie COM-CACHE-005).", "There was no 304 (see COM-CACHE-005).")
    reply.expects(
        holds(same("header ETag"), same(tag), lambda seen: _opaque(seen.headers["ETag"]), lambda v: v == _opaque(tag))
    )


def wildcard_matches(api: Api, *, resource: str) -> None:
    """If-None-Match with a star gives 304; 200 is recorded."""
    url = api.standing(resource)["url"]
    reply = _conditional(api, url, "*")
    reply.notes(has_status(304))
    reply.expects(has_status((200, 304)))


def same_content_has_the_same_etag(api: Api, *, resource: str) -> None:
    """Changing a member and changing it back gives the first ETag again; another one is recorded."""
    made, text = api.create(resource), api.resource(resource).text
    told(made, text)
    url, tag = made["url"], _tag(api, made["url"])
    for value in (api.word("heen "), made[text]):
        _needed(api.patch(url, {text: value}))
    api.get(url).expects(has_status(200), member(text, made[text])).notes(header("ETag", tag))


def conditional_request_is_authorized(api: Api, *, resource: str) -> None:
    """A known ETag opens nothing to whoever has no credentials; with credentials the resource can be read."""
    url = api.standing(resource)["url"]
    tag = _read(reading(api, url), url).headers.get("ETag") or "*"
    _conditional(api.anonymous(), url, tag).expects(has_status((401, 403)))


def caching_works_as_a_whole(api: Api, *, resource: str) -> None:
    """GET and HEAD have one ETag, it gives 304, and after a change it gives 200 with another ETag."""
    url, text = api.create(resource)["url"], api.resource(resource).text
    tag = _found_tag(api.get(url), url)
    api.request("HEAD", url).expects(has_status(200), header("ETag", tag))
    _conditional(api, url, tag).expects(has_status(304))
    value = api.word("gewijzigd ")
    _needed(api.patch(url, {text: value}))
    _conditional(api, url, tag).expects(has_status(200), member(text, value), _other_than(tag))


def reading_is_cached(api: Api, *, resource: str) -> None:
    """GET and HEAD have the same ETag, with which a conditional read gives 304."""
    url = str(api.standing(resource)["url"])
    tag = _found_tag(reading(api, url), url)
    with api.continuing():
        _head(api, url).expects(has_status(200), header("ETag", tag))
    unless(api, url, tag).expects(has_status(304))


def _followed(api: Api, resource: str, sent: str) -> dict[str, Json]:
    """Make a resource, remember its ETag, and make another that refers to it."""
    url = str(api.create(resource)["url"])
    tag = _tag(api, url)
    return {"url": url, "tag": tag, "follower": api.create(resource, **{sent: url})["url"]}


def _changed(target: Api, url: str, tag: str, body: Mapping[str, Json], shown: Mapping[str, Json]) -> str:
    """Change a resource that had this ETag; gives the ETag that it has then."""
    _needed(target.patch(url, body))
    visible = (member(path, value) for path, value in shown.items())
    return _tag_of(target.get(url).expects(has_status(200), *visible, _other_than(tag)))


def _conditional(target: Api, url: str, tags: str) -> Reply:
    return target.get(url, headers={"If-None-Match": tags})


def _standing(api: Api, resource: str) -> tuple[str, str]:
    """Give the url of a resource that stands, and its ETag."""
    url = str(api.standing(resource)["url"])
    return url, _tag_of(_read(reading(api, url), url))


def _head(api: Api, url: str) -> Reply:
    """Give the headers of what stands; they are asked once in a run."""
    return once(f"HEAD {url}", api, lambda: api.request("HEAD", url))


def _read(reply: Reply, url: str) -> Reply:
    try:
        return reply.expects(has_status(200), member("url", url))
    except Mismatch:
        raise Blocked(f"{url}: lezen lukte niet.", f"{url}: could not be read.") from None


def _needed(reply: Reply) -> Reply:
    if reply.status != 200:
        saw = f"{reply.method} {reply.url}: {reply.status}"
        raise Blocked(f"Een stap ervoor lukte niet ({saw}).", f"A step before it did not succeed ({saw}).")
    return reply


def _tag(target: Api, url: str) -> str:
    return _tag_of(_read(target.get(url), url))


def _tag_of(reply: Reply) -> str:
    """Give the ETag of an answer; a target that sends none is judged in COM-CACHE-001 only."""
    tag = reply.headers.get("ETag", "")
    if not TAG.fullmatch(tag):
        raise Blocked(
            "Het antwoord heeft geen goede ETag (zie COM-CACHE-001).",
            "The answer has no proper ETag (see COM-CACHE-001).",
        )
    return tag


def _found_tag(reply: Reply, url: str) -> str:
    return reply.expects(has_status(200), member("url", url), _quoted()).headers["ETag"]


def _quoted() -> Claim:
    wanted = Text('een waarde tussen aanhalingstekens, zoals "1a2b"', 'a value in quotes, such as "1a2b"')
    return holds(same("header ETag"), wanted, lambda r: r.headers.get("ETag", ""), lambda v: bool(TAG.fullmatch(v)))


def _other_than(tag: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        actual = reply.headers.get("ETag")
        if not actual or _opaque(actual) == _opaque(tag):
            wanted = Text(f"een andere waarde dan {tag}", f"another value than {tag}")
            yield found(same("header ETag"), wanted, same(actual) if actual else Text("geen", "none"))

    return claim


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/")
