"""The frozen corpus can be loaded and selected, and the reference supplier agrees with every expectation in it."""

from __future__ import annotations

import gzip
import itertools
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import Client

import fixtures
from conformance import corpus
from conformance import profile as profiles
from conformance.corpus import Case, CorpusError
from conformance.samples import bound

PROFILES = Path(__file__).parents[1] / "profiles"
CORPORA = {path.parent.name: corpus.load(path) for path in sorted(PROFILES.glob("*/corpus.jsonl.gz"))}
WANTED = [(name, one) for name, cases in CORPORA.items() for one in sorted({case.requirement for case in cases})]
ONE = Case("a1", "KL-POST-001", "klant_create", "refused", "required", "/x", "x ontbreekt", "POST", "/klanten")


def test_cases_come_back_as_they_were_dumped(tmp_path: Path) -> None:
    cases = (ONE, replace(ONE, id="b2", has_body=True, body={}, status=(400, 404), query={"a": "b"}, depth="quick"))
    (tmp_path / "c.gz").write_bytes(corpus.dump(cases))
    assert set(map(repr, corpus.load(tmp_path / "c.gz"))) == set(map(repr, cases))


def test_the_order_of_cases_does_not_change_the_bytes() -> None:
    assert corpus.dump([ONE, replace(ONE, id="b2")]) == corpus.dump([replace(ONE, id="b2"), ONE])


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b'{"id": 1}\n'), gzip.compress(b"x\n")],
    ids=["empty", "plain", "other", "text"],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.gz").write_bytes(content)
    with pytest.raises(CorpusError, match=r"c\.gz.*freeze"):
        corpus.load(tmp_path / "c.gz")


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, "abc"),
        ({"requirement": "R2"}, "b"),
        ({"operation": "o2"}, "c"),
        ({"depth": "quick"}, "a"),
        ({"depth": "standard"}, "ab"),
        ({"requirement": "R1", "operation": "o2", "depth": "quick"}, ""),
    ],
)
def test_select_narrows_down(wanted: dict[str, str], ids: str) -> None:
    a = replace(ONE, id="a", requirement="R1", operation="o1", depth="quick")
    b = replace(a, id="b", requirement="R2", depth="standard")
    c = replace(a, id="c", operation="o2", depth="deep")
    assert "".join(case.id for case in corpus.select((a, b, c), **wanted)) == ids


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    assert corpus.digest(tmp_path / "x").startswith("e3b0c442")


@pytest.fixture(params=CORPORA)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_id_is_unique(profile: str) -> None:
    assert len({case.id for case in CORPORA[profile]}) == len(CORPORA[profile])


def test_every_requirement_is_in_the_register(profile: str) -> None:
    files = [file for name in (profile, "common") for file in PROFILES.glob(f"{name}/requirements/*.yaml")]
    known = {row["id"] for file in files for row in yaml.safe_load(file.read_text(encoding="utf-8"))}
    assert {case.requirement for case in CORPORA[profile]} <= known


def test_every_accepted_or_refused_case_says_which_status(profile: str) -> None:
    assert [case for case in CORPORA[profile] if (case.expect == "no_server_error") is bool(case.status)] == []


@pytest.mark.parametrize(("depth", "most"), [("quick", 100), ("standard", 350)])
def test_a_shallow_run_sends_few_cases(profile: str, depth: str, most: int) -> None:
    assert len(corpus.select(CORPORA[profile], depth=depth)) <= most


class Replay:
    """Sends cases to the reference supplier in process."""

    def __init__(self, name: str) -> None:
        standard = profiles.load(PROFILES / name)
        self.main, self.samples = standard.main, standard.samples[standard.main.name]
        self.client = Client(fixtures.supplier(name))
        target = fixtures.target(name, "http://localhost")
        self.prefix = target["apis"][self.main.api]["url"].removeprefix("http://localhost")
        credential = target["credentials"]["alles"]
        secret = fixtures.environment(name)[credential["secret"]["env"]]
        claims = {"iss": credential["client_id"], "client_id": credential["client_id"], "iat": int(time.time()) - 60}
        token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret.encode()))
        self.headers = {"Authorization": f"Bearer {token}"}
        self.numbers = itertools.count()

    def unique(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers):07d}"

    def filled(self, body: Any) -> Any:
        return bound(body, self.unique, lambda name: name, lambda kind, *_: kind)

    def made(self, sample: str) -> str:
        answer = self.client.post(
            f"{self.prefix}{self.main.path}", json=self.filled(self.samples[sample]), headers=self.headers
        )
        assert answer.status_code == 201, answer.text
        body: Any = answer.json
        return str(body["url"]).rpartition("/")[2]

    def status(self, case: Case) -> int:
        path = case.path
        for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            value = case.path_parameters.get(name) or self.made(str(case.given))
            path = path.replace(f"{{{name}}}", value)
        body = {"json": self.filled(case.body), "content_type": case.media_type} if case.has_body else {}
        query = {**(self.filled(self.main.search or {}) if case.query else {}), **case.query}
        sent: dict[str, Any] = {"headers": self.headers | dict(case.headers), "query_string": query}
        return self.client.open(self.prefix + path, method=case.method, **sent, **body).status_code


@pytest.fixture(scope="module")
def replays() -> dict[str, Replay]:
    return {name: Replay(name) for name in CORPORA}


@pytest.mark.parametrize(("name", "requirement"), WANTED)
def test_the_reference_supplier_does_what_every_case_expects(
    name: str, requirement: str, replays: dict[str, Replay]
) -> None:
    replay = replays[name]
    answers = [(case, replay.status(case)) for case in corpus.select(CORPORA[name], requirement=requirement)]
    wrong = [
        f"{status}: {case.expect} {case.method} {case.pointer} {case.description} {case.query} {case.id}"
        for case, status in answers
        if (status not in case.status if case.status else status >= 500)
    ]
    assert wrong == []
