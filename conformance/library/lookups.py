"""Checks on a product that asks the Autorisaties API that the suite plays: what it looks up, and what changes do."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from conformance import auth
from conformance.api import Api
from conformance.credentials import Credential
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import ask, header, moment, protected, reader
from conformance.library.standing import listed
from conformance.model import Finding, Severity, Text, same
from conformance.neighbours import Autorisaties, Call
from conformance.replay import named
from conformance.reply import Claim, Found, Reply, found, has_status
from conformance.trust import AcRow

STEP, LONG = 0.2, 60
FAULTS = ((500, b'{"status": 500}'), (403, b'{"status": 403}'), (200, b"<html>onderhoud</html>"), (200, b"[]"))
LOOKUP = Text("opvraging bij de Autorisaties API", "lookup at the Autorisaties API")


@dataclass(frozen=True)
class Played:
    """A reader whose rights are in the Autorisaties API that the suite plays."""

    row: AcRow
    register: Autorisaties
    who: Api
    resource: str

    @property
    def client(self) -> str:
        """The client_id of the reader."""
        return str(self.who.credential.row.client_id) if self.who.credential else ""

    def asked(self) -> Reply:
        """Let the reader ask for a list in which nothing is."""
        return self.who.get(self.resource, self.who.nothing(self.resource))

    def within(self, status: int) -> Reply:
        """Ask until this is the status, or the declared time is over."""
        end = time.monotonic() + self.row.propagation
        while (reply := self.asked()).status != status and time.monotonic() < end:
            time.sleep(STEP)
        return reply

    def tell(self, action: str) -> None:
        """Notify the product of a change, where it takes notifications."""
        if self.row.callback is None:
            return
        url = self.register.place(self.client)
        self.who.request(
            "POST",
            self.row.callback,
            {
                "kanaal": "autorisaties",
                "hoofdObject": url,
                "resource": "applicatie",
                "resourceUrl": url,
                "actie": action,
                "aanmaakdatum": datetime.datetime.now(datetime.UTC).isoformat(),
                "kenmerken": {},
            },
        )

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Give the reader its rights back at the end, and wait until it has them."""
        with self.who.run.turns.kept():
            try:
                yield
            finally:
                self.register.restore()
                self.tell("create")
                self.within(200)


def changed_rights_work_at_once(api: Api, *, resource: str) -> None:
    """Rights that are taken away, given back or lost with their application count within the declared time."""
    played = _played(api, resource)
    if played.row.propagation > LONG:
        wanted = Text(f"hoogstens {LONG} s", f"at most {LONG} s")
        api.warn(
            Finding(same("access.ac.propagation"), wanted, same(f"{played.row.propagation} s"), None, Severity.WARNING)
        )
    with played.changing():
        played.register.change(played.client, autorisaties=[])
        played.tell("partial_update")
        with api.continuing():
            played.within(403).expects(named("autorisaties: []", has_status(403)))
        played.register.restore()
        played.tell("partial_update")
        with api.continuing():
            played.within(200).expects(named("autorisaties: […]", has_status(200)))
        played.register.remove(played.client)
        played.tell("destroy")
        with api.continuing():
            played.within(403).expects(named("DELETE", has_status(403)))


def unknown_rights_open_nothing(api: Api, *, resource: str) -> None:
    """When the rights of a client cannot be obtained, and no valid ones are kept, it gets no access."""
    played = _played(api, resource)
    with played.changing():
        played.register.remove(played.client)
        played.tell("destroy")
        if (status := played.within(403).status) < 400:
            nl = f"Na het verwijderen van de applicatie gaf lezen {status}; dat beoordeelt IAM-ZGW-AUT-006."
            raise Blocked(nl, f"After the application was removed a read gave {status}; IAM-ZGW-AUT-006 judges that.")
        for status, body in FAULTS:
            played.register.fail(status, body)
            with api.continuing():
                played.asked().expects(named(f"{status} {body.decode()}", _shut()))


def clients_are_looked_up_by_name(api: Api, *, resource: str) -> None:
    """The product looks an application up by the client_id of a verified token, with a token of its own."""
    played, server, full = _played(api, resource), api.neighbour, api.run.target.full
    for credential in _clients(api):
        client = str(credential.row.client_id)
        reply = replace(played, who=replace(api, credential=credential)).asked()
        with api.continuing():
            reply.expects(named(client, _looked_up(server.lookups(client))))
    protected(resource, api)  # what has to be made for the question is made by the full client, which is looked up
    token = auth.forged(auth.claims(full, moment(resource, api)), header=header(), secret=api.word("geen-geheim-"))
    before = server.count()
    reply = ask(resource, api, f"Bearer {token}")
    with api.continuing():
        reply.expects(_none_before_the_signature(server.lookups(str(full.row.client_id), before)))


def _played(api: Api, resource: str) -> Played:
    """Give the Autorisaties API that is played and a reader in it; both were seen to work."""
    access = api.run.target.row.access
    if access is None or access.ac is None:
        raise NotApplicable(
            "Het doelbestand zegt niet dat het product de Autorisaties API van de suite bevraagt"
            " (access: {ac: {propagation: 10}}, met neighbours).",
            "The target file does not say that the product asks the Autorisaties API of the suite"
            " (access: {ac: {propagation: 10}}, with neighbours).",
        )
    server = api.neighbour
    listed(resource, api)
    played = Played(access.ac, server.autorisaties, reader(resource, api), resource)
    status, places = played.asked().status, f"{server.address}/autorisaties/api/v1"
    if status != 200 or not server.lookups(""):
        nl = f"Het product vroeg {places} niet om applicaties, of weigerde een lezer ({status})."
        raise Blocked(nl, f"The product did not ask {places} for applications, or refused a reader ({status}).")
    return played


def _clients(api: Api) -> list[Credential]:
    """Give the full client, and one whose name has a letter with a meaning in an address when there is one."""
    known = [one for one in api.run.target.credentials.values() if one.row.client_id]
    odd = [one for one in known if re.search(r"[&=+#%? ]", str(one.row.client_id))]
    return [api.run.target.full, *odd[:1]]


def _shut() -> Claim:
    status, wanted = Text("status van het antwoord", "status of the answer"), Text("een weigering", "a refusal")

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status < 400:
            yield found(status, wanted, same(str(reply.status)))

    return claim


def _looked_up(seen: tuple[Call, ...]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not seen:
            wanted = Text("clientIds=… of clientId=…", "clientIds=… or clientId=…")
            yield found(LOOKUP, wanted, Text("geen", "none"))
        elif not any(call.authorization.lower() == "bearer" and call.client for call in seen):
            wanted = Text("met een token van het product zelf", "with a token of the product itself")
            yield found(LOOKUP, wanted, same(seen[-1].authorization or "-"))

    return claim


def _none_before_the_signature(seen: tuple[Call, ...]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if seen:
            wanted = Text("pas na controle van de handtekening", "only after the signature was verified")
            yield found(LOOKUP, wanted, Text("bij een verkeerde handtekening", "with a wrong signature"))

    return claim
