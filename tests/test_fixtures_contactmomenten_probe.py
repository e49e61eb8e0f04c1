"""A fixed sequence of requests that shows each mutant of Contactmomenten to differ from the reference."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from werkzeug import Request, Response

import fixtures
from tests import fixtures_contactmomenten as first
from tests import fixtures_contactmomenten_steps as further
from tests.fixtures_bodies import Step
from tests.fixtures_contactmomenten import CASES, KINDS, LINKS, POST, PROFILE, ROOT, case, moment, relation, token
from tests.test_fixtures_probe import Neighbours, Probe


class Surroundings(Neighbours):
    """A Zaken API next to what the neighbours of Klanten answer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    def __call__(self, request: Request) -> Response:
        """Answer by what the path says."""
        if request.path.endswith("/schema/openapi.yaml"):
            return Response("paths: {/zaakcontactmomenten: {get: {operationId: zaakcontactmoment_list}}}")
        if "/zaken/" in request.path:
            return Response(json.dumps({"url": request.url}), content_type="application/json")
        if request.path.endswith("/zaakcontactmomenten"):
            return self.relations(request)
        return super().__call__(request)

    def relations(self, request: Request) -> Response:
        """Answer the relations of one zaak, or those of others when none is asked for."""
        named = request.args.get("zaak", "")
        letter = named.rsplit("/", 1)[-1][:1]
        self.asked[named] += 1
        found = letter == KINDS["bestaat"] or (letter == KINDS["laat-los"] and self.asked[named] == 1)
        rows = [{"zaak": named, "contactmoment": request.args.get("contactmoment")}] if found else []
        body = json.dumps(rows if request.args else [{"zaak": "https://elders.example/zaken/1"}])
        return Response(body, status=403 if letter == KINDS["weigert"] else 200, content_type="application/json")


@contextmanager
def surroundings() -> Iterator[Surroundings]:
    """Serve the neighbours."""
    made = Surroundings()
    with fixtures.serve(Request.application(made)) as root:
        made.root = root
        yield made


class Sender(Probe):
    """Sends the sequence to one supplier of Contactmomenten."""

    def __init__(self, app: Any, near: Surroundings) -> None:
        super().__init__(app, near)
        self.names["root"] = f"http://localhost{ROOT}"

    def send(self, step: Step) -> Response:
        """Send one step."""
        headers = {"Accept": "application/json", **step.headers}
        if step.token and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {token(step.token)}"
        data = step.body if isinstance(step.body, bytes | None) else self.filled(json.dumps(step.body)).encode()
        path = self.filled(step.path)
        path = path.split("/", 3)[-1] if path.startswith("http") else f"{ROOT}{path}".lstrip("/")
        made = {name: self.filled(value) for name, value in headers.items() if value}
        if data is not None and step.media_type:
            made["Content-Type"] = step.media_type
        return self.client.open(f"/{path}", method=step.method, headers=made, data=data)

    def run(self, section: str) -> Iterator[str]:
        """Yield every answer in one section."""
        self.app.resources.notifier.receiver = f"{self.near.root}/notificaties" if section == "notifications" else ""
        for step in (*first.setup_steps(), *SECTIONS[section]()):
            response = self.send(step)
            if step.keep:
                self.learn(step.keep, response)
            yield f"{step.method} {step.path} {str(step.body)[:80]} -> {self.plain(response)}"
        yield from (self.stable(json.dumps(message)) for message in self.near.messages)
        if section == "notifications":
            self.near.status = 500
            yield self.plain(self.send(Step("POST", POST, moment())))
        if section == "race":
            bodies = ((POST, moment(vorigContactmoment="<c>")), (LINKS, relation(rol="gesprekspartner")))
            for path, body in (*bodies, (CASES, case(number=9))):
                with ThreadPoolExecutor(6) as pool:
                    racing = list(pool.map(self.send, [Step("POST", path, body)] * 6))
                yield f"race {path} -> {sorted(response.status_code for response in racing)}"


