"""Tests of suppliers that answer carelessly or with malice: the run ends, without an error of ours or a secret told."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from werkzeug import Request, Response

import fixtures
from conformance import transport
from conformance.model import Verdict
from tests.matrix import HERE, Embedded, Subject, having, judged_on
from tests.small import ROOT, Seen, under_pytest

PAGE: dict[str, Any] = {"count": 0, "next": None, "previous": None, "results": []}
JSON = "application/json"
ELSEWHERE = "http://elsewhere.example/klanten/api/v1/klanten/5d1a6a3e-7a0c-4b0f-8f51-0d4d8f6f2a11"
ROWS = (
    *(
        "KL-OAS-001",
        "KL-OAS-002",
        "KL-OAS-003",
        "KL-OAS-009",
        "KL-POST-015",
        "KL-SUBJ-008",
        "KL-SUBJ-012",
        "KL-FILT-025",
    ),
    *(
        "KL-FILT-025",
        "KL-AUTH-008",
        "KL-UNIQ-001",
        "COM-URI-002",
        "COM-URI-003",
        "COM-URI-006",
        "COM-URL-001",
        "COM-URL-003",
    ),
    *("COM-PAGE-002", "COM-PAGE-004", "COM-AUD-001", "COM-AUD-005", "COM-HTTP-003", "COM-HTTP-011", "COM-NEG-001"),
)
Answer = Callable[[Request], Response]


def always(body: bytes | str, status: int = 200, **headers: str) -> Answer:
    """Answer everything in the same way."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: Response(body, status, {"Content-Type": JSON, **given})


def named(url: Any) -> Answer:
    """Name everything that is made, listed or read by this url."""

    def answer(request: Request) -> Response:
        row = {"url": url, "klantnummer": url, "results": [{"url": url}], "next": url, "uuid": url}
        made = request.method == "POST"
        return Response(json.dumps(row), 201 if made else 200, {"Content-Type": JSON, "Location": ELSEWHERE})

    return answer


HOSTILE: dict[str, Answer] = {
    "invalid-utf8": always(b'{"url": "\xff\xfe\xc0"}', 201),
    "lone-surrogate": always('{"url": "\\ud800", "results": ["\\udfff"], "title": "\\ud800"}', 201),
    "deep": always("[" * 20_000, 201),
    "deep-object": always('{"results":' * 20_000, 201),
    "huge-number": always(f'{{"url": {"9" * 6000}, "count": 1e999}}', 201),
    "not-a-number": always('{"url": NaN, "count": -Infinity, "results": NaN}', 201),
    "a-list": always("[null, 1, [], {}]", 201),
    "text": always('"klant"', 201),
    "null": always("null", 201),
    "login-page": always("<!doctype html><form><input type=password></form>", 200, Content_Type="text/html"),
    "redirect-to-itself": lambda request: Response("", 302, {"Location": request.url}),
    "redirect-elsewhere": always("", 307, Location=ELSEWHERE),
    "redirect-nowhere": always("", 301, Location="http://[:::"),
    "broken-gzip": always(b"\x1f\x8b\x08no", 200, Content_Encoding="gzip"),
    "gzip-bomb": always(gzip.compress(b" " * 4_000_000), 201, Content_Encoding="gzip"),
    "long-url": always(json.dumps({"url": "x" * 300_000, "results": []}), 201),
    "odd-headers": always("{}", 201, Location="\x7f\x01//", ETag="\xff\xfe", Date="morgen", Retry_After="nooit"),
    "url-elsewhere": named(ELSEWHERE),
    "url-with-user": named("http://reference.test@elsewhere.example/klanten/api/v1/klanten/1"),
    "url-broken": named("http://[:::/klanten"),
    "url-bad-port": named("http://reference.test:port/klanten/api/v1/klanten/1"),
    "url-script": named("javascript:alert(1)"),
    "url-empty": named(""),
    "url-number": named(7),
    "url-nested": named([{"url": []}]),
    "url-newline": named("http://reference.test/klanten/api/v1/klanten/1\r\nX-Extra: 1"),
    "url-dots": named("http://reference.test/klanten/api/v1/klanten/../../../../etc/passwd"),
}


def civil(answer: Answer) -> Any:
    """Answer a list as it belongs, so that judging begins, and everything else in another way."""

    def answered(request: Request) -> Response:
        if request.method == "GET" and request.path.endswith("/klanten"):
            return Response(json.dumps(PAGE), 200, content_type=JSON)
        return answer(request)

    return Seen(Request.application(answered))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_supplier_is_nobodys_error(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_BODY", 1 << 20)
    profile = ROOT / "profiles" / "klanten"
    ran = under_pytest(tmp_path, civil(HOSTILE[name]), "--only", ",".join(ROWS), profile=profile)
    told = [
        (row["id"], outcome["reason"]["en"])
        for row in ran.record["profiles"][0]["requirements"]
        for outcome in row["outcomes"]
        if outcome["status"] == "error"
    ]
    assert told == []
    assert ran.record["interrupted"] is False
    assert ran.record["profiles"][0]["verdict"] in {Verdict.FAILS, Verdict.UNDECIDED}
    assert {line["request"]["url"].split("/")[2] for line in ran.exchanges()} == {"reference.test"}


def bent(application: Any, names: tuple[str, ...], value: Any) -> Any:
    """Answer as this supplier does, but with another value for these members wherever they have one."""

    def changed(body: Any) -> Any:
        if isinstance(body, list):
            return [changed(one) for one in body]
        if isinstance(body, dict):
            return {key: value if key in names and one is not None else changed(one) for key, one in body.items()}
        return body

    def answer(environ: dict[str, Any], start: Any) -> Any:
        reply = Response.from_app(application, environ, buffered=True)
        if reply.is_json and reply.data:
            reply.set_data(json.dumps(changed(json.loads(reply.data))))
        return reply(environ, start)

    return answer


def test_a_log_whose_addresses_are_none_is_nobodys_error(tmp_path: Path) -> None:
    os.environ.update(fixtures.environment("verwerkingenlogging"))
    target = tmp_path / "target.yaml"
    target.write_text(yaml.safe_dump(fixtures.target("verwerkingenlogging", HERE)), "utf-8")
    application = bent(fixtures.supplier("verwerkingenlogging"), ("url", "next"), "http://[:::/x")
    record = judged_on(Subject("verwerkingenlogging"), target, Embedded(application))
    assert (having(record, "error"), "VL-W-POST-005" in having(record, "failed")) == ([], True)
