"""Checks on the messages that a target publishes about what it did."""

from __future__ import annotations

import email.utils
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from conformance.api import Api
from conformance.errors import Blocked
from conformance.jsonvalue import equal, is_empty, leaves, member_of, shown
from conformance.library.access import without_scope
from conformance.library.standing import reading
from conformance.model import Json, Severity, Text, same
from conformance.neighbours import RECEIVER, Call, Neighbours
from conformance.reply import Claim, Found, Reply, found, holds
from conformance.run import split

MEMBERS = ("kanaal", "hoofdObject", "resource", "resourceUrl", "actie", "aanmaakdatum", "kenmerken")
UPDATES = ("update", "partial_update")
LATE, QUIET, CLOCK, MINUTE = 10.0, 10.0, 5.0, 60.0


@dataclass(frozen=True)
class Write:
    """A write that succeeded, and the messages about it in order of arrival."""

    reply: Reply
    url: str
    done: float
    calls: tuple[Call, ...]

    @property
    def messages(self) -> list[Json]:
        """The different messages; a repeat is left out."""
        return list({call.body: call.json for call in self.calls}.values())


def creation_is_published(api: Api, *, resource: str, kanaal: str = "") -> None:
    """Creating a resource publishes one complete message, on the channel of its name unless another is given."""
    main, write = api.resource(resource), _write(api, "POST", resource, api.sample(resource), "create")
    expected = {"kanaal": kanaal or main.name, "resource": main.singular, "actie": "create"}
    write.reply.expects(_once(write), _complete(write), _says(write, expected), _names(write))


def update_is_published(api: Api, *, resource: str) -> None:
    """A PUT and a PATCH each publish a message."""
    body, text = api.sample(resource), api.resource(resource).text
    where = str(api.add(resource, body)["url"])
    for method, sent in (("PUT", body), ("PATCH", {text: api.word("Z ")})):
        with api.continuing():
            write = _write(api, method, where, sent, *UPDATES)
            write.reply.expects(_once(write, Severity.WARNING), _names(write))


def removal_is_published(api: Api, *, resource: str) -> None:
    """A DELETE publishes one message with the old url and filled kenmerken."""
    where = str(api.create(resource)["url"])
    write = _write(api, "DELETE", where, ..., "destroy")
    write.reply.expects(_once(write), _names(write), _filled(write))


def refusal_is_not_published(api: Api, *, resource: str) -> None:
    """Writes that are refused publish nothing; the accepted write that follows does."""
    text, server = api.resource(resource).text, receiver(api)
    where = _write(api, "POST", resource, api.sample(resource), "create").url
    since, wrong = api.run.now(), {text: {"geen": "tekst"}}
    refused = [api.post(resource, api.sample(resource, **wrong)), api.patch(where, wrong)]
    limited = without_scope(api, api.operation("PATCH", resource, "/{uuid}").scopes[0])
    refused.append(limited.patch(where, {text: api.word("Z ")}))
    if any(reply.ok for reply in refused):
        raise Blocked("Het product nam een ongeldige wijziging aan.", "The product accepted an invalid change.")
    calls = server.messages(where, since, actions=UPDATES, patience=min(QUIET, _patience(api)))
    refused[-1].expects(_nothing((*calls, *server.messages(api.url(resource), since))))
    _heard(_write(api, "PATCH", where, {text: api.word("Z ")}, *UPDATES))


def message_is_poor(api: Api, *, resource: str) -> None:
    """A message holds no data of the resource but its kenmerken."""
    made, write, row = api.standing(resource), _heard(_told(api, resource)), api.resource(resource)
    sent = {name: made.get(name) for name in api.profile.samples[resource]["default"]}
    telling = [value for _, value in leaves(sent) if _telling(value) and value != made.get(row.rsin or "")]
    kenmerken = [made.get(name) for name in row.kenmerken]
    write.reply.expects(_keeps_to_itself(write, telling, kenmerken)).prefers(_nothing_more(write))


def message_tells_the_moment(api: Api, *, resource: str) -> None:
    """The aanmaakdatum of a message is the moment of the write, with an offset, on the clock of the target."""
    write = _heard(_write(api, "POST", resource, api.sample(resource), "create"))
    date = write.reply.headers.get("Date")
    now = email.utils.parsedate_to_datetime(date).timestamp() if date else write.done
    write.reply.expects(_moment(write, now))


