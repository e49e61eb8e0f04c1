"""Client certificates before the real nginx, in target files, and never in what a run leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import fixtures
from conformance import target as targets
from conformance.errors import TargetError
from conformance.model import Status
from fixtures.mutation import named
from fixtures.tls import Tls, certified
from tests import nginx
from tests.matrix import Subject, free_port, having, judged
from tests.test_library_tls import run_on, statuses

ROWS = [f"IAM-TLS-{number:03}" for number in (12, 13, 14, 15, 16, 18, 19, 21)] + ["IAM-RS-AUTH-003", "IAM-RS-AUTH-012"]
ROWS += ["IAM-RS-AUTH-004", "IAM-RS-AUTH-011", "IAM-RS-ERR-006", "IAM-RS-ERR-008", "IAM-RS-HDR-002", "IAM-RS-OBJ-008"]
HEADER = "X-SSL-Client-Cert"
PROXY = """
map $ssl_client_escaped_cert $passed_on {{ "" {nobody}; default $ssl_client_escaped_cert; }}
server {{
  listen 127.0.0.1:{port} ssl;
  ssl_certificate {folder}/server.pem;
  ssl_certificate_key {folder}/server.pem;
  ssl_client_certificate {authority};
  ssl_verify_client {verify};
  location / {{
    proxy_pass {root};
    proxy_set_header Host $http_host;
    proxy_set_header X-SSL-Client-Cert $passed_on;
  }}
}}
"""


@pytest.mark.skipif(nginx.PATH is None, reason=nginx.WHY)
@pytest.mark.parametrize(
    ("verify", "nobody", "overlooked", "wrong"),
    [
        ("on", '""', [], set()),
        ("optional", '""', [], set()),
        ("optional_no_ca", '""', [], set()),
        ("optional", "$http_x_ssl_client_cert", [], {"IAM-TLS-019"}),
        ("optional_no_ca", '""', ["check_issuer"], {"IAM-TLS-014"}),
    ],
    ids=["on", "optional", "all to the application", "passes what comes in", "unsigned"],
)
def test_nginx(verify: str, nobody: str, overlooked: list[str], wrong: set[str], tmp_path: Path) -> None:
    app: Any = fixtures.supplier("iam", variant="KnowsClientsByCertificate")
    app.access.clients.header = HEADER
    for step in overlooked:
        setattr(app.access.clients, step, lambda *_: None)
    row = named(fixtures.variants("iam"), "KnowsClientsByCertificate")
    port, _ = free_port(), certified(Tls(key="RSA 2048"), tmp_path)
    with fixtures.serve(app) as root, fixtures.secured(app, row) as place:
        assert place is not None
        authority = place[1]["access"]["mtls"]["test_ca"]["certificate"]
        servers = PROXY.format(port=port, folder=tmp_path, authority=authority, root=root, verify=verify, nobody=nobody)
        with nginx.serving(servers, tmp_path, port):
            tls = {"ca": str(tmp_path / "authority.pem"), "plain_url": "http://127.0.0.1:1"}
            run = run_on(f"https://localhost:{port}", tls, tmp_path, variant=row.name, parts=place[1])
            seen = statuses(run, *ROWS)
    assert {row: status for row, status in seen.items() if status is not Status.PASSED} == dict.fromkeys(
        wrong, Status.FAILED
    )


def test_no_key_is_in_the_run_folder(tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", "KnowsClientsByCertificate"), tmp_path)
    assert having(record, "blocked", "failed", "error") == []
    written = "\n".join(path.read_text("utf-8") for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert "PRIVATE KEY" not in written


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        ("geen certificaat", "certificate"),
        ("-----BEGIN CERTIFICATE-----\nAA==\n", "certificate"),
    ],
    ids=["absent", "text", "broken"],
)
def test_a_certificate_that_cannot_be_used_is_told_with_its_place(
    content: str | None, told: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "client.pem").write_text(content, encoding="ascii")
    rows = {"alles": {"scheme": "mtls", "certificate": "client.pem", "scopes": "all"}}
    path = tmp_path / "target.yaml"
    path.write_text(yaml.safe_dump(fixtures.target("klanten", "https://api.example") | {"credentials": rows}))
    with pytest.raises(TargetError, match=f"credentials.*client.pem.*{told}"):
        targets.load(path, {})


def test_a_credential_with_a_certificate_needs_one(tmp_path: Path) -> None:
    content = fixtures.target("klanten", "https://api.example")
    path = tmp_path / "target.yaml"
    path.write_text(yaml.safe_dump(content | {"credentials": {"alles": {"scheme": "mtls", "scopes": "all"}}}))
    with pytest.raises(TargetError, match="scheme mtls needs 'certificate'"):
        targets.load(path, {})
