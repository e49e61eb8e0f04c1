"""Checks on reading one verwerkingsactiviteit: by its id, with its ETag, and from the log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance import (
    Api,
    Blocked,
    Claim,
    Found,
    Json,
    NotApplicable,
    Reply,
    Text,
    equal,
    found,
    has_status,
    named,
    no_body,
    reading,
    same,
    shown,
)

from .acties import VAR, fresh, logged, minimal, where
from .activities import LISTS, TEXTS, address, place, register
from .claims import BODY, answers, rows

TAG = re.compile(r'(W/)?"[^"]*"')
DESCRIBED = frozenset(("id", "verantwoordelijkeOrganisatie", "bewaartermijn", *TEXTS, *LISTS))
OTHER = '"00000000000000000000000000000000"'


def activity_is_readable(api: Api) -> None:
    """A listed activity is read by its id; that only the plural path works is a warning."""
    known = [row for row in rows(register(api)) if row.get("id")]
    ids = [str(row["id"]).lower() for row in known]
    single = [row for row, one in zip(known, ids, strict=True) if ids.count(one) == 1]
    if not single:
        raise Blocked("Geen activiteit heeft een eigen id (VL-VAR-LIST-009).", "No activity has an id of its own.")
    for row in (single[0], single[-1]) if len(single) > 1 else single:
        with api.continuing():
            reply = reading(api, address(api, str(row["id"])))
            plural = api.get(f"{api.url(VAR)}/{row['id']}") if reply.status == 404 else reply
            if plural is not reply and plural.ok:
                reply.prefers(status=200)
            plural.expects(_equals(row), status=200)


def unknown_activity_is_not_found(api: Api) -> None:
    """An activity that does not exist gives 404."""
    _listed(api)
    api.get(address(api, fresh(api))).expects(answers(404))


def odd_activity_id_is_refused(api: Api, *, values: list[str]) -> None:
    """An id that is not a UUID gives 400 or 404."""
    _listed(api)
    for value in values:
        with api.continuing():
            api.get(address(api, value)).expects(named(value, answers(400, 404)))


def activity_has_a_tag(api: Api) -> None:
    """An activity has an ETag in quotes, the same when it is read again."""
    url, first = _read(api)
    second = api.get(url)
    for reply in (first, second):
        reply.expects(_tagged(first.headers.get("ETag")))


def current_tag_gives_304(api: Api) -> None:
    """With the current ETag, alone or among others, the answer is an empty 304; 200 with the same is a warning."""
    url, first = _read(api)
    tag = first.headers.get("ETag")
    if not tag:
        raise NotApplicable("Een activiteit heeft geen ETag.", "An activity has no ETag.")
    for value in (tag, f"{OTHER}, {tag}"):
        with api.continuing():
            reply = api.get(url, headers={"If-None-Match": value})
            same_tag = (200,) if reply.ok and reply.headers.get("ETag") == tag else ()
            reply.expects(named(value, answers(304, tolerated=same_tag)))
            if reply.status == 304:
                reply.expects(no_body())


def other_tag_gives_the_activity(api: Api) -> None:
    """With another ETag, and without one, the whole activity is given."""
    known = [row for row in rows(register(api)) if row.get("id")]
    if not known:
        raise Blocked("Geen activiteit heeft een id.", "No activity has an id.")
    url = place(api, str(known[0]["id"]))
    for headers in ({"If-None-Match": OTHER}, {}):
        with api.continuing():
            reply = api.get(url, headers=headers)
            reply.expects(named(str(headers), has_status(200)), _says(known[0]))


def reference_in_the_log_leads_here(api: Api) -> None:
    """The address of an activity in a logged action leads to that activity."""
    known = [row for row in rows(register(api)) if row.get("id")]
    if not known:
        raise Blocked("Geen activiteit heeft een id.", "No activity has an id.")
    own = str(known[0]["id"])
    members = {"verwerkingsactiviteitId": own, "verwerkingsactiviteitUrl": address(api, own)}
    made = logged(api, minimal(api, **members))
    seen = api.request("GET", where(api, made), phase="arrange")
    url = str(seen["verwerkingsactiviteitUrl"])
    if not api.run.knows(url):
        raise Blocked(f"{url} is een adres van iemand anders.", f"{url} is somebody else's address.")
    api.get(url).prefers(_says(known[0]), status=200)


def _listed(log: Api) -> None:
    seen = reading(log, VAR)
    if seen.status != 200 or not isinstance(seen["results"], list):
        raise Blocked(f"Het register lezen gaf {seen.status}.", f"Reading the register gave {seen.status}.")


def _read(log: Api) -> tuple[str, Reply]:
    """Read the first activity; raises Blocked when that fails."""
    known = [row for row in rows(register(log)) if row.get("id")]
    url = place(log, str(known[0]["id"])) if known else log.url(VAR)
    reply = reading(log, url)
    if not known or reply.status != 200:
        nl = f"Een activiteit lezen gaf {reply.status}; dat beoordeelt VL-VAR-READ-001."
        raise Blocked(nl, f"Reading an activity gave {reply.status}; VL-VAR-READ-001 judges that.")
    return url, reply


def _equals(row: dict[str, Json]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        body = reply.json if isinstance(reply.json, dict) else {}
        other = sorted(name for name in DESCRIBED & {*row} if not equal(row[name], body.get(name)))
        if other:
            yield found(BODY, Text("zoals in de lijst", "as in the list"), same(", ".join(other)))

    return claim


def _says(row: dict[str, Json]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if str(reply["id"]).lower() != str(row["id"]).lower():
            yield found(BODY, same(str(row["id"])), same(shown(reply["id"])))

    return claim


def _tagged(tag: str | None) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        seen = reply.headers.get("ETag")
        if not seen or not TAG.fullmatch(seen) or seen != tag:
            wanted = Text("een waarde tussen aanhalingstekens, steeds dezelfde", "a value in quotes, always the same")
            yield found(same("header ETag"), wanted, same(seen or "-"))

    return claim
