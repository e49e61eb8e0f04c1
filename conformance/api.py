"""A target seen through a profile: arrange with create and read, act with get to delete, assert on the reply."""

from __future__ import annotations

import copy
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any
from urllib.parse import quote

from conformance.calls import Query, Request, World, addressed, existing, let_go, prepared, send, told_by
from conformance.contract import Contract, Operation
from conformance.credentials import Credential
from conformance.errors import Arranged, Blocked, Mismatch, NotApplicable
from conformance.formats import BSNS, bsn
from conformance.jsonvalue import shown
from conformance.model import Finding, Json
from conformance.neighbours import ABSENT, Neighbours
from conformance.profile import Profile, Resource
from conformance.reply import Reply
from conformance.run import Run, Standing
from conformance.samples import bound, named, swapped


@dataclass(frozen=True)
class Api:
    """What a check talks to; `as_…` gives the same API with another credential."""

    run: Run
    world: World
    credential: Credential | None

    def anonymous(self) -> Api:
        """Give this API without credentials; a certificate that goes beside a token is the connection's, and stays."""
        return replace(self, credential=self.run.target.full.nobody)

    def with_scopes(self, *scopes: str) -> Api:
        """Give this API as an application that has exactly these scopes."""
        return self.application(lambda c: c.scopes == frozenset(scopes) and c.row.plain, f"[{', '.join(scopes)}]")

    def client(self, *scopes: str, without: tuple[str, ...] = ()) -> Api:
        """Give this API as an application that has these scopes and lacks those, and not more than it needs."""
        credential = self.run.target.holding(scopes, without)
        return replace(self, credential=credential) if credential else self.with_scopes(*scopes)

    def foreigner(self) -> Api:
        """Give this API as an application whose scopes are those of another component."""
        return self.application(lambda c: c.row.foreign, "[], with 'foreign: true'")

    def application(self, fits: Callable[[Credential], bool], scopes: str) -> Api:
        """Give this API as the first application that fits; raises Blocked when the target file names none."""
        for credential in self.run.target.credentials.values():
            if fits(credential):
                return replace(self, credential=credential)
        nl = f"Het doelbestand heeft geen toegang (credentials) met scopes {scopes}. Voeg die toe."
        raise Blocked(nl, f"The target file has no credential with scopes {scopes}. Add one.")

    @property
    def profile(self) -> Profile:
        """The profile through which the target is seen."""
        return self.run.profile

    @cached_property
    def random(self) -> random.Random:
        """Random choices that are the same for the same seed."""
        return random.Random(f"{self.run.seed}/{self.world.item}")  # noqa: S311 - must be repeatable, guards nothing

    @property
    def scopes(self) -> tuple[str, ...]:
        """All scopes that the standard knows."""
        return tuple(dict.fromkeys(scope for contract in self.run.contracts.values() for scope in contract.scopes))

    def resource(self, name: str) -> Resource:
        """Give a collection of the profile that the target offers."""
        resource = self.profile.resources[name]
        if not self.run.offered(resource):
            nl = f"De API {resource.api} wordt niet aangeboden."
            raise NotApplicable(nl, f"The API {resource.api} is not offered.")
        return resource

    @property
    def neighbour(self) -> Neighbours:
        """Give the server that plays what the target fetches or calls; raises Blocked when there is none."""
        if self.run.neighbours is None or self.run.bar is not None:
            raise Blocked(*(self.run.bar or ABSENT))
        return self.run.neighbours

    def contract(self, resource: str) -> Contract:
        """Give the contract that describes a collection."""
        return self.run.contracts[self.resource(resource).api]

    def operation(self, method: str, resource: str, below: str = "") -> Operation:
        """Find the operation for a method on a collection ("") or on a path template below it such as "/{uuid}"."""
        path = self.resource(resource).path + below
        if found := self.contract(resource).find(method, path):
            return found
        nl = f"{method} {path} bestaat niet in de standaard."
        raise NotApplicable(nl, f"{method} {path} is not in the standard.")

    def url(self, resource: str, *segments: str) -> str:
        """Give the URL of a collection, or of what is below it."""
        found = self.resource(resource)
        tail = "".join(f"/{quote(segment, safe='%')}" for segment in segments)
        return f"{self.run.target.root(found.api)}{found.path}{tail}"

    def word(self, prefix: str = "") -> str:
        """Give a text that nobody else has: the prefix and seven letters and digits."""
        return prefix + self.run.word(self.world.item, next(self.world.numbers))

    def sample(self, resource: str, sample: str = "default", /, **changes: Json) -> dict[str, Json]:
        """Give a valid body of which some members are changed; a member that is `...` is left out."""
        body = named(self.profile.samples, resource, sample) | changes
        sent = {name: value for name, value in body.items() if value is not ...}
        return dict(self._bound(sent, self.swaps(), partial(self._new, within=resource)))

    def fill(self, sample: Json) -> Json:
        """Replace the markers in a sample, or in a part of one."""
        return self._bound(sample, self.swaps(), self._new)

    def swaps(self) -> dict[str, str]:
        """Give what the samples say in place of what they say, because this target takes only that."""
        return self.run.swaps(self._takes)

    def citizen(self) -> str:
        """Give a BSN for tests, which is never issued, that no other check of this run has."""
        if len(self.run.citizens) > BSNS:
            raise Blocked("De nummers voor tests zijn op.", "All numbers for tests were used.")
        while (number := bsn(self.random)) in self.run.citizens:
            pass
        self.run.citizens.add(number)
        return number

    def nothing(self, resource: str) -> dict[str, Json]:
        """Give a query that finds nothing, and that every list of this kind takes."""
        if (found := self.resource(resource)).free is None and found.reference:
            return {found.reference: f"https://example.com/{uuid.UUID(int=self.random.getrandbits(128), version=4)}"}
        return dict(self._bound(found.asked, self.run.swaps(), self._new))

    def elsewhere(self, kind: str, *own: str) -> str:
        """Give what exists in another API, played or else of the target; a zaak has a relation with these URLs."""
        if kind == "zaken":
            self.world.zaken.append(self.neighbour.zaak(*own))
            return self.world.zaken[-1]
        if (other := self.run.beside(kind)) is not None and self.run.bar is not None:
            return str(Api(other, World(self.world.item), other.target.full).standing(kind)["url"])
        return self.neighbour.place()

    def reference(self, resource: str) -> str:
        """Name the member with which a resource refers to something elsewhere."""
        if (member := self.resource(resource).reference) is None:
            raise NotApplicable(f"{resource} verwijst niet naar elders.", f"{resource} refers to nothing elsewhere.")
        return member

    def referring(self, resource: str, url: str, /, **changes: Json) -> dict[str, Json]:
        """Give a valid body that refers to this URL."""
        sample = "by_reference" if "by_reference" in self.profile.samples[resource] else "default"
        return self.sample(resource, sample, **{self.reference(resource): url, **changes})

    def create(self, resource: str, sample: str = "default", /, **changes: Json) -> dict[str, Json]:
        """Make a resource with the full credential and wait until it can be read; raises Blocked when that fails."""
        return self.add(resource, self.sample(resource, sample, **changes))

    def standing(self, resource: str, sample: str = "default", /) -> dict[str, Json]:
        """Give a resource that is only there to be read: the checks of a run share it, so none may change it.

        That it exists also proves that the sample is accepted as it stands, which a refusal needs for a twin.
        """
        with self.run.turns.alone((self.profile.name, resource, sample)):
            if (resource, sample) not in self.run.standing:
                self._stand(resource, sample)
        return copy.deepcopy(self.run.standing[resource, sample].body)

    def add(self, resource: str, body: Json) -> dict[str, Json]:
        """Make a resource from this body; raises Blocked when that fails."""
        full = replace(self, credential=self.run.target.full)
        reply = full.request("POST", resource, body, phase="arrange")
        made = reply.json
        if reply.status not in {200, 201} or not isinstance(made, dict) or not isinstance(made.get("url"), str):
            saw = f"{reply.status} {shown(reply.text[:160])}"
            raise Blocked(f"{resource}: aanmaken lukte niet ({saw}).", f"{resource}: could not be created ({saw}).")
        if self.run.settle:
            full.read(made["url"])
        return Arranged(made)

    def read(self, url: str) -> dict[str, Json]:
        """Read a resource that must be there; raises Blocked when it is not."""
        full = replace(self, credential=self.run.target.full)
        return existing(url, full.request("GET", url, phase="arrange"))

    def get(self, where: str, query: Query | None = None, *, headers: Mapping[str, str | None] | None = None) -> Reply:
        """Read a URL or a collection."""
        return self.request("GET", where, query=query, headers=headers)

    def post(self, where: str, body: Json, *, headers: Mapping[str, str | None] | None = None) -> Reply:
        """Send a body to a collection; bytes are sent as they are."""
        return self.request("POST", where, body, headers=headers)

    def put(self, where: str, body: Json, *, headers: Mapping[str, str | None] | None = None) -> Reply:
        """Replace a resource."""
        return self.request("PUT", where, body, headers=headers)

    def patch(self, where: str, body: Json, *, headers: Mapping[str, str | None] | None = None) -> Reply:
        """Change a part of a resource."""
        return self.request("PATCH", where, body, headers=headers)

    def delete(self, where: str, *, headers: Mapping[str, str | None] | None = None) -> Reply:
        """Remove a resource."""
        return self.request("DELETE", where, headers=headers)

    def request(
        self,
        method: str,
        where: str,
        body: Json = ...,
        *,
        query: Query | None = None,
        headers: Mapping[str, str | None] | None = None,
        phase: str = "check",
    ) -> Reply:
        """Send any request; raises Blocked when no answer comes. A header that is None is left out."""
        request = self._prepared(method, where, body, query=query, headers=headers, phase=phase)
        return send(self.run, self.world, request)

    @contextmanager
    def continuing(self) -> Iterator[None]:
        """Let the check go on after a Mismatch in this block; all are raised together at its end."""
        try:
            yield
        except Mismatch as mismatch:
            self.world.findings.extend(mismatch.findings)

    def judges_memory(self) -> None:
        """Say that this check is about what was made being there, which other checks only need."""
        self.world.judges_memory = True

    def needs_memory(self) -> None:
        """Say that even the status of an answer means something only when what was made is still there."""
        self.world.needs_memory = True

    def warn(self, finding: Finding) -> None:
        """Note a finding that does not break the requirement."""
        self.world.trace.findings.append(finding)

    def pause(self) -> None:
        """Wait as long as the target may take to show a write; used before claiming that nothing happened."""
        self.run.turns.rest(self.run.settle)

    def clean(self) -> None:
        """Remove what this check made, the last made first."""
        cleaner = replace(self, credential=self.run.target.full)
        let_go(self.run, self.world)
        while self.world.made:
            api, url = self.world.made.pop()
            with suppress(Blocked):
                cleaner.request("DELETE", self.run.home(api, url), phase="cleanup")

    def _stand(self, resource: str, sample: str) -> None:
        maker = replace(self, world=World(f"standing {resource} {sample}", apart=True))
        try:
            body = maker.create(resource, sample)
        except Blocked:
            maker.clean()
            raise
        self.run.standing[resource, sample] = Standing(body, tuple(maker.world.made), tuple(maker.world.zaken))

    def _bound(self, sample: Json, swaps: Mapping[str, str], new: Callable[[str], str]) -> Json:
        return bound(swapped(sample, swaps, self.citizen), self.word, new, self.elsewhere)

    def _takes(self, resource: str, swaps: Mapping[str, str]) -> bool:
        """See whether the target takes the sample of a resource with these words in place of others."""
        maker = replace(self, world=World("samples"), credential=self.run.target.full)
        try:
            maker.add(resource, maker._bound(self.profile.samples[resource]["default"], swaps, maker._new))
        except Blocked:
            return False
        finally:
            maker.clean()
        return True

    def _new(self, resource: str, *, within: str = "") -> str:
        """Make what others belong to once in a check; checks share it when the run has seen that it takes several."""
        shared = self.run.standing.get((resource, f"with {within}"))
        if shared and not self.world.apart and self.run.bar is None:
            return str(shared.body["url"])
        url, place = self.world.new.get(resource, ("", []))
        if not place or place[0] not in self.world.made:
            url = str(self.create(resource)["url"])
            self.world.new[resource] = url, self.world.made[-1:]
        return url

    def _prepared(self, method: str, where: str, body: Json, *, query: Query | None = None, **rest: Any) -> Request:
        url = addressed(self.run, where, query, self.url)
        access = self.run.credentials(self.credential, url)
        request = replace(prepared(access, method, url, body, **rest), certificate=self.run.shown(self.credential, url))
        return told_by(self.credential, access, request)
