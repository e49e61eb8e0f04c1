"""A fixed sequence of requests that shows each mutant to differ from the reference; it judges nothing."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import pytest
from werkzeug import Request, Response
from werkzeug.test import Client

import fixtures
from tests.fixtures_bodies import (
    KLANTEN,
    ROOT,
    Step,
    filter_steps,
    linked,
    member_rows,
    member_steps,
    number_steps,
    person,
    subject_steps,
    token,
)
from tests.fixtures_steps import (
    access_steps,
    audit_steps,
    cache_steps,
    description_steps,
    end_steps,
    life_steps,
    notification_steps,
    odd_steps,
    page_steps,
    setup_steps,
)


class Neighbours:
    """What the supplier fetches and calls, with the messages that came."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.status = 201
        self.root = ""

    def __call__(self, request: Request) -> Response:
        """Answer by what the path says."""
        if request.path == "/notificaties":
            self.messages.append([bool(request.headers.get("Authorization")), request.get_json()])
            return Response(status=self.status)
        name = request.path.strip("/")
        if name.startswith("naar-"):
            return Response(status=302, headers={"Location": f"{self.root}/{name.removeprefix('naar-')}"})
        if name == "traag":
            time.sleep(4)
        return Response("{}", status=int(name) if name.isdigit() else 200, content_type="application/json")


@contextmanager
def neighbours() -> Iterator[Neighbours]:
    """Serve neighbours."""
    made = Neighbours()
    with fixtures.serve(Request.application(made)) as root:
        made.root = root
        yield made


