"""Tokens beside a client certificate: who may use them, before the real nginx too, and when nothing can be said."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding

import fixtures
from conformance import auth
from conformance import target as targets
from conformance.errors import Blocked
from conformance.library.attempts import unless_cut_off
from conformance.model import Status
from conformance.neighbours import Issuing, Neighbours
from conformance.reply import Reply
from conformance.target import Target
from fixtures.iam.bonds import skip_bonds
from fixtures.mutation import named
from fixtures.tls import Tls, certified
from tests import nginx
from tests.matrix import Subject, free_port, having, judged
from tests.test_client_certificates import HEADER, PROXY
from tests.test_library_tls import run_on, statuses

ROWS = ("IAM-RS-JWT-025", "IAM-RS-JWT-026")
BOUND, FREE = "BindsTokensToCertificates", "ShowsCertificatesBesideTokens"
ADDRESS = "http://127.0.0.1:9010"
NOW = 1_700_000_000.0
SECOND = "alleen-klanten-lezen"
Rows = dict[str, dict[str, Any]]


def row_of(variant: str) -> fixtures.Variant:
    """Give a variant of the supplier of access."""
    return named(fixtures.variants("iam"), variant)


def loaded(folder: Path, variant: str, parts: Mapping[str, Any]) -> Target:
    """Load the target file of a variant."""
    content = fixtures.target("iam", "http://reference.test", variant=variant, neighbours=ADDRESS, parts=parts)
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    return targets.load(path, fixtures.environment("iam"))


@pytest.mark.parametrize(("variant", "binds"), [(BOUND, True), (FREE, False)])
def test_a_token_names_the_certificate_of_its_client_when_tokens_are_bound(
    variant: str, binds: bool, tmp_path: Path
) -> None:
    application = fixtures.supplier("iam", variant=variant)
    with fixtures.secured(application, row_of(variant)) as place:
        assert place is not None
        target = loaded(tmp_path, variant, place[1])
        for name in ("alles", SECOND):
            text = Path(place[1]["credentials"][name]["certificate"]).read_text("ascii")
            der = ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :])
            digest = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
            wanted = {"x5t#S256": digest} if binds else None
            assert auth.access_claims(target.credentials[name], NOW).get("cnf") == wanted


def test_who_has_no_token_still_shows_the_certificate_of_the_connection(tmp_path: Path) -> None:
    application = fixtures.supplier("iam", variant=BOUND)
    with fixtures.secured(application, row_of(BOUND)) as place:
        assert place is not None
        target = loaded(tmp_path, BOUND, place[1])
        nobody = target.full.nobody
        assert nobody is not None
        assert (nobody.name, nobody.certificate, auth.headers(nobody, NOW)) == ("", target.full.certificate, {})


def test_a_client_that_is_known_by_its_certificate_is_nobody_without_it(tmp_path: Path) -> None:
    variant = "KnowsClientsByCertificate"
    with fixtures.secured(fixtures.supplier("iam", variant=variant), row_of(variant)) as place:
        assert place is not None
        assert loaded(tmp_path, variant, place[1]).full.nobody is None


def told(record: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Give the status and the reason of both rows."""
    rows = {row["id"]: row for row in record["profiles"][0]["requirements"] if row["id"] in ROWS}
    return {
        name: (row["status"], " ".join((one["reason"] or {}).get("en", "") for one in row["outcomes"]))
        for name, row in rows.items()
    }


