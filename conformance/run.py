"""What one run shares between its checks: the target seen through the profile, the seed, the clock and the recorder."""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import SplitResult, urljoin, urlsplit

from conformance import contract, corpus
from conformance.auth import headers
from conformance.certificates import Certificate
from conformance.contract import Contract
from conformance.corpus import Case
from conformance.credentials import Credential
from conformance.model import Json, Text
from conformance.neighbours import ABSENT, Neighbours
from conformance.profile import Profile, Resource
from conformance.reply import Reply
from conformance.runfile import Exchange, Message, RunFolder
from conformance.target import Target
from conformance.transport import Answer, Transport
from conformance.turns import Turns

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DEPTHS = ("quick", "standard", "deep")


@dataclass(frozen=True)
class Standing:
    """A resource that the checks of a run share, and what was made for it: as (api, url), and the zaken it is about."""

    body: dict[str, Json]
    made: tuple[tuple[str, str], ...]
    zaken: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Run:
    """One profile being judged against one target."""

    profile: Profile
    target: Target
    transport: Transport
    folder: RunFolder
    seed: int
    depth: str = "standard"
    read_only: bool = False
    neighbours: Neighbours | None = None
    standing: dict[tuple[str, str], Standing] = field(default_factory=dict, compare=False)
    named: set[str] = field(default_factory=set, compare=False)
    memory: dict[str, Text | None] = field(default_factory=dict, compare=False)
    unanswered: list[str] = field(default_factory=list, compare=False)
    seen: dict[str, Reply] = field(default_factory=dict, compare=False)
    proven: dict[str, str] = field(default_factory=dict, compare=False)
    sides: dict[str, bool] = field(default_factory=dict, compare=False)
    denied: list[Text] = field(default_factory=list, compare=False)
    broken: list[Text] = field(default_factory=list, compare=False)
    siblings: dict[str, Run] = field(default_factory=dict, compare=False, repr=False)
    swapped: dict[str, Mapping[str, str]] = field(default_factory=dict, compare=False)
    citizens: set[str] = field(default_factory=set, compare=False, repr=False)
    turns: Turns = field(default_factory=Turns, compare=False)

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """The contract of each API of the profile."""
        return {name: contract.load(self.profile.contract(name)) for name in self.profile.row.apis}

    @cached_property
    def corpus(self) -> tuple[Case, ...]:
        """The frozen requests of the profile; none when it has no corpus."""
        path = self.profile.folder / "corpus.jsonl.gz"
        return corpus.load(path) if path.is_file() else ()

    def corpus_facts(self) -> dict[str, Json] | None:
        """Say how many cases the corpus has and which file it is."""
        path = self.profile.folder / "corpus.jsonl.gz"
        return {"cases": len(self.corpus), "sha256": corpus.digest(path)} if path.is_file() else None

    @property
    def settle(self) -> float:
        """How many seconds the target may take until a reading shows an earlier write."""
        return self.target.row.pace.settle

    def now(self) -> float:
        """Read the clock, in seconds since 1970."""
        return time.time()

    def shallower_than(self, depth: str) -> bool:
        """Tell whether the run is less deep than this."""
        return DEPTHS.index(self.depth) < DEPTHS.index(depth)

    def offered(self, resource: Resource) -> bool:
        """Tell whether the target offers the API of this resource."""
        return resource.api in self.target.row.apis

    @property
    def bar(self) -> Text | None:
        """Say why the target of this run cannot use the neighbours; None when nothing is known against it."""
        if self.neighbours is None:
            return ABSENT
        return self.neighbours.fault or next(iter(self.denied), None)

    def beside(self, resource: str) -> Run | None:
        """Give the run of another profile, against the same target, that has resources of this kind; None without."""
        others = (run for run in self.siblings.values() if run.profile.name != self.profile.name)
        return next((run for run in others if resource in run.profile.resources), None)

    def swaps(self, takes: Callable[[str, Mapping[str, str]], bool] | None = None) -> dict[str, str]:
        """Give the words that samples have in place of others, which the first that asks finds out; else what is known.

        A resource may say which other words to try when the target does not take its sample as it stands.
        """
        if takes is not None and not self.read_only:
            for resource in self.profile.resources.values():
                if resource.otherwise and self.offered(resource):
                    self._swap(resource, takes)
        return {word: other for found in self.swapped.values() for word, other in found.items()}

    def _swap(self, resource: Resource, takes: Callable[[str, Mapping[str, str]], bool]) -> None:
        with self.turns.alone((self.profile.name, resource.name, "words")):
            if resource.name not in self.swapped:
                needed = not takes(resource.name, {}) and takes(resource.name, resource.otherwise)
                self.swapped[resource.name] = resource.otherwise if needed else {}

    def word(self, item: str, number: int) -> str:
        """Give seven letters and digits that are unique for this place in this run."""
        digest = hashlib.sha256(f"{self.seed}/{item}/{number}".encode()).digest()
        value = int.from_bytes(digest[:8], "big")
        return "".join(ALPHABET[value // 36**place % 36] for place in range(7))

    def home(self, api: str, url: str) -> str:
        """Give the address at which the suite reaches a URL of the target, which may name itself otherwise."""
        parts, own = split(url), urlsplit(self.target.root(api))
        if parts.netloc and (parts.path == own.path or parts.path.startswith(f"{own.path}/")):
            return f"{own.scheme}://{own.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return url

    def at_home(self, url: str) -> str | None:
        """Name the API to which a URL belongs; None for a URL of somebody else."""
        for name, api in self.target.row.apis.items():
            if url == api.url or url.startswith((f"{api.url}/", f"{api.url}?")):
                return name
        parts = split(url)
        for name, api in self.target.row.apis.items():
            own = urlsplit(api.url)
            if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
                return name
        return None

    def knows(self, url: str) -> bool:
        """Tell whether a URL is on a host of the target, by whatever scheme and port."""
        own, access = self.target.row.applications, self.target.row.access
        places = [*(api.url for api in self.target.row.apis.values()), *(own.addresses() if own else ())]
        places += [access.gateway.url] if access and access.gateway else []
        return split(url).hostname in {urlsplit(place).hostname for place in places}

    def credentials(self, credential: Credential | None, url: str) -> dict[str, str]:
        """Give the headers for a request; a credential never leaves the origin of the target."""
        api = self.at_home(url)
        if api is None:
            return {}
        return {**self.target.row.apis[api].headers, **headers(credential, self.now())}

    def shown(self, credential: Credential | None, url: str) -> Certificate | None:
        """Give the client certificate for a request; it is only shown to the target."""
        return credential.certificate if credential and self.at_home(url) else None

    def exchange(
        self,
        item: str,
        phase: str,
        request: tuple[str, str, Message],
        *,
        caller: str | None = None,
        certificate: Certificate | None = None,
        patient: bool = True,
    ) -> tuple[str, Answer]:
        """Send one request and record what came back; gives the id of the exchange."""
        method, url, message = request
        ident = self.folder.next_id()
        at = datetime.datetime.fromtimestamp(self.now(), datetime.UTC).isoformat(timespec="milliseconds")
        files = certificate.files if certificate else None
        answer = self.transport.send(method, url, message.headers, message.body or None, files, patient=patient)
        response = Message(answer.headers, answer.body) if answer.status is not None else None
        at = at.replace("+00:00", "Z")
        seen = Exchange(ident, item, phase, at, method, url, message, answer.status, response, answer.seconds)
        self.folder.write(replace(seen, error=answer.error, caller=caller))
        return ident, answer


def joined(base: str, url: str) -> str:
    """Give a URL as seen from another; one that is none stays as it is."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def split(url: str) -> SplitResult:
    """Take a URL apart; one that is none, as a target may hand out, has no parts."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