def message_is_authorized(api: Api, *, resource: str) -> None:
    """A message is posted with a bearer token."""
    write = _heard(_told(api, resource))
    what = Text("Authorization bij het bericht", "Authorization of the message")
    kinds = ", ".join(sorted({call.authorization for call in write.calls}))
    write.reply.expects(_claim(what, same("Bearer"), same(kinds or "-"), fine=kinds.lower() == "bearer"))


def failing_receiver_loses_nothing(api: Api, *, resource: str) -> None:
    """A write whose message is refused is done as a whole, or not at all."""
    server, body, selector = receiver(api), api.sample(resource), api.resource(resource).selector
    since = api.run.now()
    with server.refusing():
        reply = api.post(resource, body)
        calls = server.messages(None, since, actions=("create",), patience=_patience(api))
    if not calls:
        raise Blocked("Er kwam geen bericht om te weigeren.", "There was no message to refuse.")
    what, wanted = Text(f"aantal na antwoord {reply.status}", f"number after answer {reply.status}"), int(reply.ok)
    fits = holds(what, same(str(wanted)), lambda rows: _number(rows, selector, body), lambda count: count == wanted)
    api.pause()
    api.get(resource, {selector: body[selector]}).expects(fits, status=200)


def creation_has_feature(api: Api, *, resource: str, message: dict[str, str], feature: list[str], member: str) -> None:
    """The message about a new resource says this, and one of these kenmerken has the value of the member."""
    made, write = api.standing(resource), _told(api, resource)
    write.reply.expects(_says(write, message), _names(write), _has_feature(write, feature, made.get(member)))


def changes_are_published(api: Api, *, resource: str, message: dict[str, str]) -> None:
    """PUT, PATCH and DELETE each publish a message on the channel."""
    body, text = api.sample(resource), api.resource(resource).text
    where = str(api.add(resource, body)["url"])
    for method, sent in (("PUT", body), ("PATCH", {text: api.word("Z ")}), ("DELETE", ...)):
        with api.continuing():
            write = _write(api, method, where, sent, *(("destroy",) if method == "DELETE" else UPDATES))
            write.reply.expects(_once(write, Severity.WARNING), _says(write, message), _names(write))


def receiver(caller: Api) -> Neighbours:
    """Give the server that receives messages; raises Blocked when the product does not publish to it."""
    server, row = caller.neighbour, caller.run.target.row.neighbours
    if row is None or not row.notifications:
        raise Blocked(
            f"Laat het product notificaties sturen naar {server.address}/{RECEIVER} en zet in het doelbestand: "
            "neighbours: {notifications: true}.",
            f"Let the product send notifications to {server.address}/{RECEIVER} and add to the target file: "
            "neighbours: {notifications: true}.",
        )
    return server


def _patience(api: Api) -> float:
    row = api.run.target.row.neighbours
    return row.patience if row else 0.0


def _write(api: Api, method: str, where: str, body: Json, *actions: str) -> Write:
    """Do a write and wait for the messages about it; a write that does not succeed says nothing about messages."""
    server, since = receiver(api), api.run.now()
    reply = api.request(method, where, body)
    url = reply["url"] if method == "POST" else where
    if not reply.ok or not isinstance(url, str):
        saw = f"{method} {where}: {reply.status}"
        raise Blocked(f"De schrijfactie lukte niet ({saw}).", f"The write did not succeed ({saw}).")
    write = Write(reply, url, api.run.now(), ())
    server.messages(url, since, actions=actions, patience=_patience(api))
    api.pause()
    return replace(write, calls=server.messages(url, since, actions=actions))


def _told(api: Api, resource: str) -> Write:
    """Give what was told about the making of a resource that stands: its reading is the reply."""
    url = str(api.standing(resource)["url"])
    calls = receiver(api).messages(url, actions=("create",), patience=_patience(api))
    return Write(reading(api, url), url, api.run.now(), calls)


def _heard(write: Write) -> Write:
    if not write.calls:
        raise Blocked("Er kwam geen bericht.", "No message came.")
    return write


def _claim(what: Text, expected: Text, actual: Text, *, fine: bool, severity: Severity = Severity.FAILURE) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not fine:
            yield found(what, expected, actual, severity)

    return claim


def _once(write: Write, severity: Severity = Severity.FAILURE) -> Claim:
    """Claim one message; a repeat of it and a message that comes late are warnings."""

    def claim(reply: Reply) -> Iterator[Found]:
        what, count = Text("aantal berichten", "number of messages"), len(write.messages)
        if count != 1:
            yield found(what, same("1"), same(str(count)), severity if count else Severity.FAILURE)
        elif len(write.calls) > 1:
            yield found(what, same("1"), same(f"{len(write.calls)} x"), Severity.WARNING)
        if write.calls and (late := write.calls[0].at - write.done) > LATE:
            wanted = Text(f"binnen {LATE:.0f} s", f"within {LATE:.0f} s")
            yield found(Text("aankomst", "arrival"), wanted, same(f"{late:.0f} s"), Severity.WARNING)

    return claim


