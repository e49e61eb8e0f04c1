"""What the checks of this standard claim of an answer; values are compared by what they mean."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping

from conformance import Claim, Found, Json, Reply, Severity, Text, empty, found, is_empty, same, shown, split

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
UUIDS = frozenset(
    (
        *("actieId", "verwerktObjectId", "verwerkingId", "verwerkingsactiviteitId"),
        *("verwerkingsactiviteitIdAfnemer", "verwerkingIdAfnemer"),
    )
)
# In which case the values of these are written is judged once, in VL-W-POST-018.
CASED = frozenset(("vertrouwelijkheid", "objecttype"))
CALENDAR = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?")
STATUS = Text("status van het antwoord", "status of the answer")
RESULTS = Text("resultaten van de zoekvraag", "results of the search")
BODY = Text("inhoud van het antwoord", "body of the answer")


def succeeds() -> Claim:
    """Claim any success; which one it is, is judged once for each operation."""

    def claim(reply: Reply) -> Iterator[Found]:
        if not reply.ok:
            yield found(STATUS, Text("200 tot en met 299", "200 to 299"), same(str(reply.status)))

    return claim


def answers(*wanted: int, tolerated: tuple[int, ...] = ()) -> Claim:
    """Claim one of these statuses; a tolerated one is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status not in wanted:
            severity = Severity.WARNING if reply.status in tolerated else Severity.FAILURE
            nl, en = " of ".join(map(str, wanted)), " or ".join(map(str, wanted))
            yield found(STATUS, Text(nl, en), same(str(reply.status)), severity)

    return claim


def is_action() -> Claim:
    """Claim that the body is an action: it says which one."""

    def claim(reply: Reply) -> Iterator[Found]:
        if not isinstance(reply["actieId"], str) or not reply["actieId"]:
            yield found(BODY, Text("een actie met actieId", "an action with actieId"), same(shown(reply.json)))

    return claim


def hides(*marks: str) -> Claim:
    """Claim that none of these texts is anywhere in the answer."""

    def claim(reply: Reply) -> Iterator[Found]:
        told = " ".join((reply.text, *reply.headers.values())).lower()
        seen = [mark for mark in marks if mark and mark.lower() in told]
        if seen:
            wanted = Text("geen gegevens van de actie", "no data of the action")
            yield found(BODY, wanted, same(", ".join(seen)))

    return claim


def rows(reply: Reply) -> list[dict[str, Json]]:
    """List the results of a search."""
    results = reply["results"]
    return [row for row in results if isinstance(row, dict)] if isinstance(results, list) else []


def ids(reply: Reply) -> list[str]:
    """List the actieId of every result."""
    return [str(row.get("actieId", "")).lower() for row in rows(reply)]


def row_of(reply: Reply, ident: str) -> dict[str, Json]:
    """Give the result about this action; an empty one when there is none."""
    return next((row for row in rows(reply) if str(row.get("actieId", "")).lower() == ident.lower()), {})


def finds(*wanted: str, among: tuple[str, ...] = ()) -> Claim:
    """Claim that of these actions and those among which they are, exactly these are found.

    When no action is named, nothing at all may be found. What others logged about the same person is not judged.
    """
    own = {ident.lower() for ident in (*wanted, *among)}

    def claim(reply: Reply) -> Iterator[Found]:
        there = sorted({one for one in ids(reply) if not own or one in own})
        # How a list without results is written is judged once, in VL-G-PAG-005.
        if there != sorted(one.lower() for one in set(wanted)):
            nl, en = f"alleen {_few(wanted)}", f"only {_few(wanted)}"
            yield found(RESULTS, Text(nl, en) if wanted else same("[]"), same(_few(there)))

    return claim


def without(one: Mapping[str, Json]) -> Claim:
    """Claim that no result is about this person; what else a search gives is judged elsewhere."""

    def claim(reply: Reply) -> Iterator[Found]:
        number = str(one["objectId"])
        there = [
            str(row.get("actieId", "")) for row in rows(reply) if number in json.dumps(row.get("verwerkteObjecten"))
        ]
        if there:
            yield found(RESULTS, Text(f"niets over {number}", f"nothing about {number}"), same(_few(there)))

    return claim


def misses(*unwanted: str) -> Claim:
    """Claim that none of these actions is found."""

    def claim(reply: Reply) -> Iterator[Found]:
        there = sorted({one.lower() for one in unwanted} & set(ids(reply)))
        if there:
            yield found(RESULTS, Text(f"zonder {_few(there)}", f"without {_few(there)}"), same(_few(ids(reply))))

    return claim


def counts(number: int) -> Claim:
    """Claim that the envelope counts so many results."""

    def claim(reply: Reply) -> Iterator[Found]:
        if str(reply["count"]) != str(number):
            yield found(same("count"), same(str(number)), same(shown(reply["count"])))

    return claim


