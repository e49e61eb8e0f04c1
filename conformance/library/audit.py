"""Checks on audit trails: every write leaves a line, and a line can only be read at its own resource."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

from conformance import auth
from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.jsonvalue import shown
from conformance.library.attempts import signing
from conformance.library.audittrail import (
    LINES,
    PATCHED,
    Trail,
    filled,
    instant,
    represents,
    rows,
    selects_nothing,
)
from conformance.library.standing import kept, told
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, empty, equals, found, holds, member, problem

GONE = (404, 410)


def trail_is_a_list(api: Api, *, resource: str) -> None:
    """The audit trail is an array of objects without pages, and is not empty after a create."""
    what = Text("inhoud van het antwoord", "body of the answer")
    wanted = Text("een JSON-array met ten minste één regel", "a JSON array with at least one line")
    claim = holds(what, wanted, lambda reply: reply.json, lambda body: bool(body) and body == rows(body))
    api.get(_standing(api, resource)[0].path).expects(claim, status=200)


def create_is_recorded(api: Api, *, resource: str) -> None:
    """A create gives exactly one line, of which nieuw is the representation."""
    trail, made = _standing(api, resource)
    reply = trail.shown(trail.shows("create", most=1))
    trail.picked(reply, "create").expects(represents("wijzigingen.nieuw", made))


def update_is_recorded(api: Api, *, resource: str) -> None:
    """A PUT adds a line, of which oud is the representation before and nieuw the one after."""
    trail, states = _changed(api, resource)
    reply = trail.shown(trail.shows("create"), trail.shows("update"))
    line = trail.picked(reply, "update")
    line.expects(represents("wijzigingen.oud", states["made"]), represents("wijzigingen.nieuw", states["put"]))


def partial_update_is_recorded(api: Api, *, resource: str) -> None:
    """A PATCH adds a line, in which oud and nieuw differ in the changed member."""
    trail, made = _new(api, resource)
    text, word = api.resource(resource).text, api.word()
    _written(api.patch(trail.url, {text: word}))
    reply = trail.shown(trail.shows(*PATCHED))
    reply.prefers(trail.shows("partial_update"))
    before, after = member(f"wijzigingen.oud.{text}", told(made, text)[text]), member(f"wijzigingen.nieuw.{text}", word)
    trail.picked(reply, *PATCHED).expects(before, after)


def writes_are_recorded(api: Api, *, resource: str) -> None:
    """Create, PUT and PATCH each give a line with the right resultaat, resource and hoofdObject."""
    trail, _ = _changed(api, resource)
    claims = (trail.shows("create"), trail.shows("update"), trail.shows(*PATCHED, least=2))
    reply = trail.shown(*claims)
    name = member("resource", api.resource(resource).singular)
    for acties, result in ((("create",), 201), (("update",), 200), (PATCHED, 200)):
        with api.continuing():
            trail.picked(reply, *acties).expects(member("resultaat", result), name, trail.points_here("hoofdObject"))


def user_is_recorded(api: Api, *, resource: str) -> None:
    """The line of a write names the user that is in the token."""
    user, name = api.word("u-"), api.word("Tester ")
    token = auth.token(signing(api.run), api.run.now(), user_id=user, user_representation=name)
    made = _written(api.post(resource, api.sample(resource), headers={"Authorization": f"Bearer {token}"}))
    line = Trail(api, resource, made["url"]).line("create")
    line.expects(member("gebruikersId", user), member("gebruikersWeergave", name))


def explanation_is_recorded(api: Api, *, resource: str) -> None:
    """The explanation in X-Audit-Toelichting is in the line of that write, and in no line after it."""
    text = api.word("correctie na telefoontje ")
    made = _written(api.post(resource, api.sample(resource), headers={"X-Audit-Toelichting": text}))
    trail = Trail(api, resource, made["url"])
    _written(api.patch(trail.url, {api.resource(resource).text: api.word()}))
    after = trail.seen(*PATCHED)
    trail.picked(after, *PATCHED).expects(empty("toelichting"))
    trail.picked(after, "create").expects(member("toelichting", text))


def created_from_nothing(api: Api, *, resource: str) -> None:
    """In the line of a create nieuw is an object and oud has no value."""
    line = _standing(api, resource)[0].line("create")
    what = Text("waarde van wijzigingen.nieuw", "value of wijzigingen.nieuw")
    new = holds(
        what, Text("een object", "an object"), lambda one: one["wijzigingen.nieuw"], lambda n: isinstance(n, dict)
    )
    line.expects(new, empty("wijzigingen.oud"))
    line.prefers(member("wijzigingen.oud", None))


def trail_goes_with_its_resource(api: Api, *, resource: str) -> None:
    """After a resource is removed, while another stands, neither its audit trail nor a line of it can be read."""
    api.standing(resource)
    trail, _ = _new(api, resource)
    line = f"{trail.path}/{trail.line('create')['uuid']}"
    if not (reply := api.delete(trail.url)).ok:
        raise Blocked(f"Verwijderen gaf {reply.status}.", f"The removal gave {reply.status}.")
    with api.continuing():
        api.get(trail.path).expects(selects_nothing(*GONE))
    api.get(line).expects(problem(GONE))


def line_can_be_read(api: Api, *, resource: str) -> None:
    """Each line that is read by its uuid is the line in the list."""
    trail, _ = _changed(api, resource)
    reply = trail.seen(*PATCHED)
    for line in (trail.picked(reply, "create"), trail.picked(reply, *PATCHED)):
        with api.continuing():
            api.get(f"{trail.path}/{line['uuid']}").expects(equals(line.json), status=200)


def line_stays_below_its_resource(api: Api, *, resource: str) -> None:
    """A line of one resource is not found below another resource."""
    trail, other = _standing(api, resource)[0], _changed(api, resource)[0]
    line = trail.line("create")["uuid"]
    api.read(f"{trail.path}/{line}")
    api.get(f"{other.path}/{line}").expects(problem(404))


def trail_is_read_only(api: Api, *, resource: str) -> None:
    """A line cannot be added, replaced or removed, and stays as it was."""
    trail, _ = _new(api, resource)
    line = trail.line("create")
    one = f"{trail.path}/{line['uuid']}"
    other: Json = {**line.json, "toelichting": api.word()}
    for method, where, body in (("POST", trail.path, other), ("PUT", one, other), ("DELETE", one, ...)):
        with api.continuing():
            api.request(method, where, body).expects(_not_allowed())
    api.pause()
    kept = Text("de regel van het aanmaken, ongewijzigd", "the line of the create, unchanged")
    claim = holds(LINES, kept, lambda reply: reply.json, lambda body: line.json in rows(body))
    api.get(trail.path).expects(claim, status=200)


def source_is_a_component(api: Api, *, resource: str, known: dict[str, list[str]]) -> None:
    """The bron of a line is the code of the component, for which the standard may know several."""
    component = api.profile.row.apis[api.resource(resource).api].component
    codes = known.get(component, [component])
    what = Text("waarde van bron", "value of bron")
    claim = holds(what, same(" / ".join(codes)), lambda line: line["bron"], lambda bron: bron in codes)
    _standing(api, resource)[0].line("create").expects(claim)


def lines_are_in_order_of_time(api: Api, *, resource: str) -> None:
    """Lines are in order of aanmaakdatum, that of the create first."""
    trail, _ = _changed(api, resource)
    reply = trail.seen(*PATCHED)
    what, wanted = Text("volgorde van aanmaakdatum", "order of aanmaakdatum"), Text("oudste eerst", "oldest first")
    moments = [row.get("aanmaakdatum") for row in rows(reply.json)]
    first = holds(LINES, Text("eerst create", "create first"), trail.successes, lambda acties: acties[0] == "create")
    reply.expects(holds(what, wanted, lambda _: moments, _ascending), first)


def refused_write_is_not_recorded(api: Api, *, resource: str) -> None:
    """A PATCH that was refused as invalid leaves no line that says it succeeded."""
    trail, facts = _new(api, resource)[0], api.resource(resource)
    before = trail.successes(trail.seen("create"))
    name = facts.rsin or facts.reference
    if name is None:
        raise NotApplicable("Geen enkel lid heeft een vaste vorm.", "No member has a fixed form.")
    reply = api.patch(trail.url, {name: "geen geldige waarde"})
    if reply.status not in {400, 403}:
        raise Blocked(f"De ongeldige PATCH gaf {reply.status}.", f"The invalid PATCH gave {reply.status}.")
    api.pause()
    what = Text("acties van geslaagde schrijfacties", "acties of writes that succeeded")
    claim = holds(what, same(" / ".join(map(str, before))), trail.successes, lambda acties: acties == before)
    api.get(trail.path).expects(claim, status=200)


def line_names(api: Api, *, resource: str, name: str) -> None:
    """A member of the line of a create is filled in."""
    _standing(api, resource)[0].line("create").expects(filled(name))


def line_may_name(api: Api, *, resource: str, names: list[str]) -> None:
    """Members of the line of a create that need not be filled in are recorded."""
    _standing(api, resource)[0].line("create").notes(*map(filled, names))


def line_shows(api: Api, *, resource: str, names: list[str]) -> None:
    """The resourceWeergave of a line is the text of these members, with dashes between them."""
    trail, made = _standing(api, resource)
    trail.line("create").expects(member("resourceWeergave", " - ".join(str(made[name]) for name in names)))


def unknown_resource_has_no_trail(api: Api, *, resource: str) -> None:
    """A resource that does not exist has no audit trail; one that does exist has."""
    _standing(api, resource)[0].seen("create")
    api.get(Trail(api, resource, api.url(resource, _random(api))).path).expects(selects_nothing(404))


def lines_fit_the_contract(api: Api, *, resource: str) -> None:
    """The lines of create, PUT and PATCH have the members of the contract, within their limits."""
    trail, _ = _changed(api, resource)
    reply = trail.seen(*PATCHED)
    reply.expects(*(_fits(api, resource, number) for number in range(len(rows(reply.json)))))


def part_of_an_identifier_selects_nothing(api: Api, *, resource: str) -> None:
    """A path with only a part of an identifier gives no line at all."""
    trail, _ = _standing(api, resource)
    line = trail.line("create")["uuid"]
    start = urlsplit(trail.url).path.rpartition("/")[2][:8]
    for below in ("a/audittrail", "-/audittrail", f"{start}/audittrail", f"{start}/audittrail/{line}"):
        with api.continuing():
            api.get(f"{api.url(resource)}/{below}").expects(selects_nothing(404, 400, tolerant=True))


def unknown_line_is_absent(api: Api, *, resource: str) -> None:
    """A line that does not exist is not found below a resource that does exist."""
    trail, _ = _standing(api, resource)
    trail.seen("create")
    api.get(f"{trail.path}/{_random(api)}").expects(problem(404))


def _new(api: Api, resource: str) -> tuple[Trail, dict[str, Json]]:
    made = api.create(resource)
    return Trail(api, resource, str(made["url"])), made


def _standing(api: Api, resource: str) -> tuple[Trail, dict[str, Json]]:
    made = api.standing(resource)
    return Trail(api, resource, str(made["url"]), lasting=True), made


def _changed(api: Api, resource: str) -> tuple[Trail, dict[str, Json]]:
    """Give a resource that was changed with a PUT and a PATCH, and that is only read from then on."""
    states = kept("changed", resource, api, lambda: _states(api, resource))
    return Trail(api, resource, str(states["made"]["url"]), lasting=True), states


def _states(api: Api, resource: str) -> dict[str, Json]:
    trail, made = _new(api, resource)
    replaced = _written(api.put(trail.url, api.sample(resource)))
    _written(api.patch(trail.url, {api.resource(resource).text: api.word()}))
    return {"made": made, "put": replaced}


def _written(reply: Reply) -> dict[str, Json]:
    if not reply.ok or not isinstance(reply["url"], str):
        nl = f"{reply.method} lukte niet ({reply.status}); dat beoordelen andere rijen."
        raise Blocked(nl, f"{reply.method} did not succeed ({reply.status}); other rows judge that.")
    body: dict[str, Json] = reply.json
    return body


def _random(api: Api) -> str:
    return str(uuid.UUID(int=api.random.getrandbits(128), version=4))


def _not_allowed() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status != 405:
            mild = 400 <= reply.status < 500
            what = Text(f"status van het antwoord op {reply.method}", f"status of the answer to {reply.method}")
            yield found(what, same("405"), same(str(reply.status)), Severity.WARNING if mild else Severity.FAILURE)

    return claim


def _ascending(values: list[Json]) -> bool:
    moments = [moment for moment in map(instant, values) if moment]
    return all(one <= next_one for one, next_one in itertools.pairwise(moments))


def _fits(api: Api, resource: str, number: int) -> Claim:
    contract = api.contract(resource)

    def claim(reply: Reply) -> Iterator[Found]:
        for one in contract.schema_violations("AuditTrail", reply[str(number)]):
            where = f"{number}{one.pointer.replace('/', '.')}"
            what = Text(f"regel {where}", f"line {where}")
            yield found(what, same(one.message), same(shown(reply[where])))
        for name in ("uuid", "aanmaakdatum"):
            yield from ((*one[:3], Severity.WARNING) for one in filled(f"{number}.{name}")(reply))

    return claim