class Probe:
    """Sends the sequence to one supplier and yields what it answers, without what changes from run to run."""

    def __init__(self, app: Any, near: Neighbours) -> None:
        self.app = app
        self.client = Client(app, use_cookies=False)
        self.near = near
        self.names: dict[str, str] = {"near": near.root}
        self.labels: dict[str, str] = {}

    def send(self, step: Step) -> Response:
        """Send one step."""
        headers = {"Accept": "application/json", **step.headers}
        if step.token and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {token(step.token)}"
        data = step.body
        if not isinstance(data, bytes | None):
            data = self.filled(json.dumps(data)).encode()
        path = self.filled(step.path)
        path = path.split("/", 3)[-1] if path.startswith("http") else f"{ROOT}{path}".lstrip("/")
        made = {name: self.filled(value) for name, value in headers.items() if value}
        if data is not None and step.media_type:
            made["Content-Type"] = step.media_type
        return self.client.open(f"/{path}", method=step.method, headers=made, data=data)

    def filled(self, text: str) -> str:
        """Fill in the names that were kept."""
        for name, value in self.names.items():
            text = text.replace(f"<{name}>", value)
        return text

    def run(self, section: str) -> Iterator[str]:
        """Yield every answer in one section."""
        self.app.resources.notifier.receiver = f"{self.near.root}/notificaties" if section == "notifications" else ""
        for step in (*setup_steps(), *SECTIONS[section]()):
            response = self.send(step)
            if step.keep:
                self.learn(step.keep, response)
            yield f"{step.method} {step.path} {str(step.body)[:80]} -> {self.plain(response)}"
        yield from (self.stable(json.dumps(message)) for message in self.near.messages)
        yield from self.last(section)

    def last(self, section: str) -> Iterator[str]:
        """Yield what takes more than one request to see."""
        if section == "notifications":
            self.near.status = 500
            yield self.plain(self.send(Step("POST", "/klanten", person("N500"))))
        if section == "race":
            with ThreadPoolExecutor(10) as pool:
                racing = list(pool.map(self.send, [Step("POST", "/klanten", person("RACE"))] * 10))
            yield str(sorted(response.status_code for response in racing))

    def learn(self, name: str, response: Response) -> None:
        """Keep the address, the ETag or the audit lines that an answer gave."""
        if name == "tag":
            self.names["tag"] = response.headers.get("ETag", "")
        elif name == "lines":
            lines = response.get_json()
            rows = lines if isinstance(lines, list) else []
            self.names |= {f"line{n}": row.get("uuid", "") for n, row in enumerate(rows)}
        elif isinstance(response.get_json(silent=True), dict):
            url = response.get_json().get("url", "")
            self.names |= {name: url, f"{name}-id": url.rsplit("/", 1)[-1], f"{name}-8": url.rsplit("/", 1)[-1][:8]}

    def plain(self, response: Response) -> str:
        """Return an answer without moments and random parts."""
        headers = sorted(f"{name}: {value}" for name, value in response.headers.items() if name != "Date")
        return self.stable(f"{response.status_code} {headers} {response.get_data(as_text=True)}")

    def stable(self, text: str) -> str:
        """Replace identifiers by their order of appearance, and this day by a word."""
        text = re.sub(rf"{time.strftime('%Y')}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+", "NOW.", text)
        text = re.sub(rf"{time.strftime('%Y')}-\d\d-\d\dT\d\d:\d\d:\d\d", "NOW", text)
        pattern = r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|(?<=\")[0-9a-f]{32}(?=\")"
        text = re.sub(r"Content-Length: \d+", "", text)
        text = re.sub(pattern, lambda found: self.label(found[0]), text)
        return text.replace(self.near.root, "NEAR")

    def label(self, found: str) -> str:
        """Return the label of an identifier; the kind of UUID shows."""
        kind = found[14] if "-" in found else "tag"
        same = found if found.startswith("00000000") else f"<{kind}{len(self.labels)}>"
        return self.labels.setdefault(found, same)


def _sections() -> dict[str, Callable[[], Iterable[Step]]]:
    made: dict[str, Callable[[], Iterable[Step]]] = {
        "life": life_steps,
        "cache": cache_steps,
        "description": description_steps,
        "page": page_steps,
        "odd": odd_steps,
        "audit": audit_steps,
        "end": end_steps,
        "klantnummer": number_steps,
        "notifications": notification_steps,
        "race": tuple,
        "slow": lambda: [Step("POST", "/klanten", linked("S9", "<near>/traag"))],
        "subject": subject_steps,
        "access": access_steps,
    }
    made |= {f"filter {spec['name']}": partial(filter_steps, spec) for spec in KLANTEN["filters"]}
    return (
        made
        | {name: partial(member_steps, name) for name in member_rows() if name != "subjectType"}
        | {"soort": partial(member_steps, "subjectType")}
    )


SECTIONS = _sections()
HINTS = {
    "COM-OAS": "description", "COM-CACHE": "cache", "COM-AUTH": "access", "KL-AUTH": "access", "COM-HDR": "odd",
    "COM-AUD": "audit", "KL-NOT": "notifications", "COM-NOT": "notifications", "COM-PAGE": "page", "COM-NEG": "odd",
    "COM-REF-005": "slow",
    "COM-REF": "subject", "KL-REF": "subject", "KL-SUBJ-0": "subject", "COM-HTTP": "end", "COM-ERR": "odd",
    "KL-UNIQ-006": "race", "KL-UNIQ": "klantnummer", "COM-VAL-007": "soort", "KL-SUBJ-005": "soort",
}  # fmt: skip


def likely(mutant: fixtures.Mutant) -> list[str]:
    """Return the sections in the order in which they are likely to show a mutant."""
    told = f"{mutant.name} {dict(mutant.arguments)}"
    names = [name for name in SECTIONS if name.removeprefix("filter ") in told]
    names += [section for prefix, section in HINTS.items() if any(kill.startswith(prefix) for kill in mutant.kills)]
    return list(dict.fromkeys([*names, *SECTIONS]))


def answers(near: Neighbours, section: str, **chosen: Any) -> Iterator[str]:
    """Yield the answers of a supplier to a section."""
    near.messages, near.status = [], 201
    return Probe(fixtures.supplier("klanten", page_size=3, timeout=2, **chosen), near).run(section)


@pytest.fixture(scope="module")
def near() -> Iterator[Neighbours]:
    """Serve neighbours for the module."""
    with neighbours() as made:
        yield made


@pytest.fixture(scope="module")
def lawful(near: Neighbours) -> Callable[[str], list[str]]:
    """Return what the reference answers to a section."""
    return cache(lambda section: list(answers(near, section)))


Lawful = Callable[[str], list[str]]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_reference_answers_the_same_twice(near: Neighbours, lawful: Lawful, section: str) -> None:
    """What the reference answers does not depend on the run."""
    assert list(answers(near, section)) == lawful(section)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_reference_never_fails(lawful: Lawful, section: str) -> None:
    """No request leads to a server error."""
    assert [answer for answer in lawful(section) if "-> 5" in answer] == []


@pytest.mark.parametrize("name", [mutant.name for mutant in fixtures.mutants("klanten")])
def test_a_mutant_answers_otherwise(near: Neighbours, lawful: Lawful, name: str) -> None:
    """Every mutant differs from the reference somewhere."""
    mutant = next(mutant for mutant in fixtures.mutants("klanten") if mutant.name == name)
    assert any(
        mine != other
        for section in likely(mutant)
        for mine, other in zip(answers(near, section, mutant=name), lawful(section), strict=False)
    )