@pytest.mark.parametrize(
    ("variant", "row", "says"),
    [
        ("UsesOauth", 0, "Credential 'alles' shows no certificate. Do clients show one beside their token?"),
        ("UsesOauth", 1, "Then give each credential in the target file a certificate and a key."),
        ("KnowsClientsByCertificate", 0, "Then name these in the target file (access: {scheme: oauth-nlgov"),
        ("KnowsClientsByCertificate", 1, "Then name these in the target file (access: {scheme: oauth-nlgov"),
        ("HasTokensOfItsOwnIssuer", 1, "the suite cannot make tokens"),
        (FREE, 1, "Then write sender_constrained: mtls in the target file"),
    ],
)
def test_what_a_target_does_not_offer_is_not_applicable(variant: str, row: int, says: str, tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", variant, frozenset(ROWS)), tmp_path)
    status, reason = told(record)[ROWS[row]]
    assert (status, says in reason) == ("not_applicable", True), reason


def only_one(rows: Rows, application: Any) -> Rows:
    """Leave one client with a certificate."""
    return {name: row for name, row in rows.items() if name == "alles"}


def one_for_all(rows: Rows, application: Any) -> Rows:
    """Give every client the same certificate."""
    return {name: row | {"certificate": rows["alles"]["certificate"]} for name, row in rows.items()}


def unknown_second(rows: Rows, application: Any) -> Rows:
    """Let the supplier not know the certificates of others."""
    holders = application.access.clients.holders
    for oin in [oin for oin, one in holders.items() if one.name != "alles"]:
        del holders[oin]
    return rows


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (only_one, "has no second client with a certificate of its own"),
        (one_for_all, "has no second client with a certificate of its own"),
        (unknown_second, "does not get in with its own token and certificate (401)"),
    ],
)
def test_without_a_second_client_that_gets_in_nothing_can_be_said(
    change: Callable[[Rows, Any], Rows], says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    showing = fixtures._showing

    def changed(application: Any, files: dict[str, str]) -> dict[str, Any]:
        return {"credentials": change(showing(application, files)["credentials"], application)}

    monkeypatch.setattr(fixtures, "_showing", changed)
    record = judged(Subject("iam", "variant", BOUND, frozenset(ROWS)), tmp_path)
    assert {status for status, _ in told(record).values()} == {"blocked"}
    assert all(says in reason for _, reason in told(record).values())


def test_the_reference_passes_what_is_built_with_bound_tokens(tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", BOUND), tmp_path)
    assert having(record, "failed", "error", "blocked", "warning") == []
    assert {*ROWS} <= {*having(record, "passed")}
    written = "\n".join(path.read_text("utf-8") for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert "PRIVATE KEY" not in written


@pytest.mark.parametrize(
    ("variant", "warned"),
    [
        ("RefusesOtherPartyWith403", set()),
        ("RefusesOtherPartyOfFreeTokenWith403", set()),
        ("RefusesBoundTokenWith403", {ROWS[1]}),
        ("RefusesBoundTokenWithoutError", {*ROWS}),
        ("TurnsAwayWithoutCertificate", set()),
        ("ForbidsWithoutCertificate", set()),
    ],
)
def test_how_a_token_is_refused_is_at_most_a_warning(variant: str, warned: set[str], tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", variant, frozenset(ROWS)), tmp_path)
    assert having(record, "failed", "error", "blocked") == []
    assert {*having(record, "warning")} == warned


@contextmanager
def before_nginx(app: Any, folder: Path, authority: Path, verify: str) -> Iterator[str]:
    """Serve an application behind nginx, which passes a certificate on."""
    port = free_port()
    app.access.clients.header = HEADER
    with fixtures.serve(app) as root:
        servers = PROXY.format(port=port, folder=folder, authority=authority, root=root, verify=verify, nobody='""')
        with nginx.serving(servers, folder, port):
            yield f"https://localhost:{port}"


@contextmanager
def over_tls(app: Any, folder: Path, authority: Path, verify: str) -> Iterator[str]:
    """Serve an application over TLS, by a server that hangs up on who shows no certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    context.load_verify_locations(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    with fixtures.serve(app, tls=context) as root:
        yield root


without_nginx = pytest.mark.skipif(nginx.PATH is None, reason=nginx.WHY)


@pytest.mark.parametrize("steps", [[], ["check_bond"]], ids=["lawful", "IgnoresCertificateInToken"])
@pytest.mark.parametrize(
    ("served", "verify"),
    [
        pytest.param(before_nginx, "on", marks=without_nginx),
        pytest.param(before_nginx, "optional", marks=without_nginx),
        (over_tls, "on"),
    ],
    ids=["nginx wants one", "nginx asks for one", "no handshake"],
)
def test_a_bound_token_on_real_connections(served: Any, verify: str, steps: list[str], tmp_path: Path) -> None:
    address, authority = f"http://127.0.0.1:{free_port()}", tmp_path / "clients.pem"
    app: Any = fixtures.supplier("iam", variant=BOUND, neighbours_url=address, timeout=1)
    skip_bonds(app, steps=steps)
    certified(Tls(key="RSA 2048"), tmp_path)
    with fixtures.secured(app, row_of(BOUND)) as place, Neighbours.start(None, address, seed=1) as server:
        assert place is not None
        authority.write_bytes(app.access.clients.authority.public_bytes(Encoding.PEM))
        with served(app, tmp_path, authority, verify) as root:
            tls = {"ca": str(tmp_path / "authority.pem"), "plain_url": "http://127.0.0.1:1"}
            run = run_on(root, tls, tmp_path, variant=BOUND, parts=place[1], neighbours=server)
            server.issuing = Issuing(run.target.issuers)
            seen = statuses(run, *ROWS)
    assert seen == {ROWS[0]: Status.PASSED, ROWS[1]: Status.FAILED if steps else Status.PASSED}


def broken(reason: str) -> Callable[[], Reply]:
    """Give a request to which no answer comes."""

    def asked() -> Reply:
        raise Blocked(reason, reason)

    return asked


def test_a_connection_that_is_refused_is_a_refusal() -> None:
    assert unless_cut_off(broken("GET https://api.example: no answer (TLS: certificate required).")) is None


@pytest.mark.parametrize("reason", ["GET https://api.example: no answer (timeout).", "too many attempts (429)"])
def test_silence_and_too_many_attempts_are_no_refusal(reason: str) -> None:
    with pytest.raises(Blocked):
        unless_cut_off(broken(reason))
