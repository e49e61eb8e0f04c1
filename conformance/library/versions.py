"""Checks on the version in the address of the API and in the header API-version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.api import Api
from conformance.calls import let_go
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.library.description import published, server_urls
from conformance.library.standing import UNKNOWN, absent, empty_body, empty_list, reading, told, unless
from conformance.model import Severity, Text, same
from conformance.published import parsed
from conformance.reply import Claim, Found, Reply, found, has_status, header, holds
from conformance.run import split

NAME = "API-version"
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
FINER = re.compile(r"v?\d+(\.\d+)+")


def major_version_is_in_the_root(api: Api) -> None:
    """The root in use has the major version, and no published address has anything finer."""
    main, major = api.profile.main, api.profile.row.version.split(".")[0]
    root = split(api.run.target.root(main.api))
    segments, labels = root.path.split("/"), (root.hostname or "").split(".")
    reply = _success(reading(api, api.standing(main.name)["url"]))
    given = {major, f"v{major}"} & set(segments) or {f"v{major}"} & set(labels)
    with api.continuing():
        reply.expects(
            holds(Text("API-root", "API root"), same(f"…/v{major}"), lambda _: root.geturl(), lambda _: bool(given)),
            _nothing_finer([root.geturl()]),
        )
    description = _described(api)
    if description is not None:
        description.expects(_nothing_finer(list(server_urls(description))))


def version_is_on_every_success(api: Api, *, resource: str) -> None:
    """Every successful answer carries the version: create, list, read, replace, change and delete."""
    selector, standing = api.resource(resource).selector, api.standing(resource)
    body = api.sample(resource)
    made = _success(api.post(resource, body))
    url = told({"url": made["url"]}, "url")["url"]
    with api.continuing():
        made.expects(header(NAME))
    with api.continuing():
        _success(reading(api, resource, told(standing, selector))).expects(header(NAME))
    with api.continuing():
        _success(reading(api, str(standing["url"]))).expects(header(NAME))
    for method in ("PUT", "PATCH"):
        if _has(api, method, resource):
            with api.continuing():
                _success(api.request(method, url, body)).expects(header(NAME))
    if _has(api, "DELETE", resource):
        let_go(api.run, api.world)
        _success(api.delete(url)).expects(header(NAME))


def version_is_on_every_error(api: Api) -> None:
    """The errors that the standard describes carry the version; an answer of a proxy may lack it."""
    main = api.profile.main.name
    refused = [
        empty_body(api, main),
        api.anonymous().get(api.url(main, UNKNOWN)),
        absent(api, main),
        api.get(main, {api.profile.main.selector: api.word("X")}, headers={"Accept": "application/xml"}),
        api.post(main, b"<klant/>", headers={"Content-Type": "text/xml"}),
    ]
    errors = [reply for reply in refused if 400 <= reply.status < 500]
    if not errors:
        raise Blocked(
            "Geen enkel fout verzoek werd met 4xx beantwoord.", "None of the wrong requests was answered with 4xx."
        )
    for reply in errors:
        with api.continuing():
            reply.expects(_version_unless_proxy())


def version_is_semantic_and_published(api: Api) -> None:
    """The header is a semantic version and equals the version in the description."""
    reply = _list(api)
    with api.continuing():
        reply.expects(has_status(200), _semantic())
    wanted = str(parsed(published(api).body).section("info").get("version"))
    reply.expects(header(NAME, wanted))


def version_is_that_of_the_standard(api: Api) -> None:
    """The reported version is the one that this profile describes."""
    _list(api).expects(has_status(200), header(NAME, api.profile.row.version))


def version_is_on_unlisted_answers(api: Api) -> None:
    """A 304 and a 405 carry the version as well."""
    main = api.profile.main.name
    url = api.standing(main)["url"]
    tag = reading(api, url).headers.get("ETag")
    unchanged = unless(api, url, tag) if tag else None
    answers = [reply for reply in (unchanged, api.put(main, {})) if reply is not None and reply.status in {304, 405}]
    if not answers:
        raise NotApplicable("Het product antwoordt geen 304 of 405.", "The product answers no 304 or 405.")
    for reply in answers:
        with api.continuing():
            reply.expects(header(NAME))


def _semantic() -> Claim:
    what, expected = same(f"header {NAME}"), same("MAJOR.MINOR.PATCH")
    return holds(what, expected, lambda reply: reply.headers[NAME], lambda value: bool(SEMVER.fullmatch(value)))


def _list(target: Api) -> Reply:
    return _success(empty_list(target, target.profile.main.name))


def _described(target: Api) -> Reply | None:
    try:
        return published(target)
    except Blocked:
        return None


def _has(target: Api, method: str, resource: str) -> bool:
    try:
        target.operation(method, resource, "/{uuid}")
    except NotApplicable:
        return False
    return True


def _success(reply: Reply) -> Reply:
    try:
        return reply.expects(status=tuple(range(200, 300)))
    except Mismatch:
        saw = f"{reply.method} {reply.url}: {reply.status}"
        raise Blocked(f"Het verzoek lukte niet ({saw}).", f"The request did not succeed ({saw}).") from None


def _version_unless_proxy() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not reply.headers.get(NAME):
            problem = isinstance(reply.json, dict) and bool({"code", "title", "detail"} & reply.json.keys())
            what = Text(f"header {NAME} bij status {reply.status}", f"header {NAME} with status {reply.status}")
            wanted = Text("aanwezig en niet leeg", "present and not empty")
            yield found(what, wanted, Text("geen", "none"), Severity.FAILURE if problem else Severity.WARNING)

    return claim


def _nothing_finer(urls: list[str]) -> Claim:
    def claim(_: Reply) -> Iterator[Found]:
        for url in urls:
            parts = split(url)
            if any(FINER.fullmatch(segment) for segment in parts.path.split("/")):
                wanted = Text("alleen de majorversie", "only the major version")
                yield found(Text("versie in een API-root", "version in an API root"), wanted, same(url[:200]))

    return claim
