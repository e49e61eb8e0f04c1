"""Checks on reading one occurrence with inzage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance import Api, Blocked, Claim, Found, Json, Reply, Text, found, is_empty, named, same, shown

from .acties import OBJECT, VERTROUWELIJK, fresh, full, known
from .claims import BODY, alike, answers, hides, rows
from .inspection import Mark, action_of, look, look_at, marked, telling
from .occurrences import READ_ALL, occurrences, readable, reader, searched, secrets, withholds
from .versions import GONE, Held, follow, lifted, meant, put, removed, stored


def occurrence_equals_the_result(api: Api) -> None:
    """An occurrence that is read by its id equals the result of the search; so it does by its url."""
    held = occurrences(api)["whole"]
    seen = look(reader(api), held.one)
    results = [_described(api, row) for row in rows(seen) if not is_empty(row.get("verwerktObjectId"))]
    if seen.status != 200 or not results:
        raise Blocked("Inzage gaf geen voorkomens.", "Inzage gave no occurrences.")
    own = results[-1]["verwerktObjectId"]
    fitting = [row for row in results if alike("verwerktObjectId", own, row["verwerktObjectId"])]
    look_at(reader(api), str(own)).expects(_equals_one_of(fitting), status=200)
    _by_url(api, fitting)


def unknown_occurrence_is_not_found(api: Api) -> None:
    """An occurrence that does not exist gives 404."""
    searched(api)
    look_at(api, fresh(api)).expects(answers(404))


def odd_occurrence_id_is_refused(api: Api, *, values: list[str]) -> None:
    """An id that is not a UUID gives 400 or 404."""
    searched(api)
    for value in values:
        with api.continuing():
            look_at(api, value).expects(named(value, answers(400, 404)))


def confidential_occurrence_is_closed(api: Api) -> None:
    """An occurrence in a confidential action is refused to both scopes, and nothing of it is told."""
    held = stored(api, vertrouwelijkheid=VERTROUWELIJK)
    mark = _marked(held)
    readable(api)
    for client in (reader(api), api):
        with api.continuing():
            reply = look_at(client, mark.own).expects(answers(403, 404))
            reply.expects(hides(mark.role, mark.name, str(held.one["objectId"])))


def lifted_occurrence_needs_read_confidential(api: Api) -> None:
    """An occurrence in a lifted action is open to read:confidential and closed to read:normal; open is a warning."""
    held = lifted(api)
    mark = _marked(held)
    readable(api)
    look_at(api.client(READ_ALL), mark.own).expects(_is(mark), status=200)
    reply = look_at(reader(api), mark.own)
    reply.expects(answers(403, 404, tolerated=(200,)))
    if not reply.ok:
        reply.expects(hides(mark.role, mark.name, str(held.one["objectId"])))


def members_are_withheld_by_id(api: Api) -> None:
    """An occurrence that is read by its id tells nothing that inzage withholds, and nothing of other people."""
    held = occurrences(api)["whole"]
    witness = held.body["verwerkteObjecten"][1]
    seen = look_at(api, _marked(held).own)
    if seen.status != 200:
        raise Blocked(f"Een voorkomen lezen gaf {seen.status}.", f"Reading an occurrence gave {seen.status}.")
    seen.expects(withholds(), hides(*secrets(held), str(witness["objectId"]), str(witness["betrokkenheid"])))


def deleted_occurrence_is_gone(api: Api) -> None:
    """An occurrence that could be read is gone when its action was deleted."""
    held = stored(api)
    mark = _marked(held)
    with meant():
        look_at(full(api), mark.own).expects(status=200)
    removed(api, held)
    look_at(full(api), mark.own).expects(answers(*GONE), hides(str(held.one["objectId"])))


def occurrence_is_current(api: Api) -> None:
    """After a change the occurrence has its new values, by the id of before, when that still works, and by the new."""
    held = stored(api)
    changes: dict[str, Json] = {"actieNaam": api.word("Nieuwe naam ")}
    reply = put(full(api), held, **changes)
    if not reply.ok:
        raise Blocked(f"Wijzigen lukte niet ({reply.status}).", f"Changing did not succeed ({reply.status}).")
    now = follow(held, reply, changes)
    readable(api)
    look_at(api, _marked(now).own).expects(_names(now), status=200)
    if _marked(now).own != _marked(held).own:
        look_at(api, _marked(held).own).expects(_names_or_gone(now))


def _marked(held: Held) -> Mark:
    mark = marked(held.made, held.one)
    if not mark.own:
        nl = "Het log gaf de persoon geen verwerktObjectId; dat beoordelen andere rijen."
        raise Blocked(nl, "The log gave the person no verwerktObjectId; other rows judge that.")
    return mark


def _by_url(log: Api, results: list[dict[str, Json]]) -> None:
    """Read by the address in the result, where that is under an address in the target file."""
    url = str(results[0].get("url"))
    if not log.run.knows(url) or not log.run.at_home(url):
        return
    seen = reader(log).get(url, headers=telling(log))
    seen.prefers(_equals_one_of(results), status=200)


def _equals_one_of(results: list[dict[str, Json]]) -> Claim:
    """Claim that the body has everything that one of these results has."""

    def claim(reply: Reply) -> Iterator[Found]:
        body = reply.json if isinstance(reply.json, dict) else {}
        lacking = [sorted(name for name in row if not _same(name, row[name], body.get(name))) for row in results]
        if [] not in lacking:
            wanted = Text("zoals in de lijst", "as in the list")
            yield found(BODY, wanted, same(shown(lacking[0])))

    return claim


def _described(log: Api, row: Mapping[str, Json]) -> dict[str, Json]:
    """Give the members of a result that the description knows: what a log adds of its own is not judged."""
    told = {name: value for name, value in row.items() if name in (*OBJECT, "verwerkingsactie")}
    action = told.get("verwerkingsactie")
    return told | ({"verwerkingsactie": known(log, action)} if isinstance(action, dict) else {})


def _same(name: str, listed: Json, read: Json) -> bool:
    if name == "verwerkingsactie" and isinstance(listed, dict) and isinstance(read, dict):
        return all(alike(key, listed[key], read.get(key)) for key in listed if key != "verwerkteObjecten")
    return alike(name, listed, read)


def _is(mark: Mark) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not isinstance(reply.json, dict) or not mark.fits(reply.json):
            yield found(BODY, same(mark.role), same(shown(reply["betrokkenheid"])))

    return claim


def _names(held: Held) -> Claim:
    """Claim that the action of an occurrence has its current name, when it is shown."""

    def claim(reply: Reply) -> Iterator[Found]:
        body: Mapping[str, Json] = reply.json if isinstance(reply.json, dict) else {}
        action = action_of(body)
        if action and action.get("actieNaam") != held.body["actieNaam"]:
            what = Text("waarde van actieNaam", "value of actieNaam")
            yield found(what, same(shown(held.body["actieNaam"])), same(shown(action.get("actieNaam"))))

    return claim


def _names_or_gone(held: Held) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        yield from _names(held)(reply) if reply.ok else answers(*GONE)(reply)

    return claim
