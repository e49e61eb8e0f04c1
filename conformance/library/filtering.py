"""Checks on the filters of a list."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from conformance.api import Api
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.jsonvalue import member_of
from conformance.library.audittrail import instant
from conformance.library.lists import RESULTS, arranged, ident, includes, misses, selects, total
from conformance.library.standing import listed, mark, once, reading, told
from conformance.model import Finding, Json, Severity, Text, same
from conformance.reply import Claim, Reply, holds, invalid_names, no_server_error, problem

NOT_AN_RSIN = "123456789"


def filter_finds_its_text(api: Api, *, parameter: str, member: str, prefix: str, sample: str = "default") -> None:
    """A filter finds the one main resource that has its text; with another text it does not find it."""
    filter_finds_its_value(
        api, parameter=parameter, member=member, values=[api.word(prefix), api.word(prefix)], sample=sample
    )


def filter_finds_its_value(
    api: Api, *, parameter: str, member: str, values: list[str], sample: str = "default"
) -> None:
    """Beside a text that nobody else has, a filter finds the main resource by its value and not by another."""
    main = api.profile.main
    made, value = _with_value(api, sample, member, values[0])
    other = next(one for one in reversed(values) if one != value)
    beside = told(made, main.selector)
    reading(api, main.name, {**beside, parameter: value}).expects(includes(made))
    reading(api, main.name, {**beside, parameter: other}).expects(misses(made))


def filter_is_spelled_as_described(api: Api, *, parameter: str, spelling: str, member: str, values: list[str]) -> None:
    """A filter finds its value; when it only does so under another spelling of its name that is a warning."""
    api.needs_memory()
    try:
        filter_finds_its_value(api, parameter=parameter, member=member, values=values)
    except Mismatch as mismatch:
        filter_finds_its_value(api, parameter=spelling, member=member, values=values)
        what, seen = Text("naam van het filter", "name of the filter"), mismatch.findings[0].exchange
        api.warn(Finding(what, same(parameter), same(spelling), seen, Severity.WARNING))


def filter_finds_its_reference(api: Api, *, resource: str) -> None:
    """Beside a text that nobody else has, a filter finds the resource by the URL it refers to and not by another."""
    name, url = api.reference(resource), api.neighbour.place()
    beside = {api.resource(resource).selector: mark(resource, api)}
    made = api.add(resource, api.referring(resource, url, **beside))
    api.get(resource, {name: url, **beside}).expects(selects(made))
    api.get(resource, {name: f"https://example.com/{_uuid(api)}", **beside}).expects(misses(made))


def filters_combine(api: Api, *, resource: str, shared: str | None = None, prefix: str = "Voorbeeld ") -> None:
    """Two filters together find only the resource that matches both, not one that matches one of them."""
    facts, made = api.resource(resource), api.standing(resource)
    if facts.rsin is None:
        raise NotApplicable("Hier is geen filter op organisatie.", "There is no filter on an organisation here.")
    text = shared or facts.selector
    query = told(made, text, facts.rsin)
    elsewhere = next(one for one in api.run.target.row.data.rsin if one != query[facts.rsin])
    reading(api, resource, query).expects(selects(made))
    for changes in ({facts.rsin: elsewhere}, {text: api.word(prefix)}):
        with api.continuing():
            reading(api, resource, query | changes).expects(misses(made), _agrees(query | changes))


def filter_values_are_validated(api: Api, *, resource: str) -> None:
    """A list with valid values for all its filters with a format is given; with one of them invalid it is refused.

    The invalid values go all at once; a filter that is not named then goes on its own.
    """
    parameters = api.operation("GET", resource).parameters
    values = {one.name: pair for one in parameters if (pair := _values(api, one.schema))}
    if not values:
        raise NotApplicable("Geen filter heeft een eigen vorm.", "No filter has a form of its own.")
    query = api.nothing(resource) | {name: valid for name, (valid, _) in values.items()}
    arranged(api.get(resource, query))
    _refuses_each(api, resource, query, {name: invalid for name, (_, invalid) in values.items()})


def invalid_filter_value_is_refused(api: Api, *, parameter: str, valid: str, invalid: list[str]) -> None:
    """A filter on the main resource takes a valid value and refuses each invalid one."""
    main = api.profile.main
    query = api.nothing(main.name)
    arranged(api.get(main.name, {**query, parameter: valid}))
    for value in invalid[:1] if api.run.depth == "quick" else invalid:
        with api.continuing():
            api.get(main.name, {**query, parameter: value}).expects(problem(400, name=parameter))


def filters_separate(api: Api, *, member: str, finds: list[dict[str, str]], leaves: list[dict[str, str]]) -> None:
    """Beside a text that nobody else has, the one set of filters finds the main resource and the other does not."""
    main = api.profile.main
    made, sent = api.standing(main.name), api.profile.samples[main.name]["default"][member]
    if instant(made.get(member)) != instant(sent):
        nl, en = f"{member} is niet zoals het is gestuurd.", f"{member} is not as it was sent."
        raise Blocked(f"{nl} Dat beoordelen andere rijen.", f"{en} Other rows judge that.")
    beside = told(made, main.selector)
    for query in finds:
        with api.continuing():
            api.get(main.name, {**beside, **query}).expects(includes(made))
    for query in leaves:
        with api.continuing():
            api.get(main.name, {**beside, **query}).expects(misses(made))


def invalid_filters_are_refused(api: Api, *, valid: dict[str, str], invalid: dict[str, str]) -> None:
    """A list takes a valid value for each of these filters and refuses an invalid one under the name of the filter.

    The invalid values go all at once; a filter that is not named then goes on its own.
    """
    main = api.profile.main
    query = {main.selector: api.word(), **valid}
    arranged(api.get(main.name, query))
    _refuses_each(api, main.name, query, invalid)


def unknown_parameter_is_refused(api: Api, *, resource: str) -> None:
    """A parameter that no product uses is refused, while the list without it is given."""
    query = {**api.nothing(resource), api.word("x").lower(): "1"}
    listed(resource, api)
    once(f"unknown parameter {resource}", api, lambda: api.get(resource, query)).expects(problem(400))


def unused_url_finds_nothing(api: Api, *, resource: str) -> None:
    """A filter on a URL that nothing refers to gives an empty list."""
    parameters = api.operation("GET", resource).parameters
    names = [one.name for one in parameters if one.schema.get("format") == "uri"]
    if not names:
        raise NotApplicable("Geen filter vraagt een URL.", "No filter takes a URL.")
    api.standing(resource)
    for name in names:
        with api.continuing():
            api.get(resource, {name: f"https://example.com/{_uuid(api)}"}).expects(selects())


def absent_resource_finds_nothing(api: Api, *, resource: str, parameters: list[str]) -> None:
    """A filter on the url of a resource that does not exist gives an empty list."""
    root = str(api.standing(resource)["url"]).rpartition("/")[0]
    for name in parameters:
        with api.continuing():
            api.get(resource, {name: f"{root}/{_uuid(api)}"}).expects(selects(), total(0))


def filter_value_is_decoded(api: Api, *, resource: str, prefix: str) -> None:
    """A filter value with percent-encoded characters finds the text as kept; a plus for a space is preferred."""
    selector = api.resource(resource).selector
    made = api.create(resource, **{selector: api.word(prefix)})
    text = str(made.get(selector))
    api.get(f"{api.url(resource)}?{selector}={quote(text, safe='')}").expects(selects(made))
    api.get(f"{api.url(resource)}?{selector}={quote(text, safe=' ').replace(' ', '+')}").prefers(selects(made))


def filter_compares_the_whole_value(api: Api, *, resource: str) -> None:
    """A filter finds the whole value, and neither a part of it nor another case."""
    selector, part = api.resource(resource).selector, api.word("Jansen")
    whole = f"{part}-de Vries"
    made = api.create(resource, **{selector: whole})
    api.get(resource, {selector: whole}).expects(selects(made))
    for value in (part, whole.lower()):
        with api.continuing():
            api.get(resource, {selector: value}).expects(misses(made))


def empty_filter_value_does_no_harm(api: Api, *, resource: str) -> None:
    """A filter without a value is ignored, applied or refused, and never breaks the server."""
    selector = api.resource(resource).selector
    listed(resource, api)
    api.get(resource, {selector: ""}).expects(no_server_error(), status=(200, 400))


def list_follows_a_change(api: Api, *, resource: str) -> None:
    """After a change a resource is found under its new value and no longer under the old one."""
    selector, old, new = api.resource(resource).selector, api.word("Oud "), api.word("Nieuw ")
    made = api.create(resource, **{selector: old})
    api.get(resource, {selector: old}).expects(selects(made))
    api.patch(api.url(resource, ident(made)), {selector: new}).expects(status=200)
    api.get(resource, {selector: new}).expects(selects(made))
    api.get(resource, {selector: old}).expects(misses(made))


def page_goes_with_a_filter(api: Api, *, resource: str) -> None:
    """A filtered list takes a page too: the first holds everything, the second none of it."""
    made = api.standing(resource)
    query = told(made, api.resource(resource).selector)
    api.get(resource, {**query, "page": "1"}).expects(includes(made))
    second = api.get(resource, {**query, "page": "2"})
    second.expects(misses(made), status=(200, 400, 404)).prefers(status=(404, 400))


def _refuses_each(api: Api, resource: str, query: Mapping[str, Json], invalid: Mapping[str, str]) -> None:
    """Expect that each of these values is refused; what the refusal of all does not name goes on its own."""
    named: list[str] = []
    with api.continuing():
        reply = api.get(resource, {**query, **invalid})
        named = invalid_names(reply.json)
        reply.expects(problem(400))
    for name in sorted(invalid.keys() - {*named}):
        with api.continuing():
            api.get(resource, {**query, name: invalid[name]}).expects(problem(400, name=name))


def _agrees(query: Mapping[str, str]) -> Claim:
    """Claim that every result has these values, whoever made it."""
    wanted = Text(f"alleen met {dict(query)}", f"only with {dict(query)}")

    def differing(reply: Reply) -> list[dict[str, str]]:
        there = [told(row, *query) for row in reply["results"] or [] if isinstance(row, dict)]
        return [values for values in there if values != query]

    return holds(RESULTS, wanted, differing, lambda found: not found)


def _with_value(api: Api, sample: str, path: str, value: str) -> tuple[dict[str, Json], str]:
    """Give a main resource that has a value there: one that stands, or one of its own when that has none."""
    main = api.profile.main.name
    made = api.standing(main, sample)
    if isinstance(known := member_of(made, path), str) and known:
        return made, known
    return api.add(main, _changed(api.sample(main, sample), path, value)), value


def _changed(body: Mapping[str, Json], path: str, value: Json) -> dict[str, Json]:
    head, _, rest = path.partition(".")
    return {**body, head: _changed(body.get(head) or {}, rest, value) if rest else value}


def _values(api: Api, schema: Mapping[str, Any]) -> tuple[str, str] | None:
    """Give a valid and an invalid value for a parameter that is more than text."""
    if "enum" in schema:
        return schema["enum"][0], api.word("x").lower()
    known = {
        "rsin": (api.run.target.row.data.rsin[0], NOT_AN_RSIN),
        "uri": (f"https://example.com/{_uuid(api)}", "geen-url"),
        "date-time": ("2020-01-01T00:00:00Z", "gisteren"),
    }
    return known.get(schema.get("format", ""))


def _uuid(api: Api) -> str:
    return str(uuid.UUID(int=api.random.getrandbits(128), version=4))
