"""Checks on how a refusal is told: its status, its media type, its body, and that it has no effect."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator

from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.jsonvalue import shown
from conformance.library.standing import once
from conformance.library.values import limited, longer_than, members_of, required_of
from conformance.model import Json, Severity, Text, same
from conformance.replay import named
from conformance.reply import Claim, Found, Reply, found, has_status, holds, invalid_names, media_type, member, problem

PROBLEM = "application/problem+json"
ITEM = ("name", "code", "reason")
LEAKS = re.compile(
    r"Traceback \(most recent|\bat (?:java|org|com|System)\.[\w.]+\(|\bSELECT\b.+\bFROM\b|\bINSERT INTO\b"
    r"|/(?:usr|var|home|opt)/[\w./-]+\.\w+|\b[A-Z]:\\[\w\\]+|Whitelabel Error|DEBUG = True"
)


def refusals_are_problem_json(api: Api, *, kinds: list[str], tolerant: list[str]) -> None:
    """A refusal of each kind is application/problem+json; of a tolerant kind another media type is a warning."""
    for kind, reply in _refusals(api, kinds):
        with api.continuing():
            judge = reply.prefers if kind in tolerant else reply.expects
            judge(named(kind, media_type(PROBLEM)))


def refusals_have_members(api: Api, *, kinds: list[str]) -> None:
    """A refusal of each kind has the members of Fout with the right types."""
    for kind, reply in _refusals(api, kinds):
        with api.continuing():
            reply.expects(named(kind, _fits_fout))


def refusals_repeat_the_status(api: Api, *, kinds: list[str]) -> None:
    """The member status of a refusal of each kind is the status of the answer."""
    for kind, reply in _refusals(api, kinds):
        with api.continuing():
            reply.expects(named(kind, member("status", reply.status)))


def refusals_leak_nothing(api: Api, *, kinds: list[str]) -> None:
    """A refusal of each kind shows no stack trace, query, path or framework."""
    api.standing(api.profile.main.name)
    what, wanted = Text("technische details", "technical details"), Text("geen", "none")
    for kind, reply in _refusals(api, kinds):
        with api.continuing():
            leaks = holds(what, wanted, lambda seen: _leak(seen.text), lambda leak: leak == "")
            reply.expects(named(kind, leaks))


def invalid_params_are_listed(api: Api, *, resource: str) -> None:
    """A refusal of invalid input lists the member in invalidParams, with a code and a reason."""
    name = rsin_of(api, resource)
    api.standing(resource)
    for wrong in (..., "x" * 10):
        sent = api.sample(resource, **{name: wrong})
        with api.continuing():
            api.post(resource, sent).expects(has_status(400), _lists(name))


def nested_names_are_paths(api: Api, *, resource: str) -> None:
    """The name of a nested member is its dotted path, and the name of an item its position."""
    body = api.sample(resource)
    paths = [path for path, _ in limited(api, resource, body) if "." in path]
    path = next((path for path in paths if not path.rpartition(".")[2].islower()), next(iter(paths), None))
    if path is None:
        raise NotApplicable(f"{resource} heeft geen geneste tekst.", f"{resource} has no nested text.")
    api.post(resource, longer_than(api, resource, body, path)).expects(has_status(400), _names(path))


def rules_on_several_members_have_no_name(api: Api, *, resource: str) -> None:
    """A refusal that concerns several members is listed under nonFieldErrors."""
    body = api.sample(resource)
    api.add(resource, body)
    reply = api.post(resource, body)
    if reply.status != 400:
        raise NotApplicable(
            "Dezelfde gegevens werden hier twee keer geaccepteerd.", "The same data was accepted twice here."
        )
    reply.expects(_names("nonFieldErrors"))


def instance_differs(api: Api, *, resource: str) -> None:
    """Two refusals of the same request have different URIs as instance."""
    first, second = (_refusal(api, resource) for _ in range(2))
    other = Text(f"niet {first['instance']}", f"not {first['instance']}")
    first.expects(has_status(400), _uri("instance"))
    second.expects(
        has_status(400),
        _uri("instance"),
        holds(same("instance"), other, lambda reply: reply["instance"], lambda value: value != first["instance"]),
    )


def all_faults_at_once(api: Api, *, resource: str) -> None:
    """A body with two invalid members is answered with both names."""
    body = api.sample(resource)
    names = [path for path, _ in limited(api, resource, body) if "." not in path][:2]
    sent = longer_than(api, resource, longer_than(api, resource, body, names[0]), names[1])
    api.post(resource, sent).expects(has_status(400), _names(*names))


def faults_of_one_member_are_apart(api: Api, *, resource: str) -> None:
    """Several faults in one member are separate items; recorded only."""
    name = rsin_of(api, resource)
    reply = api.post(resource, api.sample(resource, **{name: "ABCDEFGHIJ"}))
    count = invalid_names(reply.json).count(name)
    if reply.status != 400 or not count:
        raise Blocked(f"{name} werd niet als fout genoemd.", f"{name} was not listed as a fault.")
    what, wanted = Text(f"items met de naam {name}", f"items with the name {name}"), Text("meer dan 1", "more than 1")
    reply.notes(holds(what, wanted, lambda _: count, lambda number: number > 1))


def type_is_a_uri(api: Api, *, resource: str) -> None:
    """The member type refers to an explanation; recorded only."""
    reply = _refusal(api, resource)
    if reply.status != 400 or not isinstance(reply["title"], str):
        raise Blocked("Er kwam geen foutbericht met title.", "There was no problem body with a title.")
    reply.notes(_uri("type"))


def codes_are_those_of_the_reference(api: Api, *, resource: str) -> None:
    """Each kind of refusal has the code that the reference implementation gives it."""
    sent, codes = _coded_faults(api, resource)
    reply = api.post(resource, sent)
    listed = {str(row.get("name")): row.get("code") for row in _rows(reply) if row.get("name") in codes}
    if not listed:
        raise Blocked("Geen enkele fout werd bij naam genoemd.", "No fault was listed by name.")
    for name in listed:
        with api.continuing():
            reply.expects(_code(f"code ({name})", codes[name], lambda _, name=name: listed[name]))  # type: ignore[misc]
    expected = {"404": "not_found", "415": "unsupported_media_type", "parse": "parse_error"}
    for kind, other in _refusals(api, list(expected)):
        with api.continuing():
            other.expects(_code(f"code ({kind})", expected[kind], lambda seen: seen["code"]))


def _refusals(api: Api, kinds: list[str]) -> list[tuple[str, Reply]]:
    """Provoke refusals; raises Blocked when fewer than two kinds are refused."""
    main, rsin = api.profile.main.name, rsin_of(api, api.profile.main.name)
    search = {api.profile.main.selector: api.word()}
    ways: dict[str, Callable[[], Reply]] = {
        "400": lambda: _refusal(api, main),
        "401": lambda: api.anonymous().get(main, search),
        "403": lambda: _powerless(api).get(main, search),
        "404": lambda: api.get(api.url(main, str(uuid.UUID(int=api.random.getrandbits(128), version=4)))),
        "405": lambda: api.put(main, {rsin: "000000000"}),
        "406": lambda: api.get(main, search, headers={"Accept": "application/xml"}),
        "415": lambda: api.post(main, b"{}", headers={"Content-Type": "text/plain"}),
        "parse": lambda: api.post(main, b'{"' + rsin.encode() + b'": '),
    }
    replies = [(kind, once(f"refusal {kind}", api, ways[kind])) for kind in kinds]
    refused = [(kind, reply) for kind, reply in replies if 400 <= reply.status < 500]
    if len(refused) < 2:
        raise Blocked("Er werd bijna niets geweigerd.", "Hardly anything was refused.")
    return refused


def _powerless(api: Api) -> Api:
    try:
        return api.with_scopes()
    except Blocked:
        return api.anonymous()


def _refusal(api: Api, resource: str) -> Reply:
    """Send a body without a required member."""
    return api.post(resource, api.sample(resource, **{rsin_of(api, resource): ...}))


def rsin_of(api: Api, resource: str) -> str:
    """Name the member that must be a valid RSIN."""
    name = api.resource(resource).rsin
    if name is None:
        raise NotApplicable(f"{resource} heeft geen verplicht RSIN.", f"{resource} has no required RSIN.")
    return name


def _coded_faults(api: Api, resource: str) -> tuple[dict[str, Json], dict[str, str]]:
    """Give a body with a fault of several kinds, each in a member of its own, and the code of each."""
    sample, known = api.sample(resource), members_of(api, resource)
    rsin = rsin_of(api, resource)
    null = next((name for name in required_of(api, resource) if name != rsin and name in sample), rsin)
    long = next(
        (path for path, _ in limited(api, resource, sample) if "." not in path and path not in {rsin, null}), None
    )
    choice = next((name for name, schema in known.items() if "enum" in schema and name in sample), None)
    body = longer_than(api, resource, sample, long) if long else sample
    body |= {null: None} | ({choice: "onbekend"} if choice else {})
    codes = {null: "null", rsin: "required"} | ({choice: "invalid_choice"} if choice else {})
    return {name: v for name, v in body.items() if name != rsin}, codes | ({long: "max_length"} if long else {})


def _fits_fout(reply: Reply) -> Iterator[Found]:
    """Claim the members of Fout; an empty detail is fine in a list of faults, and else a warning."""
    filled = Text("niet-lege tekst", "text that is not empty")
    for name in ("code", "title", "instance", "detail"):
        value = reply[name]
        if not isinstance(value, str) or (name != "detail" and not value):
            yield found(same(name), filled, same(shown(value)))
        elif not value and not _rows(reply):
            yield found(same(name), filled, same(shown(value)), Severity.WARNING)
    if type(reply["status"]) is not int:
        yield found(same("status"), Text("een geheel getal", "an integer"), same(shown(reply["status"])))
    if isinstance(reply.json, dict) and not isinstance(reply.json.get("type", ""), str):
        yield found(same("type"), Text("tekst of afwezig", "text or absent"), same(shown(reply["type"])))


def _rows(reply: Reply) -> list[dict[str, Json]]:
    rows = reply["invalidParams"]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _lists(name: str) -> Claim:
    """Claim that invalidParams has an item for this member, and that every item says what and why."""

    def claim(reply: Reply) -> Iterator[Found]:
        rows = reply["invalidParams"]
        if not isinstance(rows, list) or not rows:
            yield found(same("invalidParams"), Text("een gevulde lijst", "a list that is not empty"), same(shown(rows)))
            return
        for row in rows:
            if not isinstance(row, dict) or any(not isinstance(row.get(k), str) or not row[k] for k in ITEM):
                yield found(same("invalidParams"), same(", ".join(ITEM)), same(shown(row)))
        yield from problem(400, name)(reply)

    return claim


def _names(*wanted: str) -> Claim:
    """Claim that invalidParams has items with exactly these names."""
    what = Text("namen in invalidParams", "names in invalidParams")
    listed = ", ".join(wanted)
    return holds(what, same(listed), lambda reply: invalid_names(reply.json), lambda names: set(wanted) <= set(names))


def _uri(name: str) -> Claim:
    def test(value: Json) -> bool:
        return isinstance(value, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]", value) is not None

    return holds(same(name), Text("een URI", "a URI"), lambda reply: reply[name], test)


def _code(what: str, wanted: str, actual: Callable[[Reply], Json]) -> Claim:
    return holds(same(what), same(wanted), actual, lambda value: value == wanted)


def _leak(text: str) -> str:
    leak = LEAKS.search(text)
    return leak[0] if leak else ""
