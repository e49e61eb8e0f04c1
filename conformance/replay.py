"""Replays frozen cases: fills in what only this run knows, sends, and judges each by what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import quote

from conformance import graft
from conformance.api import Api
from conformance.corpus import Case, select
from conformance.errors import Blocked, Mismatch
from conformance.jsonvalue import is_empty, leaves, shown
from conformance.model import Finding, Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, empty, found, holds, invalid_names, member, no_server_error, problem
from conformance.samples import bound, swapped


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
        """Send a case and expect what the register says, with a control where a refusal could have another cause."""
        resource = self.resource(case)
        sample, at = self._sample(case, resource), (case.operation, self._sample(case, resource))
        if at not in self.accepted and (case.expect == "refused" or (case.expect != "accepted" and not self.made)):
            self._control(case, resource, sample)
        body = self._body(case, resource, sample)
        if case.expect == "no_server_error":
            survive(self.api, resource, lambda: self._send(case, resource, sample, body), _label(case))
        else:
            reply = self._send(case, resource, sample, body)
            if case.expect == "accepted" and not reply.ok and not _blames(reply, case):
                self._control(case, resource, sample)
            reply.expects(named(_label(case), _accepted(case, body) if case.expect == "accepted" else _refused(case)))
        self.accepted.add(at)

    def shown(self, case: Case) -> bool:
        """Tell whether one request that shows many cases of the run at once, sent when it is needed, shows this one."""
        proven = self.api.run.proven
        if case.id not in proven:
            company = self._company(case)
            proven.update(dict.fromkeys((one.id for one in company), ""))
            self._show(company)
        if proven[case.id] and proven[case.id] not in self.api.world.trace.exchanges:
            self.api.world.trace.exchanges.append(proven[case.id])
        return bool(proven[case.id])

    def _company(self, case: Case) -> list[Case]:
        """List the cases of the run that can be sent in one body with this one, itself included."""
        if case.expect not in {"accepted", "refused"} or not isinstance(case.body, dict):
            return [case]
        rows = {row.id for row in self.api.profile.requirements if any(call.name == "corpus" for call in row.checks)}
        sample, found = self._sample(case, self.resource(case)), [case]
        for other in select(self.api.run.corpus, operation=case.operation, depth=self.api.run.depth):
            free = other.id not in self.api.run.proven and other.requirement in rows
            if free and all(_goes_with(other, one) for one in found):
                found += [other] * (self._sample(other, self.resource(other)) == sample)
        return found

    def _show(self, group: list[Case]) -> None:
        """Send cases at once, and what was not shown again as long as that shows more."""
        resource = self.resource(group[0])
        sample, left = self._sample(group[0], resource), group
        while len(left) > 1:
            first, before = left[0], left
            if first.expect == "refused" and (first.operation, sample) not in self.accepted:
                self._control(first, resource, sample)
                self.accepted.add((first.operation, sample))
            merged = replace(first, body=_merged(left))
            body = self._body(merged, resource, sample)
            reply = self._send(merged, resource, sample, body)
            left = [case for case in before if not _shows(reply, case, body)]
            if left == before:
                break
            self.api.run.proven.update({case.id: reply.exchange for case in before if case not in left})

    def resource(self, case: Case) -> str:
        """Name the resource whose path a case is sent to."""
        rows = self.api.profile.resources.values()
        return next(row.name for row in rows if f"{case.path}/".startswith(f"{row.path}/"))

    def _sample(self, case: Case, resource: str) -> str:
        """Name the sample that a case was made from."""
        return case.given or next(iter(self.api.profile.samples[resource]))

    def _there(self, resource: str, sample: str) -> Made:
        if (resource, sample) not in self.made:
            ways = (
                cache(self.api.word),
                cache(lambda name: str(self.api.create(name)["url"])),
                cache(self.api.elsewhere),
            )
            swaps, citizen = self.api.swaps(), cache(self.api.citizen)
            fill: Callable[[Json], Json] = lambda body: bound(swapped(body, swaps, citizen), *ways)  # noqa: E731
            body = fill(self.api.profile.samples[resource][sample])
            url = str(self.api.add(resource, body)["url"])
            self.made[resource, sample] = Made(url, body, fill)
        return self.made[resource, sample]

    def _control(self, case: Case, resource: str, sample: str) -> None:
        """Prove that the same request with nothing wrong in it is accepted; raises Blocked when it is not."""
        if case.query:
            reply = self.api.request("GET", resource, query=self.api.nothing(resource), phase="arrange")
            _demanded(reply, isinstance(reply["results"], list))
            return
        if case.method == "POST":
            self.api.standing(resource, sample)
            return
        if case.pointer.startswith("/path"):
            self.api.read(str(self.api.standing(resource, sample)["url"]))
            return
        made = self._there(resource, sample)
        if case.method in {"PUT", "PATCH"}:
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
        needed = self.api.nothing(resource) if case.query and self.api.resource(resource).search else {}
        query = {**needed, **case.query}
        return self.api.request(case.method, where, body, query=query, headers={**case.headers, **media_type})


def _goes_with(case: Case, other: Case) -> bool:
    """Tell whether two cases can be sent in one body, without one hiding the other."""
    if case.expect != other.expect or not isinstance(case.body, dict):
        return False
    one, two = f"{case.pointer}/", f"{other.pointer}/"
    if one.startswith(two) or two.startswith(one):
        return False
    alike = ("given", "status", "headers", "media_type", "path_parameters", "query")
    return all(getattr(case, name) == getattr(other, name) for name in alike)


def _shows(reply: Reply, case: Case, body: Json) -> bool:
    """Tell whether the answer to many cases says of this one what it has to; a refusal has to name its member."""
    if case.expect == "accepted":
        return not reply.findings([_accepted(case, body)])
    return bool(invalid_names(reply.json)) and not reply.findings([_refused(case)])


def _merged(group: list[Case]) -> Json:
    body = group[0].body
    for case in group[1:]:
        body = graft.grafted(body, case.pointer, graft.at(case.body, case.pointer))
    return body


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
    def claim(reply: Reply) -> Iterator[Found]:
        yield from _status(case)(reply)
        if reply.status in {*case.status, *case.tolerated} and not case.unnamed:
            yield from problem(reply.status, _name(case))(reply)

    return claim


def _name(case: Case) -> str | None:
    """Give the name by which a refusal tells of the place that a case is about; None for a place in the path."""
    steps = [step for step in graft.steps(case.pointer) if not step.isdecimal()]
    if not steps or steps[0] in {"path", "query"}:
        return steps[-1] if case.query else None
    return ".".join(steps)


def _blames(reply: Reply, case: Case) -> bool:
    """Tell whether a refusal names the place that a case is about, so that nothing else needs to be ruled out."""
    return _name(case) in invalid_names(reply.json)


def _accepted(case: Case, body: Json) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.ok:  # which of the 2xx it is, is judged once, in the row of the operation
            yield from _results()(reply) if case.query else came_back(body, case.pointer)(reply)
        else:
            yield from _status(case)(reply)

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
