"""Sets an application to work, or calls it, and keeps what it then asked of the suite."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from conformance.applications import ApplicationsRow, ProviderRow, TriggerRow
from conformance.calls import World, prepared, send
from conformance.errors import Blocked
from conformance.jsonvalue import shown
from conformance.model import Json, Text
from conformance.neighbours import INZAGE, LOG, SOURCE, Call, Neighbours
from conformance.run import Run
from conformance.runfile import HEARD, Exchange, Message

SILENT = Text(
    "De aanleiding leidde tot geen enkele aanroep bij de suite. Laat de applicatie loggen op <adres>/log, gegevens "
    "vragen op <adres>/bron en inzage op <adres>/inzage; <adres> staat in 'neighbours.address'.",
    "The trigger led to no call to the suite. Let the application log at <address>/log, ask for data at "
    "<address>/bron and for inzage at <address>/inzage; <address> is in 'neighbours.address'.",
)
NO_TERMINAL = Text(
    "De aanleiding is 'manual: true' en er is geen terminal waarop iemand ziet wat te doen is.",
    "The trigger is 'manual: true' and there is no terminal on which somebody sees what to do.",
)
ACCEPTED = 202


@dataclass(frozen=True)
class Heard:
    """What an application asked of the suite, with the exchange that shows it."""

    call: Call
    exchange: str

    @property
    def place(self) -> str:
        """Say what was asked: the log, the API with personal data, or inzage."""
        steps = self.call.path.partition("?")[0].split("/")
        return next((step for step in steps if step in {LOG, SOURCE, INZAGE}), "")

    @property
    def taken(self) -> bool:
        """Whether the suite answered that it took this."""
        return self.call.answer is not None and self.call.answer[0] < 300


@dataclass(frozen=True)
class Deed:
    """What an application did when it was set to work: what it told its user, and what it asked, in order.

    `succeeded` and `shown` are None when nobody can tell. `exchange` is that of the trigger, when it was a request.
    """

    succeeded: bool | None
    shown: Json
    exchange: str | None
    heard: tuple[Heard, ...] = ()

    def to(self, place: str, *methods: str) -> list[Heard]:
        """List what was asked of one of the three, by these methods or by any."""
        return [one for one in self.heard if one.place == place and (not methods or one.call.method in methods)]

    @property
    def exchanges(self) -> list[str]:
        """List every exchange of this deed."""
        return [*([self.exchange] if self.exchange else []), *(one.exchange for one in self.heard)]


def told(run: Run, applications: ApplicationsRow, changes: Mapping[str, Json]) -> dict[str, Json]:
    """Give what a trigger says: what to do, for whom, for which organisation, and where the suite listens."""
    server = run.neighbours
    address = server.address if server is not None else ""
    return {
        "persoon": applications.persons[0],
        "personen": applications.persons,
        **({"gemeente": applications.home} if applications.home else {}),
        "adressen": {name: f"{address}/{name}" for name in (LOG, SOURCE, INZAGE)},
        **changes,
    }


def pull(run: Run, world: World, trigger: TriggerRow, body: Json) -> Deed:
    """Set the application to work once; raises Blocked when that cannot be done."""
    if run.read_only:
        raise Blocked("De run mag alleen lezen (--read-only).", "The run may only read (--read-only).")
    if trigger.url is not None:
        return _posted(run, world, trigger, body)
    if trigger.command is not None:
        return _commanded(run, trigger.command, body)
    return _asked(body)


def provide(run: Run, world: World, provider: ProviderRow, headers: Mapping[str, str]) -> Deed:
    """Call the application for personal data, with these headers."""
    body = provider.body if provider.method == "POST" else ...
    reply = send(run, world, prepared({}, provider.method, provider.url, body, headers={**provider.headers, **headers}))
    return Deed(reply.ok, reply.status, reply.exchange)


def kept(run: Run, world: World, server: Neighbours, act: Callable[[], Deed]) -> Deed:
    """Let something be done and keep what is asked of the suite meanwhile, or soon after."""
    row = run.target.row.applications
    patience, queue = (row.patience, row.queue) if row is not None else (0.0, False)
    number = server.count()
    deed = act()
    server.since(number, lambda call: not queue or f"/{LOG}" in call.path, patience)
    _until_quiet(server, number, patience / 2 if queue or deed.succeeded is None else 0, patience)
    calls = server.since(number, lambda call: True, 0)
    heard = tuple(Heard(call, written(run, world.item, server.address, call)) for call in calls)
    world.trace.exchanges.extend(one.exchange for one in heard)
    return replace(deed, heard=heard)


def _until_quiet(server: Neighbours, number: int, pause: float, patience: float) -> None:
    """Wait until nothing was asked for so long; nobody waits when an answer came after all was asked."""
    seen, end = -1, time.monotonic() + patience + pause
    while pause and seen != (seen := len(server.since(number, lambda call: True, 0))) and time.monotonic() < end:
        time.sleep(pause)


def _posted(run: Run, world: World, trigger: TriggerRow, body: Json) -> Deed:
    reply = send(run, world, prepared({}, "POST", str(trigger.url), body, headers=trigger.headers))
    if reply.status in {400, 401, 403, 404, 405, 501}:
        saw = f"{reply.status} {shown(reply.text[:120])}"
        nl = f"De aanleiding werkt niet ({saw}). Noem in 'applications.handelingen' wat de applicatie doet."
        raise Blocked(nl, f"The trigger does not work ({saw}). Name in 'applications.handelingen' what it does.")
    done, seen = _result(reply.json)
    if done is None and reply.status != ACCEPTED:
        done = reply.ok
    return Deed(done, seen, reply.exchange)


def _commanded(run: Run, command: list[str], body: Json) -> Deed:
    kept_names = ("PATH", "LANG", "SYSTEMROOT")  # nothing else, since the secrets are there too
    environment = {name: os.environ[name] for name in kept_names if name in os.environ}
    folder = run.target.document.path.parent
    try:
        ended = subprocess.run(  # noqa: S603 - the owner of the target file decides what it says
            command,
            input=json.dumps(body).encode(),
            capture_output=True,
            timeout=run.target.row.pace.timeout,
            env=environment,
            cwd=folder,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError) as fault:
        what = f"{type(fault).__name__}: {command[0]}"
        raise Blocked(f"De aanleiding werkt niet ({what}).", f"The trigger does not work ({what}).") from None
    try:
        done, seen = _result(json.loads(ended.stdout))
    except ValueError:
        done, seen = None, None
    return Deed(ended.returncode == 0 if done is None else done, seen, None)


def _asked(body: Json) -> Deed:
    """Tell whoever sits at the terminal what to do; that it is done is seen by what the application then asks."""
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__):
        raise Blocked(*NO_TERMINAL)
    sys.__stderr__.write(f"\nDo this in the application: {json.dumps(body, ensure_ascii=False)}\n")
    sys.__stderr__.flush()
    return Deed(None, None, None)


def _result(answer: Json) -> tuple[bool | None, Json]:
    """Read what the user saw from the answer of a trigger, as far as it says so."""
    if not isinstance(answer, dict):
        return None, None
    done = answer.get("gelukt")
    return done if isinstance(done, bool) else None, answer.get("getoond")


def written(run: Run, item: str, address: str, call: Call) -> str:
    """Write down a call that was heard, as evidence."""
    ident = run.folder.next_id()
    at = datetime.datetime.fromtimestamp(call.at, datetime.UTC).isoformat(timespec="milliseconds")
    status, content = call.answer or (0, None)
    answered = Message({"Content-Type": "application/json"}, json.dumps(content).encode())
    seen = Exchange(
        ident,
        item,
        HEARD,
        at.replace("+00:00", "Z"),
        call.method,
        f"{address}{call.path}",
        Message(call.headers, call.body),
        status,
        answered,
    )
    run.folder.write(seen)
    return ident
