"""Checks on how a refusal is told, and on requests that are no good JSON or that try to break the log."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

from conformance import (
    Api,
    Blocked,
    Claim,
    Found,
    Json,
    Reply,
    Severity,
    Text,
    found,
    grafted,
    holds,
    invalid_names,
    media_type,
    member,
    named,
    no_server_error,
    reading,
    same,
    shown,
)

from .acties import ACTIES, INZAGE, VAR, fresh, minimal, twin, where
from .claims import answers
from .offering import offers_writing
from .operations import Done, refusals, replaced, replacement, subject, successes

PROBLEM = "application/problem+json"
TEXTS = ("code", "title", "detail", "instance")
ITEM = ("name", "code", "reason")
LONG = {"10 kB": "x" * 10_000, "NUL": "a\0b", "surrogate": "a\ud800b"}
ODD: tuple[tuple[str, Json], ...] = (
    ("/tijdstip", "2020-02-30T12:00:00Z"),
    ("/verwerkingId", "zaak-42"),
    ("/verwerkteObjecten", []),
    ("/verwerkteObjecten", [[]]),
    ("/extraElement", "x"),
)
OBJECT = Text("een JSON-object", "a JSON object")


def faults_are_problem_json(api: Api) -> None:
    """Every refusal is application/problem+json with an object."""
    for one in refusals(api):
        with api.continuing():
            label = f"{one.operation} {one.reply.status}"
            body = holds(Text("inhoud", "body"), OBJECT, lambda reply: reply.json, lambda seen: isinstance(seen, dict))
            one.reply.expects(named(label, media_type(PROBLEM)), named(label, body))


def faults_have_members(api: Api) -> None:
    """Every refusal has code, title, detail and instance as text and status as a whole number."""
    for one in refusals(api):
        with api.continuing():
            one.reply.expects(named(f"{one.operation} {one.reply.status}", _is_fault()))


def faults_repeat_the_status(api: Api) -> None:
    """The member status of every refusal is the status of the answer."""
    for one in refusals(api):
        with api.continuing():
            one.reply.expects(named(one.operation, _same_status()))


def wrong_fields_are_listed(api: Api) -> None:
    """A refusal of an action without tijdstip, and of a search without objectId, lists what is wrong."""
    twin(api)
    query = {name: value for name, value in api.nothing(ACTIES).items() if name != "objectId"}
    for reply in (api.post(ACTIES, minimal(api, tijdstip=...)), api.get(ACTIES, query)):
        with api.continuing():
            reply.expects(named(reply.method, answers(400)), named(reply.method, _lists_parameters()))


def wrong_fields_are_named(api: Api) -> None:
    """A refusal names the member or parameter that is wrong."""
    twin(api)
    wrong = {
        "tijdstip": "gisteren",
        "vertrouwelijkheid": "geheim",
        "uitvoerder": "12",
        "verwerkteObjecten/0/objectId": {},
    }
    replies = [(at, api.post(ACTIES, grafted(minimal(api), f"/{at}", value))) for at, value in wrong.items()]
    for name, value in (("objecttype", "pand"), ("beginDatum", "gisteren")):
        replies.append((name, api.get(ACTIES, {**api.nothing(ACTIES), name: value})))
    for at, reply in replies:
        with api.continuing():
            reply.expects(answers(400), _names(at.rpartition("/")[2]))


def instances_differ(api: Api) -> None:
    """Two refusals of the same request have another instance each, which is a URI."""
    twin(api)
    first, second = (api.anonymous().get(ACTIES, api.nothing(ACTIES)) for _ in range(2))
    for reply in (first, second):
        reply.expects(answers(401, 403), _reference())
    other = Text(f"niet {first['instance']}", f"not {first['instance']}")
    second.expects(holds(same("instance"), other, lambda seen: seen["instance"], lambda one: one != first["instance"]))


def unreadable_bodies_are_refused(api: Api, *, texts: list[str], fewer: list[str]) -> None:
    """A body that is no JSON, or no object, is refused with 400; PUT and PATCH get a part of them."""
    made, _ = subject(api)
    broken = json.dumps(minimal(api, actieNaam="PLAATS")).encode().replace(b"PLAATS", b"\xe9\xff")
    url, query = where(api, made), {"verwerkingId": made.get("verwerkingId")}
    for content in [*(text.encode() for text in texts), broken]:
        with api.continuing():
            api.post(ACTIES, content).expects(named(f"POST {content[:20]!r}", answers(400)))
    for content in (text.encode() for text in fewer):
        with api.continuing():
            api.put(url, content).expects(named(f"PUT {content!r}", answers(400)))
        with api.continuing():
            reply = api.request("PATCH", ACTIES, content, query=query)
            reply.expects(named(f"PATCH {content!r}", answers(400)))
    if not replaced(api, made, replacement(api, made)).ok:
        raise Blocked("Een goede PUT werd niet geaccepteerd.", "A good PUT was not accepted.")


def odd_input_is_no_server_error(api: Api) -> None:
    """Odd bodies, ids, parameters and headers never lead to a server error."""
    made, _ = subject(api)
    url, query = where(api, made), api.nothing(ACTIES)
    for label, body in _odd_bodies(api):
        _survived(api.post(ACTIES, body), f"POST {label}")
    for label, text in LONG.items():
        _survived(api.put(url, json.dumps({"actieNaam": text}).encode()), f"PUT {label}")
    _survived(api.put(api.url(ACTIES, "abc"), replacement(api, made)), "PUT /abc")
    for label, change in {
        "NUL": {"objectId": "a\0b"},
        "5 kB": {"objectId": "x" * 5_000},
        "-": {"onbekend": "x"},
    }.items():
        _survived(api.get(ACTIES, {**query, **change}), f"GET {label}")
    for value in ("abc", "0", "%00", f"{fresh(api)}x"):
        _survived(api.get(api.url(ACTIES, value)), f"GET /{value}")
    _survived(api.delete(api.url(ACTIES, "abc")), "DELETE /abc")
    for own, change in (
        ("abc", {"bewaartermijn": "P99Y"}),
        (made.get("verwerkingId"), {"vertrouwelijkheid": "geheim"}),
    ):
        reply = api.request("PATCH", ACTIES, change, query={"verwerkingId": own})
        _survived(reply, f"PATCH {own} {shown(change)}")
    for name, value in (("Accept", "application/xml"), ("Authorization", "Bearer not-a-jwt")):
        _survived(api.get(ACTIES, query, headers={name: value}), f"GET {name}: {value}")
    api.get(url).expects(member("actieId", made["actieId"]), status=200)


def odd_input_to_inzage_is_no_server_error(api: Api) -> None:
    """Odd parameters, ids and headers never lead to a server error of inzage."""
    query = api.nothing(INZAGE)
    good = api.get(INZAGE, query)
    _survived(good, "GET")
    if good.status != 200:
        raise Blocked(f"Inzage gaf {good.status}.", f"Inzage gave {good.status}.")
    for change in ({"objecttype": "pand"}, {"beginDatum": "gisteren"}, {"objectId": "a\0b"}, {"onbekend": "x"}):
        _survived(api.get(INZAGE, {**query, **change}), f"GET {shown(change)}")
    for value in (fresh(api), "abc"):
        _survived(api.get(api.url(INZAGE, value)), f"GET /{value}")
    headers: dict[str, str | None] = {
        "OIN": "geen-oin",
        "VerwerkingId": "not-a-uuid",
        "VerwerkingsactiviteitUrl": "x y",
    }
    _survived(api.get(INZAGE, query, headers=headers), "GET OIN: geen-oin")


def odd_input_to_register_is_no_server_error(api: Api) -> None:
    """Odd ids and parameters never lead to a server error of the register."""
    good = reading(api, VAR)
    _survived(good, "GET")
    if good.status != 200:
        raise Blocked(f"Het register gaf {good.status}.", f"The register gave {good.status}.")
    for value in (fresh(api), "abc", "%00"):
        _survived(api.get(f"{api.run.target.root('var')}/verwerkingsactiviteit/{value}"), f"GET /{value}")
    _survived(api.get(VAR, {"onbekend": "x"}), "GET onbekend=x")


def _odd_bodies(log: Api) -> Iterator[tuple[str, bytes]]:
    """Give bodies for a POST that programs stumble over, each with what is odd."""
    for label, text in LONG.items():
        for pointer in ("/actieNaam", "/verwerkteObjecten/0/objectId"):
            yield f"{pointer} {label}", json.dumps(grafted(minimal(log), pointer, text)).encode()
    for pointer, value in ODD:
        yield f"{pointer} {shown(value)}", json.dumps(grafted(minimal(log), pointer, value)).encode()
    yield from (("{", b"{"), ("[]", b"[]"))


def statuses_are_documented(api: Api) -> None:
    """Successes and refusals have a status that the description of the operation lists."""
    for one in itertools.chain(_creates(api) if offers_writing(api) else (), _each_once(api)):
        operation = api.run.contracts[one.api].operation(one.operation)
        with api.continuing():
            one.reply.expects(named(one.operation, answers(*operation.responses)))


def _creates(log: Api) -> Iterator[Done]:
    for body in (minimal(log), minimal(log, tijdstip=...)):
        yield Done("bewerking", "verwerkingsactie_create", log.post(ACTIES, body))


def _each_once(log: Api) -> Iterator[Done]:
    yield from successes(log)
    yield from refusals(log)


def _survived(reply: Reply, label: str) -> None:
    reply.expects(named(label, no_server_error()))


def _is_fault() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        body = reply.json if isinstance(reply.json, dict) else {}
        for name in TEXTS:
            if not isinstance(body.get(name), str) or not body[name]:
                yield found(same(name), Text("een tekst", "a text"), same(shown(body.get(name))))
        if not _number(body.get("status")):
            yield found(same("status"), Text("een geheel getal", "a whole number"), same(shown(body.get("status"))))
        if not isinstance(body.get("type", ""), str):
            yield found(same("type"), Text("een tekst of afwezig", "a text or absent"), same(shown(body["type"])))

    return claim


def _number(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _same_status() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        seen = reply["status"]
        # A status that is a text, or that is not there, is judged by the row about the members.
        if seen is not None and str(seen) != str(reply.status):
            yield found(same("status"), same(str(reply.status)), same(shown(seen)))

    return claim


def _lists_parameters() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        rows = reply["invalidParams"]
        wanted = Text("een lijst met name, code en reason", "a list with name, code and reason")
        fine = isinstance(rows, list) and bool(rows) and all(_complete(row) for row in rows)
        if not fine:
            yield found(same("invalidParams"), wanted, same(shown(rows)))

    return claim


def _complete(row: Json) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), str) and row[name] for name in ITEM)


def _names(name: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        names = invalid_names(reply.json)
        if not any(name.lower() in one.lower() for one in names):
            what = Text("namen in invalidParams", "names in invalidParams")
            yield found(what, same(name), same(", ".join(names)), Severity.WARNING)

    return claim


def _reference() -> Claim:
    wanted = Text("een URI", "a URI")

    def fine(value: Json) -> bool:
        return isinstance(value, str) and bool(value) and not any(letter <= " " for letter in value)

    return holds(same("instance"), wanted, lambda reply: reply["instance"], fine)
