"""What the rows on gateways see of the real nginx with auth_request, before the reference and before the suite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from werkzeug import Request, Response
from werkzeug.test import EnvironBuilder

import fixtures
from conformance import profile as profiles
from conformance import register
from conformance import target as targets
from conformance.guest import seated
from conformance.judge import judge, tidy
from conformance.model import Status, worst
from conformance.neighbours import Issuing, Neighbours
from conformance.preflight import prove
from conformance.run import Run
from conformance.runfile import Redactor, RunFolder
from conformance.transport import Transport
from fixtures.problems import Problem
from tests import nginx
from tests.matrix import ROOT, free_port

ROWS = [*(f"IAM-RS-PEP-{number:03}" for number in (*range(1, 18), 19)), "IAM-RS-LOG-004"]
ENFORCED = ("IAM-RS-AUTH-003", "IAM-RS-AUTH-006", "IAM-RS-AUTH-014")
PROXY = """
server {{
  listen 127.0.0.1:{port};
  {options}
  location = /beslis {{
    internal;
    proxy_read_timeout 1s;
    {asks}
  }}
  location /klanten/api/v1/ {{
    set $asked $uri;
    auth_request /beslis;
    proxy_set_header Host $http_host;
    proxy_pass {reference};
  }}
  location /proef/klanten {{
    set $asked $uri;
    auth_request /beslis;
    auth_request_set $client $upstream_http_x_client;
    {headers}
    proxy_pass {upstream}/klanten;
  }}
  location / {{ return 404; }}
}}
"""
HEADERS = """
    proxy_set_header X-Userinfo "";
    proxy_set_header X-Consumer-Username $client;
    proxy_hide_header X-Userinfo;
    proxy_hide_header X-Consumer-Username;
"""
QUESTION = (
    '{"subject": {"type": "client", "id": "onbekend"}, "action": {"name": "$request_method"},'
    ' "resource": {"type": "path", "id": "$asked"}, "context": {"traceparent": "$http_traceparent"}}'
)
ASKS = """
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header X-Original-Method $request_method;
    proxy_set_header X-Original-URI $asked;
    proxy_pass AUTHORIZER;
"""
DIRECTLY = f"proxy_method POST; proxy_set_header Content-Type application/json; proxy_set_body '{QUESTION}';"


def authorizer(supplier: Any) -> Any:
    """Answer what nginx asks about a request: whether its token is good and the engine permits it."""

    def decided(request: Request) -> Response:
        headers = [
            (name, request.headers[name]) for name in ("Authorization", "traceparent") if name in request.headers
        ]
        environ = EnvironBuilder(method=request.headers["X-Original-Method"], headers=headers).get_environ()
        environ["PATH_INFO"] = request.headers["X-Original-URI"].partition(" ")[0]
        call, gateway = supplier.open(Request(environ)), supplier.gateway
        try:
            gateway.authenticate(call)
            gateway.decide(call, gateway.place(call))
        except Problem as problem:
            return Response(status=problem.status, headers=problem.headers)
        return Response(status=204, headers={"X-Client": call.application.client_id})

    return Request.application(decided)


def judged(folder: Path, *rows: str, **changes: str) -> dict[str, Status]:
    """Give what these rows say of nginx with these changes to its configuration."""
    port, address = free_port(), f"http://127.0.0.1:{free_port()}"
    place = f"http://127.0.0.1:{port}"
    supplier = fixtures.supplier("iam", variant="HasGateway", neighbours_url=address, timeout=1, public_url=place)
    content = fixtures.target("iam", place, variant="HasGateway", neighbours=address)
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    target = targets.load(path, fixtures.environment("iam"))
    profile = seated(profiles.load(ROOT / "profiles" / "iam"), target)
    with (
        fixtures.serve(supplier) as reference,
        fixtures.serve(authorizer(supplier)) as asked,
        Neighbours.start(None, address, seed=1) as server,
    ):
        server.issuing = Issuing(target.issuers)
        usual = {"options": "", "headers": HEADERS, "asks": ASKS}
        parts = {
            name: value.replace("AUTHORIZER", asked).replace("ENGINE", address)
            for name, value in (usual | changes).items()
        }
        servers = PROXY.format(port=port, reference=reference, upstream=f"{address}/upstream", **parts)
        with nginx.serving(servers, folder, port):
            run = Run(
                profile, target, Transport(timeout=10), RunFolder(folder / "run", Redactor()), 1, neighbours=server
            )
            assert [proof.text.en for proof in prove(run) if proof.fatal] == []
            known = [bound for bound in register.bind(profile) if bound.requirement.id in rows]
            seen = {row: worst(judge(run, b).status for b in known if b.requirement.id == row) for row in rows}
            tidy(run)
            run.folder.close()
    return {row: status for row, status in seen.items() if status is not Status.PASSED}


USUAL = {
    "IAM-RS-PEP-003": Status.WARNING,  # its own page says what is wrong
    "IAM-RS-PEP-010": Status.WARNING,  # headers of other gateways pass
}


@pytest.mark.skipif(nginx.PATH is None, reason=nginx.WHY)
def test_nginx_that_asks_an_authorizer_enforces_its_decisions(tmp_path: Path) -> None:
    assert judged(tmp_path, *ROWS, *ENFORCED) == USUAL


@pytest.mark.skipif(nginx.PATH is None, reason=nginx.WHY)
@pytest.mark.parametrize(
    ("changes", "rows", "wrong"),
    [
        ({"asks": ASKS.replace("$asked", "$request_uri")}, ["IAM-RS-PEP-013"], {"IAM-RS-PEP-013": Status.FAILED}),
        (
            {"headers": ""},
            ["IAM-RS-PEP-010", "IAM-RS-PEP-011"],
            {"IAM-RS-PEP-010": Status.FAILED, "IAM-RS-PEP-011": Status.WARNING},
        ),
        ({"options": "underscores_in_headers on;"}, ["IAM-RS-PEP-010"], {"IAM-RS-PEP-010": Status.FAILED}),
        (
            {"asks": f"proxy_pass ENGINE/access/v1/evaluation; {DIRECTLY}"},
            ["IAM-RS-PEP-001", "IAM-RS-PEP-003", "IAM-RS-PEP-005", "IAM-RS-PEP-006", "IAM-RS-PEP-012"],
            dict.fromkeys(("IAM-RS-PEP-001", "IAM-RS-PEP-003", "IAM-RS-PEP-006"), Status.FAILED),
        ),
    ],
    ids=["asks about the raw path", "keeps headers", "keeps headers with underscores", "takes 200 for a permit"],
)
def test_nginx_with_a_mistake_is_seen(
    changes: dict[str, str], rows: list[str], wrong: dict[str, Status], tmp_path: Path
) -> None:
    assert judged(tmp_path, *rows, **changes) == wrong