def _complete(write: Write) -> Claim:
    what = Text("leden van het bericht", "members of the message")
    missing = {name for name in MEMBERS for message in write.messages if message.get(name) in (None, "")}
    present = ", ".join(name for name in MEMBERS if name not in missing)
    return _claim(what, same(", ".join(MEMBERS)), same(present), fine=not missing)


def _says(write: Write, wanted: dict[str, str]) -> Claim:
    """Claim that there is a message and that every one says this."""

    def claim(reply: Reply) -> Iterator[Found]:
        for message in write.messages or [None]:
            for name, value in wanted.items():
                actual = member_of(message, name)
                if not equal(actual, value):
                    what = Text(f"{name} van het bericht", f"{name} of the message")
                    yield found(what, same(value), same(shown(actual)))

    return claim


def _names(write: Write) -> Claim:
    """Claim that resourceUrl and hoofdObject are the url of the resource; another host is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        for message in write.messages:
            for name in ("resourceUrl", "hoofdObject"):
                actual = str(message.get(name))
                alike = split(actual).path == split(write.url).path
                if actual != write.url:
                    severity = Severity.WARNING if alike else Severity.FAILURE
                    what = Text(f"{name} van het bericht", f"{name} of the message")
                    yield found(what, same(write.url), same(actual), severity)

    return claim


def _filled(write: Write) -> Claim:
    what, wanted = Text("kenmerken van het bericht", "kenmerken of the message"), Text("gevuld", "filled")
    empty = [message.get("kenmerken") for message in write.messages if is_empty(message.get("kenmerken"))]
    return _claim(what, wanted, same(shown(empty)), fine=not empty)


def _has_feature(write: Write, names: list[str], value: Json) -> Claim:
    what = Text(f"kenmerk {names[0]} van het bericht", f"kenmerk {names[0]} of the message")
    seen = [message.get("kenmerken") for message in write.messages]
    fine = bool(seen) and all(any(equal(member_of(one, name), value) for name in names) for one in seen)
    told = shown([sorted(one) if isinstance(one, dict) else one for one in seen])
    return _claim(what, same(shown(value)), same(told), fine=fine)


def _number(listed: Reply, name: str, body: Json) -> int:
    return sum(member_of(row, name) == body[name] for row in listed["results"])


def _nothing(calls: tuple[Call, ...]) -> Claim:
    seen = ", ".join(str(call.json.get("actie")) for call in calls)
    what = Text("berichten over geweigerde verzoeken", "messages about refused requests")
    return _claim(what, Text("geen", "none"), same(seen), fine=not calls)


def _telling(value: Json) -> bool:
    """Tell whether a value gives away who it is about: long enough, and no term of a list or a web address."""
    return isinstance(value, str) and len(value) >= 6 and (" " in value or not value.replace("_", "a").islower())


def _keeps_to_itself(write: Write, telling: list[str], kenmerken: list[Json]) -> Claim:
    places = [
        place
        for message in write.messages
        for place, value in leaves({**message, "hoofdObject": "", "resourceUrl": "", "aanmaakdatum": ""})
        if any(one in str(value) for one in telling) and not (place.startswith("kenmerken.") and value in kenmerken)
    ]
    what = Text("leden met gegevens van de resource", "members with data of the resource")
    return _claim(what, Text("geen", "none"), same(", ".join(places)), fine=not places)


def _nothing_more(write: Write) -> Claim:
    more = sorted({name for message in write.messages for name in message} - set(MEMBERS))
    what = Text("leden van het bericht", "members of the message")
    return _claim(what, same(", ".join(MEMBERS)), same(f"+ {', '.join(more)}"), fine=not more)


def _moment(write: Write, now: float) -> Claim:
    seen = ", ".join(str(message.get("aanmaakdatum")) for message in write.messages)
    what = Text("aanmaakdatum van het bericht", "aanmaakdatum of the message")
    wanted = Text("het moment van de actie, met tijdzone", "the moment of the action, with an offset")
    fine = all(_then(message.get("aanmaakdatum"), now) for message in write.messages)
    return _claim(what, wanted, same(seen), fine=fine)


def _then(text: Json, now: float) -> bool:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return False
    return moment.tzinfo is not None and -MINUTE <= moment.timestamp() - now <= CLOCK
