"""What the checks of the Autorisaties API make, and what they claim of a refusal."""

from __future__ import annotations

import uuid
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
    invalid_names,
    problem,
    same,
    shown,
)

MAIN = "applicaties"
READ, WRITE = "autorisaties.lezen", "autorisaties.bijwerken"
FLAG, ROWS, IDS = "heeftAlleAutorisaties", "autorisaties", "clientIds"
FORM = ("code", "title", "detail", "instance")
ITEM = ("name", "code", "reason")
PROBLEM = "application/problem+json"


def consumer(api: Api) -> str:
    """Give the address that finds the applicatie of a client."""
    return api.url(MAIN, "consumer")


def unknown(api: Api) -> str:
    """Give the address of an applicatie that does not exist."""
    return api.url(MAIN, str(uuid.UUID(int=api.random.getrandbits(128), version=4)))


def row(component: str = "nrc", *scopes: str, **members: Json) -> dict[str, Json]:
    """Give an autorisatie; without scopes the one of a subscriber to notifications."""
    return {"component": component, "scopes": list(scopes or ("notificaties.consumeren",)), **members}


def type_of(kind: str, api: Api) -> str:
    """Give a URL for a type: one that can be fetched where the suite has an address, and else a plausible one."""
    try:
        return api.neighbour.place()
    except Blocked:
        ident = uuid.UUID(int=api.random.getrandbits(128), version=4)
        return f"https://catalogi.example.com/catalogi/api/v1/{kind}/{ident}"


def made_with(api: Api, ids: list[str]) -> dict[str, Json]:
    """Make an applicatie with these client ids; raises Blocked when it got others."""
    made = api.create(MAIN, **{IDS: ids})
    if made[IDS] != ids:
        nl = "De applicatie kreeg andere client-id's; dat beoordeelt IAM-AC-015."
        raise Blocked(nl, "The applicatie got other client ids; IAM-AC-015 judges that.")
    return made


def results(reply: Reply) -> list[Json]:
    """Give what a list holds, whatever its envelope; that is judged in IAM-AC-005."""
    body = reply.json
    rows = body.get("results") if isinstance(body, dict) else body
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def tail(url: Json) -> str:
    """Give the last part of a URL, which does not change with the name of the host."""
    return str(url).rstrip("/").rpartition("/")[2]


def grants(body: Json) -> list[tuple[str, list[str]]]:
    """Give the components and scopes of an applicatie, in one order."""
    rows = body.get(ROWS) if isinstance(body, dict) else None
    found_rows = [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
    return sorted((str(one.get("component")), sorted(map(str, one.get("scopes") or ()))) for one in found_rows)


def refused(name: str, code: str) -> Claim:
    """Claim a 400 that, when it lists members, names this one; another code is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        yield from problem(400, name)(reply)
        codes = sorted({str(one.get("code")) for one in faults(reply) if str(one.get("name")) == name})
        if codes and code not in codes:
            what = Text(f"code van {name}", f"code of {name}")
            yield found(what, same(code), same(", ".join(codes)), Severity.WARNING)

    return claim


def faults(reply: Reply) -> list[dict[str, Json]]:
    """Give the items of invalidParams."""
    rows = reply["invalidParams"]
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def lists(*names: str) -> Claim:
    """Claim that invalidParams names each of these members, in whatever notation."""

    def plain(name: str) -> str:
        return "".join(letter for letter in name.lower() if letter.isalnum())

    def claim(reply: Reply) -> Iterator[Found]:
        known = {plain(name) for name in invalid_names(reply.json)}
        if not {plain(name) for name in names} <= known:
            what = Text("namen in invalidParams", "names in invalidParams")
            yield found(what, same(", ".join(names)), same(", ".join(invalid_names(reply.json)) or "-"))

    return claim


def fout() -> Claim:
    """Claim the form of an error: problem+json with code, title, status, detail and instance."""
    filled = Text("tekst die niet leeg is", "text that is not empty")

    def claim(reply: Reply) -> Iterator[Found]:
        kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != PROBLEM:
            yield found(same("header Content-Type"), same(PROBLEM), same(kind or "-"))
        if type(reply["status"]) is not int or reply["status"] != reply.status:
            yield found(same("status"), same(str(reply.status)), same(shown(reply["status"])))
        for name in FORM:
            # The text of a list of faults may be empty: each fault says why itself.
            optional = name == "detail" and bool(faults(reply))
            if not isinstance(reply[name], str) or not (reply[name] or optional):
                yield found(same(name), filled, same(shown(reply[name])))

    return claim


def fault_list() -> Claim:
    """Claim that invalidParams is a filled list of name, code and reason."""

    def claim(reply: Reply) -> Iterator[Found]:
        rows = reply["invalidParams"]
        if not isinstance(rows, list) or not rows:
            yield found(same("invalidParams"), Text("een gevulde lijst", "a filled list"), same(shown(rows)))
            return
        for one in rows:
            if not isinstance(one, dict) or any(not isinstance(one.get(key), str) or not one[key] for key in ITEM):
                yield found(same("invalidParams"), same(", ".join(ITEM)), same(shown(one)))

    return claim


def hides(*marks: str) -> Claim:
    """Claim that an answer shows none of these texts."""

    def claim(reply: Reply) -> Iterator[Found]:
        if any(mark in reply.text for mark in marks):
            what = Text("inhoud van het antwoord", "body of the answer")
            yield found(what, Text("geen gegevens", "no data"), Text("gegevens", "data"))

    return claim


def foreigner(api: Api) -> Api | None:
    """Give this API as a client of another component; None when the target file names none."""
    try:
        return api.foreigner()
    except Blocked:
        return None
