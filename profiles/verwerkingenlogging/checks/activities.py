"""Checks on the register of verwerkingsactiviteiten: the list, and what each activity says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from conformance import (
    Api,
    Blocked,
    Claim,
    Found,
    Json,
    NotApplicable,
    Reply,
    Severity,
    Text,
    found,
    is_empty,
    reading,
    same,
    shown,
    split,
)

from .acties import VAR
from .asking import whole
from .claims import RESULTS, answers, is_uuid, rows
from .occurrences import no_results

REQUIRED = ("id", "naam", "verantwoordelijkeOrganisatie", "doel", "grondslag")
NAME, URL, STORY = 242, 2042, 2042
TEXTS = {
    "naam": NAME,
    "gebaseerdOp": URL,
    "categorie": None,
    "verantwoordelijkeBestuursorgaan": None,
    "doel": STORY,
    "grondslag": None,
    "toelichtingGrondslag": STORY,
    "herkomst": STORY,
}
LISTS = ("afnemendeInternationaleDerden", "afnemendeCategorieOntvangers")
Row = dict[str, Json]
Faults = Callable[[Row], Iterator[tuple[str, Json]]]
GROUNDS = frozenset(
    (
        *("toestemming betrokkene", "toestemming", "wettelijke verplichting", "publieke taak"),
        *("algemeen belang", "vitaal belang", "gerechtvaardigd belang", "uitvoering overeenkomst", "overeenkomst"),
    )
)


def register(log: Api) -> Reply:
    """Read the whole register; raises Blocked when it is no list, NotApplicable when nothing is in it."""
    seen = whole(log, reading(log, VAR))
    if seen.status != 200 or not isinstance(seen["results"], list):
        raise Blocked(f"Het register lezen gaf {seen.status}.", f"Reading the register gave {seen.status}.")
    if not rows(seen):
        raise NotApplicable("Er staat niets in het register.", "Nothing is in the register.")
    return seen


def register_is_an_envelope(api: Api) -> None:
    """The register is answered without parameters, as a list with a count."""
    reading(api, VAR).expects(_envelope(), status=200)


def activities_are_complete(api: Api) -> None:
    """Every activity has its five required members, and its id is a UUID."""
    register(api).expects(_each(_incomplete))


def activities_fit_their_types(api: Api) -> None:
    """Texts, addresses and lists have their type and are not too long."""
    register(api).expects(_each(_misfits))


def organisation_is_an_oin(api: Api) -> None:
    """The verantwoordelijkeOrganisatie is twenty digits; a longer text that holds them is a warning."""
    register(api).expects(_organisations())


def personal_data_are_objects(api: Api) -> None:
    """The verwerktePersoonsgegevens are objects of texts that are not too long."""
    register(api).expects(_each(_odd_data))


def term_is_a_text(api: Api) -> None:
    """The bewaartermijn of an activity is any text that is not too long."""
    register(api).expects(_each(lambda row: _text(row, "bewaartermijn", STORY)))


def grounds_are_noted(api: Api) -> None:
    """A grondslag that is not one of the AVG is noted."""
    register(api).notes(_each(_other_ground))


def register_needs_a_token(api: Api) -> None:
    """The register is closed without a token; 403, or open when the target file says it is public, is a warning."""
    seen = reading(api, VAR)
    if seen.status != 200 or not isinstance(seen["results"], list):
        raise Blocked(f"Het register lezen gaf {seen.status}.", f"Reading the register gave {seen.status}.")
    public = api.run.target.row.declarations.get("register") == "public"
    known = [str(row["id"]) for row in rows(seen) if row.get("id")]
    readable = [url for url in (place(api, one) for one in known[:1]) if reading(api, url).status == 200]
    places = [api.url(VAR), *readable]
    for url in places:
        with api.continuing():
            reply = api.anonymous().get(url)
            reply.expects(answers(401, tolerated=(403, 200) if public else (403,)))
            if reply.status != 200:
                reply.expects(no_results())


def identifiers_are_unique(api: Api) -> None:
    """No two activities have the same id."""
    register(api).expects(_unique())


def address(log: Api, ident: str) -> str:
    """Give the address of an activity, which is not below that of the list."""
    return f"{log.run.target.root(log.resource(VAR).api)}/verwerkingsactiviteit/{ident}"


def place(log: Api, ident: str) -> str:
    """Give the address at which an activity is; that it is the plural one is judged in VL-VAR-READ-001."""
    url = address(log, ident)
    return url if log.get(url).status != 404 else f"{log.url(VAR)}/{ident}"


def _envelope() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not isinstance(reply["count"], int) or isinstance(reply["count"], bool):
            yield found(same("count"), Text("een geheel getal", "an integer"), same(shown(reply["count"])))
        results = reply["results"]
        if not isinstance(results, list) or not all(isinstance(row, dict) for row in results):
            yield found(same("results"), Text("een lijst van objecten", "a list of objects"), same(shown(results)))

    return claim


def _each(faults: Faults) -> Claim:
    """Claim that no activity has one of these faults; ten of them are told."""

    def claim(reply: Reply) -> Iterator[Found]:
        for name, value in [fault for row in rows(reply) for fault in faults(row)][:10]:
            what = Text(f"waarde van {name}", f"value of {name}")
            yield found(what, Text("zoals beschreven", "as described"), same(shown(value)))

    return claim


def _incomplete(row: Row) -> Iterator[tuple[str, Json]]:
    yield from ((name, row.get(name)) for name in REQUIRED if is_empty(row.get(name)))
    if not is_empty(row.get("id")) and not is_uuid(row["id"]):
        yield "id", row["id"]


def _misfits(row: Row) -> Iterator[tuple[str, Json]]:
    for name, limit in TEXTS.items():
        yield from _text(row, name, limit)
    url = row.get("gebaseerdOp")
    if isinstance(url, str) and url and (not split(url).scheme or " " in url):
        yield "gebaseerdOp", url
    for name in LISTS:
        value = row.get(name)
        if is_empty(value):
            continue
        if not isinstance(value, list) or any(not isinstance(one, str) or len(one) > NAME for one in value):
            yield name, value


def _text(row: Row, name: str, limit: int | None) -> Iterator[tuple[str, Json]]:
    value = row.get(name)
    if not is_empty(value) and (not isinstance(value, str) or (limit is not None and len(value) > limit)):
        yield name, value


def _odd_data(row: Row) -> Iterator[tuple[str, Json]]:
    value = row.get("verwerktePersoonsgegevens")
    if is_empty(value):
        return
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            yield "verwerktePersoonsgegevens", one
            continue
        for name in ("rolBetrokkene", "naam"):
            yield from _text(one, name, NAME)


def _other_ground(row: Row) -> Iterator[tuple[str, Json]]:
    if str(row.get("grondslag")).lower() not in GROUNDS:
        yield "grondslag", row.get("grondslag")


def _organisations() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        for row in rows(reply):
            value = row.get("verantwoordelijkeOrganisatie")
            if is_empty(value) or (isinstance(value, str) and re.fullmatch(r"[0-9]{20}", value)):
                continue
            holds = isinstance(value, str) and re.search(r"[0-9]{20}", value)
            severity = Severity.WARNING if holds else Severity.FAILURE
            what = Text("waarde van verantwoordelijkeOrganisatie", "value of verantwoordelijkeOrganisatie")
            yield found(what, Text("twintig cijfers", "twenty digits"), same(shown(value)), severity)

    return claim


def _unique() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        seen = [str(row.get("id")).lower() for row in rows(reply) if row.get("id")]
        twice = sorted({one for one in seen if seen.count(one) > 1})
        if twice:
            yield found(RESULTS, Text("elk id één keer", "each id once"), same(", ".join(twice[:4])))

    return claim
