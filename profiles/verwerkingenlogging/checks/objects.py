"""Checks on the verwerkte objecten of an action: the people, and what was processed of them."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import Api, Claim, Found, Json, Reply, Severity, Text, found, same, shown

from .acties import ACTIES, PAST, citizen, day, ident, logged, minimal, person, posted, triple, twin, two_people, where
from .asking import listing
from .claims import answers, finds, is_action, is_uuid, keeps, last_segment, succeeds


def several_people_are_kept(api: Api) -> None:
    """An action about two people keeps what it says of each, and is found by either."""
    twin(api, shown=True)
    people = two_people(api)
    body = minimal(api, *people)
    kept = keeps({"verwerkteObjecten": body["verwerkteObjecten"]})
    made = api.post(ACTIES, body).expects(succeeds(), is_action(), kept)
    api.get(where(api, made.json)).expects(kept, status=200)
    for one in people:
        listing(api, triple(one)).expects(finds(ident(made.json)), status=200)


def action_without_people_is_accepted(api: Api) -> None:
    """An action with an empty list of objects is logged and can be read."""
    twin(api)
    body = {**minimal(api), "verwerkteObjecten": []}
    made = api.post(ACTIES, body).expects(succeeds(), is_action())
    api.get(where(api, made.json)).expects(keeps({"verwerkteObjecten": []}), status=200)


def objects_get_an_address(api: Api) -> None:
    """Each object gets a UUID and a url that ends with it."""
    people = [person(api), citizen(api)]
    made = posted(api, minimal(api, *people), named=False)
    made.expects(_addressed(), _tells_nobody(*(str(one["objectId"]) for one in people)))


def objects_are_occurrences(api: Api) -> None:
    """The same person in two actions has another verwerktObjectId in each."""
    one, seen = person(api), []
    for _ in range(2):
        made = posted(api, minimal(api, one))
        seen.append(str(made["verwerkteObjecten.0.verwerktObjectId"]).lower())
    made.expects(_other(seen))


def kinds_belong_to_their_object(api: Api) -> None:
    """Each object comes back with its own soorten gegevens."""
    body = minimal(api, *two_people(api))
    sent = {"verwerkteObjecten": body["verwerkteObjecten"]}
    made = posted(api, body).expects(keeps(sent))
    api.get(where(api, made.json)).expects(keeps(sent), status=200)


def other_identifiers_are_possible(api: Api, *, kind: str, prefix: str) -> None:
    """A person with another kind of identifier than a BSN is logged and found."""
    twin(api, shown=True)
    logged(api, minimal(api, citizen(api)))
    one = person(api, soortObjectId=kind, objectId=api.word(prefix))
    body = minimal(api, one)
    made = api.post(ACTIES, body).expects(succeeds(), is_action())
    listing(api, triple(one)).expects(finds(ident(made.json)), status=200)


def identifiers_are_plain(api: Api) -> None:
    """A BSN comes back as it was sent: in the answer, when the action is read, and in a list."""
    twin(api, shown=True)
    one = citizen(api)
    body = minimal(api, one)
    sent = {"verwerkteObjecten": body["verwerkteObjecten"]}
    made = api.post(ACTIES, body).expects(succeeds(), is_action(), keeps(sent))
    api.get(where(api, made.json)).expects(keeps(sent), status=200)
    period = {"beginDatum": day(api, PAST - 1), "eindDatum": day(api, PAST + 2)}
    listing(api, triple(one, **period)).expects(keeps(sent, ident=ident(made.json)), status=200)


def identifiers_have_no_check_digit(api: Api, *, values: list[str]) -> None:
    """A BSN of seven digits, as in the examples of the standard, is accepted; a refusal is a warning."""
    posted(api, minimal(api, citizen(api)))
    for value in values:
        with api.continuing():
            reply = api.post(ACTIES, minimal(api, person(api, soortObjectId="BSN", objectId=value)))
            if reply.ok:
                reply.expects(is_action())
            else:
                reply.expects(answers(201, tolerated=(400,)))


def _tells_nobody(*numbers: str) -> Claim:
    """Claim that no address names a person: addresses end up in logs and histories of others."""

    def claim(reply: Reply) -> Iterator[Found]:
        objects = reply["verwerkteObjecten"] if isinstance(reply["verwerkteObjecten"], list) else []
        urls = [str(one.get("url")) for one in (reply.json, *objects) if isinstance(one, dict)]
        told = [url for url in (*urls, reply.headers.get("Location", "")) if any(n in url for n in numbers)]
        if told:
            wanted = Text("zonder nummer van een persoon", "without the number of a person")
            yield found(Text("adressen in het antwoord", "addresses in the answer"), wanted, same(shown(told)))

    return claim


def _addressed() -> Claim:
    """Claim objects that each have a UUID and an address that ends with it; how many there are is judged elsewhere."""

    def claim(reply: Reply) -> Iterator[Found]:
        listed = reply["verwerkteObjecten"]
        objects: list[Json] = listed if isinstance(listed, list) and listed else [{}]
        wanted = Text(
            "een UUID, en een absolute url die daarop eindigt", "a UUID, and an absolute url that ends with it"
        )
        for place, item in enumerate(objects):
            one = item if isinstance(item, dict) else {}
            own, url = one.get("verwerktObjectId"), one.get("url")
            if not is_uuid(own) or last_segment(url) != str(own).lower() or len(str(url)) > 2042:
                yield found(same(f"verwerkteObjecten.{place}"), wanted, same(shown([own, url])))

    return claim


def _other(seen: list[str]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if len(set(seen)) != len(seen):
            what = Text("verwerktObjectId in twee acties", "verwerktObjectId in two actions")
            yield found(what, Text("verschillend", "different"), same(shown(seen)), Severity.WARNING)

    return claim
