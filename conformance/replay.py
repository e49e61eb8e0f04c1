"""Replays frozen cases: fills in what only this run knows, sends, and judges each by what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote

from conformance import graft
from conformance.api import Api
from conformance.corpus import Case
from conformance.errors import Blocked, Mismatch
from conformance.jsonvalue import differences, is_empty, leaves, shown
from conformance.model import Finding, Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, empty, found, holds, invalid_names, member, no_server_error, problem
from conformance.samples import bound


@dataclass(frozen=True)
class Made:
    """A resource to which the cases of one sample are sent, and how their markers are filled in."""

    url: str
    body: Json
    fill: Callable[[Json], Json]


@dataclass(frozen=True)
class Replay:
    """Sends the cases of one item; what was made and which unchanged bodies were accepted is shared."""

    api: Api
    made: dict[tuple[str, str], Made] = field(default_factory=dict)
    accepted: set[tuple[str, str]] = field(default_factory=set)

    def judge(self, case: Case) -> None:
        """Send a case, after a control when it is to be refused, and expect what the register says."""
        resource = self.resource(case)
        sample, at = self._sample(case, resource), (case.operation, self._sample(case, resource))
        if at not in self.accepted and (case.expect == "refused" or (case.expect != "accepted" and not self.made)):
            self._control(case, resource, sample)
        body = self._body(case, resource, sample)
        if case.expect == "no_server_error":
            survive(self.api, resource, lambda: self._send(case, resource, sample, body), _label(case))
        else:
            reply = self._send(case, resource, sample, body)
            reply.expects(named(_label(case), _accepted(case, body) if case.expect == "accepted" else _refused(case)))
        self.accepted.add(at)

    def resource(self, case: Case) -> str:
        """Name the resource whose path a case is sent to."""
        rows = self.api.profile.resources.values()
        return next(row.name for row in rows if f"{case.path}/".startswith(f"{row.path}/"))

    def _sample(self, case: Case, resource: str) -> str:
        """Name the sample that a case was made from: the one it was given, or the one that it differs least from."""
        samples = {name: body for name, body in self.api.profile.samples[resource].items() if name != "by_reference"}
        if case.given or not isinstance(case.body, dict):
            return case.given or next(iter(samples))
        return min(samples, key=lambda name: sum(1 for _ in differences(samples[name], case.body)))

    def _there(self, resource: str, sample: str) -> Made:
        if (resource, sample) not in self.made:
            ways = (
                cache(self.api.word),
                cache(lambda name: str(self.api.create(name)["url"])),
                cache(self.api.elsewhere),
            )
            body = bound(self.api.profile.samples[resource][sample], *ways)
            url = str(self.api.add(resource, body)["url"])
            self.made[resource, sample] = Made(url, body, lambda other: bound(other, *ways))
        return self.made[resource, sample]

    def _control(self, case: Case, resource: str, sample: str) -> None:
        """Prove that the same request with nothing wrong in it is accepted; raises Blocked when it is not."""
        if case.query:
            reply = self.api.request("GET", resource, query=self.api.nothing(resource), phase="arrange")
            _demanded(reply, isinstance(reply["results"], list))
            return
        made = self._there(resource, sample)
        if case.pointer.startswith("/path"):
            self.api.read(made.url)
        elif case.method in {"PUT", "PATCH"}:
            reply = self.api.request(case.method, made.url, made.body, phase="arrange")
            _demanded(reply, isinstance(reply["url"], str))

    def _body(self, case: Case, resource: str, sample: str) -> Json:
        if not case.has_body:
            return ...
        if case.method == "POST":
            return self.api.fill(case.body)
        return self._there(resource, sample).fill(case.body)

    def _send(self, case: Case, resource: str, sample: str, body: Json) -> Reply:
        *_, below = case.path.partition(self.api.resource(resource).path)
        names = [name for name in below.split("/") if name]
        known = {
            name: quote(case.path_parameters[name[1:-1]], safe="")
            for name in names
            if name[1:-1] in case.path_parameters
        }
        if len(known) < sum(name.startswith("{") for name in names):
            own = self._there(resource, sample).url.rstrip("/").rpartition("/")[2]
            known = {name: own for name in names if name.startswith("{")} | known
        where = self.api.url(resource, *(known.get(name, name) for name in names))
        media_type = {"Content-Type": case.media_type} if case.has_body else {}
        return self.api.request(case.method, where, body, query=case.query, headers={**case.headers, **media_type})


def survive(api: Api, resource: str, send: Callable[[], Reply], label: str) -> None:
    """Expect no server error; silence counts as one when it repeats while a plain reading is still answered."""
    for _ in range(2):
        try:
            send().expects(named(label, no_server_error()))
            return
        except Blocked as blocked:
            exchange, silence = api.world.trace.exchanges[-1], blocked
    if api.request("GET", resource, query=api.nothing(resource), phase="arrange").status != 200:
        raise silence
    wanted, seen = Text("een antwoord", "an answer"), Text("twee keer geen antwoord", "no answer, twice")
    raise Mismatch([Finding(same(label), wanted, seen, exchange)])


def named(label: str, claim: Claim) -> Claim:
    """Say of each finding which request it is about."""

    def claimed(reply: Reply) -> Iterator[Found]:
        for what, expected, actual, severity in claim(reply):
            yield found(Text(f"{label}: {what.nl}", f"{label}: {what.en}"), expected, actual, severity)

    return claimed


def _demanded(reply: Reply, proof: bool) -> None:
    if reply.status != 200 or not proof:
        saw = f"{reply.method}: {reply.status} {shown(reply.text[:160])}"
        raise Blocked(f"Een goed verzoek werd niet geaccepteerd ({saw}).", f"A good request was not accepted ({saw}).")


def _label(case: Case) -> str:
    return f"{case.method} {case.pointer or '/'} {case.keyword} ({case.description})"


def _status(case: Case) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status not in case.status:
            severity = Severity.WARNING if reply.status in case.tolerated else Severity.FAILURE
            nl, en = " of ".join(map(str, case.status)), " or ".join(map(str, case.status))
            names = ", ".join(invalid_names(reply.json))
            saw = f"{reply.status} ({names})" if names else str(reply.status)
            yield found(Text("status van het antwoord", "status of the answer"), Text(nl, en), same(saw), severity)

    return claim


def _refused(case: Case) -> Claim:
    steps = [step for step in graft.steps(case.pointer) if not step.isdecimal()]
    name = None if not steps or steps[0] in {"path", "query"} else ".".join(steps)

    def claim(reply: Reply) -> Iterator[Found]:
        yield from _status(case)(reply)
        if reply.status in {*case.status, *case.tolerated}:
            yield from problem(reply.status, name or (steps[-1] if case.query else None))(reply)

    return claim


def _accepted(case: Case, body: Json) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        yield from _status(case)(reply)
        if reply.ok:
            yield from _results()(reply) if case.query else came_back(body, case.pointer)(reply)

    return claim


def came_back(body: Json, pointer: str) -> Claim:
    """Claim that the answer is a resource, with what was sent at this place."""

    def claim(reply: Reply) -> Iterator[Found]:
        if not isinstance(reply["url"], str):
            yield found(
                Text("url in het antwoord", "url in the answer"),
                Text("een adres", "an address"),
                same(shown(reply["url"])),
            )
            return
        path, value = ".".join(graft.steps(pointer)), graft.at(body, pointer)
        sent = leaves(value, f"{path}." if path else "") if isinstance(value, dict) and value else [(path, value)]
        for name, leaf in sent if value is not graft.MISSING else ():
            yield from (empty(name) if is_empty(leaf) else member(name, leaf))(reply)

    return claim


def _results() -> Claim:
    what, wanted = Text("results in het antwoord", "results in the answer"), Text("een lijst", "a list")
    return holds(what, wanted, lambda reply: reply["results"], lambda value: isinstance(value, list))