def _few(names: object) -> str:
    listed = list(names) if isinstance(names, list | tuple) else []
    return f"[{', '.join(listed[:4])}{' …' if len(listed) > 4 else ''}]"


def keeps(body: Mapping[str, Json], *, ident: str = "") -> Claim:
    """Claim that the answer, or the result about one action, has the members of this body with the same meaning."""

    def claim(reply: Reply) -> Iterator[Found]:
        seen = row_of(reply, ident) if ident else reply.json if isinstance(reply.json, dict) else {}
        for name, sent in body.items():
            if not alike(name, sent, seen.get(name)):
                yield found(
                    Text(f"waarde van {name}", f"value of {name}"), same(shown(sent)), same(shown(seen.get(name)))
                )

    return claim


def as_many(number: int) -> Claim:
    """Claim so many actions about a person that nobody else knows."""

    def claim(reply: Reply) -> Iterator[Found]:
        results = reply["results"]
        if not isinstance(results, list) or len(results) != number:
            seen = len(results) if isinstance(results, list) else 0
            what = Text("aantal acties over de persoon", "number of actions about the person")
            yield found(what, same(str(number)), same(str(seen)), Severity.FAILURE)

    return claim


def has_version(processing: str, values: Mapping[str, Json]) -> Claim:
    """Claim that the action of a processing is found, with these values; its id may be another than before."""

    def claim(reply: Reply) -> Iterator[Found]:
        own = [row for row in rows(reply) if alike("verwerkingId", processing, row.get("verwerkingId"))]
        seen = [{name: row.get(name) for name in values} for row in own]
        if len(own) != 1 or any(not alike(name, values[name], own[0].get(name)) for name in values):
            yield found(RESULTS, same(shown([dict(values)])), same(shown(seen)))

    return claim


def alike(name: str, sent: Json, seen: Json) -> bool:
    """Tell whether two values of a member mean the same."""
    if sent == seen or (is_empty(sent) and is_empty(seen) and name != "verwerkteObjecten"):
        return True
    if name in UUIDS or name in CASED:
        return str(sent).lower() == str(seen).lower()
    if name in {"tijdstip", "tijdstipRegistratie"}:
        return moment_of(sent) is not None and moment_of(sent) == moment_of(seen)
    if name == "bewaartermijn":
        return bool(sent == seen) or (months(sent) is not None and months(sent) == months(seen))
    if name == "verwerkteObjecten":
        return objects_alike(sent, seen)
    if name == "verwerkteSoortenGegevens":
        return kinds(sent) == kinds(seen)
    if isinstance(sent, str) and isinstance(seen, str):
        return unicodedata.normalize("NFC", sent) == unicodedata.normalize("NFC", seen)
    return bool(sent == seen)


def moment_of(text: Json) -> tuple[datetime.datetime, datetime.timedelta] | None:
    """Give the instant and the offset of a date-time; None when it is no date-time with an offset."""
    try:
        at = datetime.datetime.fromisoformat(text.replace("z", "Z"))
        offset = at.utcoffset()
    except (ValueError, TypeError, AttributeError):
        return None
    return None if offset is None or "T" not in text.upper() else (at.astimezone(datetime.UTC), offset)


def months(text: Json) -> int | None:
    """Give the number of months of a duration in years and months; None for any other."""
    parts = CALENDAR.fullmatch(text) if isinstance(text, str) and text != "P" else None
    return 12 * int(parts[1] or 0) + int(parts[2] or 0) if parts else None


def objects_alike(sent: Json, seen: Json) -> bool:
    """Tell whether two lists have the same verwerkte objecten in any order; what the log adds to one is ignored."""
    if not isinstance(seen, list) or len(sent) != len(seen):
        return False
    left = [one for one in seen if isinstance(one, dict)]
    for wanted in sent:
        match = next((one for one in left if all(alike(name, wanted[name], one.get(name)) for name in wanted)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def kinds(value: Json) -> list[str]:
    """List the soorten gegevens of an object, in order of the alphabet."""
    given = value if isinstance(value, list) else []
    return sorted(str(one.get("soortGegeven")) if isinstance(one, dict) else f"?{one}" for one in given)


def no_value(*names: str, tolerated: str = "") -> Claim:
    """Claim that members have no value; of a tolerated member a value is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        for name in names:
            for what, expected, actual, severity in empty(name)(reply):
                yield found(what, expected, actual, Severity.WARNING if name == tolerated else severity)

    return claim


def is_uuid(value: Json) -> bool:
    """Tell whether a value is a UUID of any version."""
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def last_segment(url: Json) -> str:
    """Give the last part of the path of an absolute URL; empty when it is not one."""
    parts = split(url) if isinstance(url, str) else split("")
    absolute = parts.scheme in {"http", "https"} and bool(parts.netloc)
    return parts.path.rstrip("/").rpartition("/")[2].lower() if absolute else ""
