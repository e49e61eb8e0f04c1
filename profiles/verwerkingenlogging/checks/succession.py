"""Checks on what a PUT leaves: one current version, of this action alone, and everywhere the same."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from conformance import Api, Claim, Found, Json, Reply, Text, found, same, shown

from .acties import INZAGE, fresh, full, ident, known, person, triple, where
from .asking import listing
from .claims import RESULTS, STATUS, finds, ids, keeps, moment_of, succeeds
from .inspection import look, tells_only
from .occurrences import acting
from .operations import offered
from .versions import GONE, again, follow, put, replaced_by, settled, shows, somebody, stored, versions

OLD = "2001-01-01T00:00:00Z"
CLOSE = 60
STEP = 1.1


def change_is_shown_everywhere(api: Api) -> None:
    """After a PUT the action has its new values by id, in a search, under its new activity, and in inzage."""
    held, after = acting(api, somebody(api)), fresh(api)
    before = held.body.get("verwerkingsactiviteitId")
    changes: dict[str, Json] = {"handelingNaam": api.word("Handeling ")}
    changes |= {"verwerkingsactiviteitId": after} if before else {}
    now = follow(held, put(api, held, **changes).expects(succeeds()), changes)
    own, one = ident(now.made), held.one
    api.get(where(api, now.made)).expects(keeps(changes), status=200)
    both = (own, ident(held.made))
    listing(api, triple(one)).expects(finds(own, among=both), keeps(changes, ident=own), _once(own), status=200)
    if before:
        listing(api, triple(one, verwerkingsactiviteitId=after)).expects(finds(own, among=both), status=200)
        listing(api, triple(one, verwerkingsactiviteitId=before)).expects(finds(among=both), status=200)
    if offered(api, INZAGE):
        look(api, one).expects(tells_only(now, **changes), status=200)


def put_renews_registration(api: Api) -> None:
    """A PUT gives the action a new moment of registration, and leaves the moment of the action."""
    held = stored(api)
    time.sleep(STEP)
    now = follow(held, put(api, held).expects(succeeds()), {})
    api.get(where(api, now.made)).expects(
        renewed(api, held.made), keeps({"tijdstip": held.told["tijdstip"]}), status=200
    )


def renewed(log: Api, before: Mapping[str, Json]) -> Claim:
    """Claim a moment of registration, of an action or of the first in a list, later than before and near now."""
    earlier, now = moment_of(before.get("tijdstipRegistratie")), log.run.now()

    def claim(reply: Reply) -> Iterator[Found]:
        shows = reply["tijdstipRegistratie"] or reply["results.0.tijdstipRegistratie"]
        seen = moment_of(shows)
        later = seen is not None and earlier is not None and seen[0] > earlier[0]
        if seen is None or not later or abs(seen[0].timestamp() - now) > CLOSE + log.run.settle:
            what = Text("waarde van tijdstipRegistratie", "value of tijdstipRegistratie")
            wanted = Text(f"nu, en na {shown(before.get('tijdstipRegistratie'))}", "now, and later than before")
            yield found(what, wanted, same(shown(shows)))

    return claim


def path_decides_which_action(api: Api) -> None:
    """A PUT changes the action in its path, whatever url, actieId and tijdstipRegistratie its body has."""
    first, second = stored(api), stored(api)
    sent = {"url": second.made.get("url"), "actieId": second.made["actieId"], "tijdstipRegistratie": OLD}
    reply = put(api, first, **sent)
    if reply.status != 400:
        reply.expects(succeeds())
    settled(api, "PUT")
    for held in (follow(first, reply, {}) if reply.ok else first, second):
        with api.continuing():
            seen = full(api).get(where(api, held.made))
            seen.expects(keeps({"actieNaam": held.told["actieNaam"]}), _not_old(), status=200)


def one_version_is_current(api: Api) -> None:
    """After a PUT the id in the answer leads to the new values, and the id before it never to the old ones."""
    held, changes = stored(api), {"actieNaam": api.word("Nieuwe naam ")}
    reply = put(api, held, **changes).expects(succeeds())
    now = follow(held, reply, changes)
    api.get(where(api, now.made)).expects(keeps(changes), status=200)
    if ident(now.made) != ident(held.made):
        reply.prefers(keeps({"actieId": held.made["actieId"]}))
        api.get(where(api, held.made)).expects(_new_or_gone(changes))
    listing(api, triple(held.one)).expects(versions(held.processing, 1, **changes), status=200)


def other_actions_stay(api: Api) -> None:
    """A PUT leaves another action of the same processing as it was."""
    processing = fresh(api)
    first, second = (stored(api, verwerkingId=processing) for _ in range(2))
    replaced_by(api, first, verwerkingNaam=api.word("Andere verwerking "))
    full(api).get(where(api, second.made)).expects(keeps(known(api, second.made)), status=200)


def action_changes_more_than_once(api: Api) -> None:
    """A second PUT, on the id that the first gave, makes the current version."""
    held = replaced_by(api, stored(api), actieNaam=api.word("Eerste naam "))
    changes = {"actieNaam": api.word("Tweede naam ")}
    now = follow(held, put(api, held, **changes).expects(succeeds()), changes)
    api.get(where(api, now.made)).expects(keeps(changes), status=200)
    listing(api, triple(held.one)).expects(versions(held.processing, 1, **changes), status=200)


def empty_value_replaces(api: Api) -> None:
    """A PUT with an empty value empties the member, for one of the two ways to write it."""
    held, refused = stored(api), []
    for name, value in (("gegevensbron", ""), ("systeem", None)):
        changes = {name: value}
        reply = put(api, held, **changes)
        if not reply.ok:
            refused.append(reply)
            continue
        held = follow(held, reply, changes)
        with api.continuing():
            shows(api, held, **changes)
    if len(refused) > 1:
        refused[0].expects(succeeds())


def people_are_those_of_the_body(api: Api) -> None:
    """After a PUT a person who was left out is not found, and one whose number changed is found by the new one."""
    one, other = somebody(api), somebody(api)
    held = stored(api, one, other)
    objects = again(held)["verwerkteObjecten"]
    changes: dict[str, Json] = {"verwerkteObjecten": objects[:1]}
    held = follow(held, put(api, held, **changes).expects(succeeds()), changes)
    own = ident(held.made)
    listing(api, triple(other)).expects(finds(among=(own,)), status=200)
    number = person(api)["objectId"]
    changes = {"verwerkteObjecten": [{**again(held)["verwerkteObjecten"][0], "objectId": number}]}
    held = follow(held, put(api, held, **changes).expects(succeeds()), changes)
    own = ident(held.made)
    listing(api, triple(held.one)).expects(finds(own), status=200)
    listing(api, triple(one)).expects(finds(among=(own,)), status=200)


def _once(own: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if ids(reply).count(own) > 1:
            yield found(RESULTS, Text("de actie één keer", "the action once"), same(str(ids(reply).count(own))))

    return claim


def _not_old() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        seen = moment_of(reply["tijdstipRegistratie"])
        if seen is not None and seen[0].year == 2001:
            what = Text("waarde van tijdstipRegistratie", "value of tijdstipRegistratie")
            yield found(what, Text(f"niet {OLD}", f"not {OLD}"), same(shown(reply["tijdstipRegistratie"])))

    return claim


def _new_or_gone(values: Mapping[str, Json]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.ok:
            yield from keeps(values)(reply)
        elif reply.status not in GONE:
            yield found(STATUS, same("200, 404, 410"), same(str(reply.status)))

    return claim