SECTIONS: dict[str, Callable[[], Iterable[Step]]] = {
    "life": first.life_steps,
    "values": first.value_steps,
    "chain": first.chain_steps,
    "klant": first.klant_steps,
    "object": first.object_steps,
    "filters": further.filter_steps,
    "order": further.order_steps,
    "pages": further.page_steps,
    "cache": further.cache_steps,
    "audit": further.audit_steps,
    "odd": further.odd_steps,
    "notifications": further.notification_steps,
    "access": further.access_steps,
    "slow": lambda: [Step("POST", LINKS, relation(klant="<near>/traag"))],
    "race": tuple,
}
HINTS = {
    "CM-CHAIN": "chain", "CM-KCM": "klant", "CM-OCM": "object", "CM-FILT": "filters", "COM-QRY": "filters",
    "CM-ORD": "order", "COM-PAGE": "pages", "CM-QRY": "filters", "COM-CACHE": "cache", "CM-CACHE": "cache",
    "COM-AUD": "audit", "CM-AUD": "audit", "CM-NOT": "notifications", "COM-NOT": "notifications", "CM-AUTH": "access",
    "COM-AUTH": "access", "COM-REF-005": "slow", "COM-REF": "klant", "CM-POST": "values", "CM-MEDW": "values",
    "COM-HDR-002": "access", "COM-VER-006": "cache", "COM-VER": "odd", "COM-URI": "odd", "COM-HTTP": "odd",
    "COM-VAL-012": "audit", "COM-VAL": "values",
    "COM-OAS": "odd", "COM-NEG": "odd", "COM-HDR": "odd", "COM-ERR": "odd", "COM-SEC": "odd",
}  # fmt: skip


def likely(mutant: fixtures.Mutant) -> list[str]:
    """Return the sections in the order in which they are likely to show a mutant."""
    if mutant.breaker == "race_on":
        return ["race"]
    told = f"{mutant.name} {dict(mutant.arguments)}"
    named = [name for word, name in (("klantcontact", "klant"), ("objectcontact", "object")) if word in told.lower()]
    seen = sorted([*mutant.kills, *mutant.warns])
    hinted = [name for prefix, name in HINTS.items() if any(ident.startswith(prefix) for ident in seen)]
    return list(dict.fromkeys([*hinted, *named, *SECTIONS]))


def answers(near: Surroundings, section: str, **chosen: Any) -> Iterator[str]:
    """Yield the answers of a supplier to a section."""
    near.messages, near.status = [], 201
    near.asked.clear()
    return Sender(fixtures.supplier(PROFILE, page_size=3, timeout=2, **chosen), near).run(section)


@pytest.fixture(scope="module")
def near() -> Iterator[Surroundings]:
    """Serve the neighbours for the module."""
    with surroundings() as made:
        yield made


Lawful = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def lawful(near: Surroundings) -> Lawful:
    """Return what the reference answers to a section."""
    return cache(lambda section: list(answers(near, section)))


@pytest.mark.parametrize("section", SECTIONS)
def test_the_reference_answers_the_same_twice(near: Surroundings, lawful: Lawful, section: str) -> None:
    """What the reference answers does not depend on the run."""
    assert list(answers(near, section)) == lawful(section)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_reference_never_fails(lawful: Lawful, section: str) -> None:
    """No request leads to a server error."""
    assert [answer for answer in lawful(section) if "-> 5" in answer or ", 500" in answer] == []


@pytest.mark.parametrize("name", [mutant.name for mutant in fixtures.mutants(PROFILE)])
def test_a_mutant_answers_otherwise(near: Surroundings, lawful: Lawful, name: str) -> None:
    """Every mutant differs from the reference somewhere."""
    mutant = next(mutant for mutant in fixtures.mutants(PROFILE) if mutant.name == name)
    assert any(
        mine != other
        for section in likely(mutant)
        for mine, other in zip(answers(near, section, mutant=name), lawful(section), strict=False)
    )
