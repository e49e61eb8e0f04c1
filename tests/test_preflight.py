"""Tests of proving a target: whatever is wrong with address, clock or credentials is told, and never judged."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response

import fixtures
from conformance.model import Verdict
from conformance.neighbours import Neighbours
from conformance.preflight import Proof, prove
from tests.conftest import Command
from tests.small import ADDRESS, KLEIN, Application, Seen, copied, described, opened, target_file

SUPERUSER = "conformance-alle-autorisaties"
Answer = Callable[[Request], Response]


def proofs(folder: Path, application: Application, **changes: Any) -> list[Proof]:
    """Prove the reference target against an application."""
    with opened(folder, application, **changes) as run:
        return list(prove(run))


def answering(answer: Answer) -> Application:
    """Make an application of a function."""
    return Request.application(answer)


def with_date(moment: str | None) -> Application:
    """Give an empty list with a clock of its own."""
    headers = {"Date": moment} if moment is not None else {}
    return answering(lambda request: Response("[]", 200, headers, content_type="application/json"))


def closed_port() -> int:
    """Find a port where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def fault(found: list[Proof]) -> str:
    """Give the text of the one fatal proof, which is the last."""
    assert [proof.fatal for proof in found] == [*([False] * (len(found) - 1)), True]
    return found[-1].text.en


def client_of(header: str) -> str:
    """Name the client of a token."""
    payload = header.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=="))["client_id"])


@pytest.fixture
def reference() -> Seen:
    """Give a reference supplier that notes what it is asked."""
    return Seen(fixtures.supplier("klanten"))


def test_a_right_target_is_proven_without_making_anything(tmp_path: Path, reference: Seen) -> None:
    found = proofs(tmp_path, reference)
    assert [proof.text.en for proof in found if not proof.fine] == []
    assert {proof.subject for proof in found} == {"clock", "url", "credential"}
    assert not (tmp_path / "run" / "ledger.jsonl").read_text("utf-8")


def test_every_credential_is_asked_for_something_harmless(tmp_path: Path, reference: Seen) -> None:
    proofs(tmp_path, reference)
    known = {"klanten.lezen", "klanten.aanmaken", "klanten.verwijderen"}  # the scopes of the small standard
    scoped = [row["client_id"] for row in described()["credentials"].values() if {*row["scopes"]} & known]
    assert {client_of(token) for *_, token in reference.requests} == {*scoped, "conformance-alles", SUPERUSER}
    assert "DELETE" in {method for method, *_ in reference.requests}


def test_read_only_proves_with_reading_alone(tmp_path: Path, reference: Seen) -> None:
    proofs(tmp_path, reference, read_only=True)
    assert {method for method, *_ in reference.requests} == {"GET"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Always404", "answers 404 and not with a list. Check the url."),
        ("LoginPage", "answers 200 and not with a list. Check the url."),
        ("RedirectsToLogin", "answers 302 and not with a list. Check the url."),
        ("Empty200", "answers 200 and not with a list. Check the url."),
    ],
)
def test_an_address_that_is_no_api_is_a_fault(name: str, says: str, tmp_path: Path) -> None:
    assert says in fault(proofs(tmp_path, fixtures.null(name)))


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_without_anything_behind_it_is_a_fault(status: int, tmp_path: Path) -> None:
    broken = answering(lambda request: Response("<html>", status))
    assert f"answers {status} and not with a list" in fault(proofs(tmp_path, broken))


def test_a_server_error_is_left_to_the_checks(tmp_path: Path) -> None:
    broken = answering(lambda request: Response("{}", 500, content_type="application/json"))
    assert [proof for proof in proofs(tmp_path, broken) if proof.fatal] == []


def test_a_fault_names_the_line_of_the_address(tmp_path: Path) -> None:
    text = fault(proofs(tmp_path, fixtures.null("Always404")))
    lines = (tmp_path / "target.yaml").read_text("utf-8").splitlines()
    assert lines[int(text.rpartition(":")[2].rstrip(")")) - 1].strip() == f"url: {ADDRESS}/klanten/api/v1"


def test_a_wrong_secret_is_a_fault_that_names_the_credential(
    tmp_path: Path, reference: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = described()["credentials"]
    monkeypatch.setenv("PROEF_GEHEIM", "een-ander-geheim-dan-het-product-kent")
    wrong["alles"]["secret"] = {"env": "PROEF_GEHEIM"}
    text = fault(proofs(tmp_path, reference, parts={"credentials": wrong}))
    lines = (tmp_path / "target.yaml").read_text("utf-8").splitlines()
    assert "refuses credential 'alles'" in text
    assert lines[int(text.rpartition(":")[2].rstrip(")")) - 1].strip() == "alles:"


def test_a_silent_target_is_asked_once(tmp_path: Path) -> None:
    gone = Seen(fixtures.null("Always404"))
    assert [proof.fatal for proof in proofs(tmp_path, gone)][-1]
    assert {method for method, *_ in gone.requests} == {"GET", "POST"}
    assert len(gone.requests) == 2


def test_a_wrong_secret_of_another_credential_is_told_and_not_fatal(
    tmp_path: Path, reference: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = described()["credentials"]
    monkeypatch.setenv("PROEF_GEHEIM", "een-ander-geheim-dan-het-product-kent")
    wrong["alleen-klanten-lezen"]["secret"] = {"env": "PROEF_GEHEIM"}
    found = [proof for proof in proofs(tmp_path, reference, parts={"credentials": wrong}) if not proof.fine]
    assert [proof.fatal for proof in found] == [False]
    assert "Credential 'alleen-klanten-lezen' is refused 'klanten.lezen' (401)" in found[0].text.en


def test_a_full_credential_without_a_scope_is_a_fault(tmp_path: Path, reference: Seen) -> None:
    wrong = described()["credentials"]
    wrong["alles"] = wrong.pop("zonder-klanten-verwijderen") | {"scopes": "all"}
    text = fault(proofs(tmp_path, reference, parts={"credentials": wrong}))
    assert "Credential 'alles' is refused 'klanten.verwijderen' (403)" in text


@pytest.mark.parametrize(("offset", "fine", "fatal"), [(0, True, False), (120, False, False), (-600, False, True)])
def test_a_clock_is_judged_by_how_far_it_is_off(offset: int, fine: bool, fatal: bool, tmp_path: Path) -> None:
    there = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + offset))
    clock = next(proof for proof in proofs(tmp_path, with_date(there)) if proof.subject == "clock")
    assert (clock.fine, clock.fatal) == (fine, fatal)
    assert fine or "Set both clocks right" in clock.text.en


@pytest.mark.parametrize("date", [None, "", "yesterday", "Thu, 99 Jan 2026 00:00:00 GMT"])
def test_a_target_without_a_readable_clock_is_not_at_fault(date: str | None, tmp_path: Path) -> None:
    clock = next(proof for proof in proofs(tmp_path, with_date(date)) if proof.subject == "clock")
    assert (clock.fine, "names no time" in clock.text.en) == (True, True)


def test_an_api_that_the_target_does_not_name_is_a_fault(tmp_path: Path, reference: Seen) -> None:
    assert "'apis' does not name klanten." in fault(
        proofs(tmp_path, reference, parts={"apis": {"zaken": {"url": ADDRESS}}})
    )
    assert reference.requests == []


@pytest.fixture
def neighbours() -> Iterator[Neighbours]:
    """Give a server that the target may call."""
    port = closed_port()
    with Neighbours.start(None, f"http://127.0.0.1:{port}", seed=1) as server:
        yield server


def test_a_neighbour_that_cannot_listen_is_told_and_not_fatal(tmp_path: Path, reference: Seen) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = Neighbours.start(None, f"http://127.0.0.1:{taken.getsockname()[1]}", seed=1)
        found = [proof for proof in proofs(tmp_path, reference, neighbours=server) if not proof.fine]
    assert [(proof.subject, proof.fatal) for proof in found] == [("neighbours", False)]


def with_reference(folder: Path) -> Path:
    """Make a profile of which the klanten refer to elsewhere."""
    copy = copied(folder)
    text = (
        (copy / "profile.yaml")
        .read_text("utf-8")
        .replace("    text: functie", "    text: functie\n    reference: subject")
    )
    (copy / "profile.yaml").write_text(text, "utf-8")
    body = "klanten:\n  default:\n    bronorganisatie: '000000000'\n    klantnummer: {$uniek: K}\n"
    body += "    websiteUrl: https://www.example.nl\n    subjectType: natuurlijk_persoon\n"
    (copy / "samples.yaml").write_text(body, "utf-8")
    return copy


def asked_by(neighbours: Neighbours, status: int, *, ask: bool) -> Application:
    """Make a supplier that fetches the subject or not, and answers a POST with this status."""
    reference = fixtures.supplier("klanten", neighbours_url=neighbours.address, timeout=1)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if (
            environ["REQUEST_METHOD"] == "POST"
            and not ask
            and environ.get("CONTENT_LENGTH") not in {"", "0", "2", None}
        ):
            return Response("{}", status, content_type="application/json")(environ, start_response)
        return reference(environ, start_response)

    return answer


@pytest.mark.parametrize("status", [404, 405, 500])
def test_a_create_that_is_absent_or_broken_says_nothing_about_the_neighbours(
    status: int, tmp_path: Path, neighbours: Neighbours
) -> None:
    supplier, profile = asked_by(neighbours, status, ask=False), with_reference(tmp_path)
    with opened(tmp_path, supplier, neighbours=neighbours, profile=profile) as run:
        told = [proof for proof in prove(run) if proof.subject == "neighbours"]
    assert (told, run.bar) == ([], None)


@pytest.mark.parametrize(
    ("status", "ask", "says", "denied"),
    [
        (201, True, "The product reaches http://127.0.0.1", False),
        (201, False, "without asking for it", False),
        (400, False, "Give an address that the product can reach", True),
    ],
)
def test_the_product_is_asked_to_fetch_a_neighbour(
    status: int, ask: bool, says: str, denied: bool, tmp_path: Path, neighbours: Neighbours
) -> None:
    supplier, profile = asked_by(neighbours, status, ask=ask), with_reference(tmp_path)
    with opened(tmp_path, supplier, neighbours=neighbours, profile=profile) as run:
        told = [proof for proof in prove(run) if proof.subject == "neighbours"]
    assert [says in proof.text.en for proof in told] == [True]
    assert (run.bar is not None) is denied


# through the command line, over a socket


def checked(command: Command, target: Path) -> tuple[int, str]:
    """Check a target and give what that says."""
    told = command("check", target, "--profile", KLEIN)
    assert told.err == ""
    return told.code, told.out


def ran(command: Command, target: Path) -> tuple[int, str]:
    """Run against a target and give what that says."""
    told = command("run", KLEIN, "--target", target, "--out", target.parent / "run")
    assert "Traceback" not in told.err
    return told.code, told.out


def test_a_right_target_can_be_judged(tmp_path: Path, command: Command) -> None:
    with fixtures.serve(fixtures.supplier("klanten")) as root:
        code, said = checked(command, target_file(tmp_path, root))
    assert (code, said.splitlines()[-1]) == (0, "The target can be judged.")
    assert "✓ Credential 'alles' works." in said


@pytest.mark.parametrize(
    ("settings", "null", "says"),
    [
        ({"clock_offset": 600}, None, "The clock of"),
        ({}, "LoginPage", "answers 200 and not with a list"),
        ({}, "Always404", "answers 404 and not with a list"),
        ({"prefix": "/elders"}, None, "answers 404 and not with a list"),
    ],
    ids=["clock", "login", "404", "other-root"],
)
def test_a_fault_of_configuration_is_no_verdict(
    settings: dict[str, Any], null: str | None, says: str, tmp_path: Path, command: Command
) -> None:
    application = fixtures.null(null) if null else fixtures.supplier("klanten", **settings)
    with fixtures.serve(application) as root:
        target = target_file(tmp_path, root)
        code, said = checked(command, target)
        assert (code, said.splitlines()[-1]) == (3, "Nothing can be judged until this is solved.")
        assert says in said.partition("✗ ")[2]
        assert f"({target}:7)" in said.partition("✗ ")[2]
        code, said = ran(command, target)
    assert (code, says in said.partition("Not judged: ")[2]) == (2, True)
    assert str(Verdict.UNDECIDED) in said


def test_a_wrong_secret_is_no_verdict(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with fixtures.serve(fixtures.supplier("klanten")) as root:
        target = target_file(tmp_path, root)
        monkeypatch.setenv("CONFORMANCE_ALLES", "een-ander-geheim-dan-het-product-kent")
        code, said = checked(command, target)
        line = target.read_text("utf-8").splitlines().index("  alles:") + 1
        assert (code, "refuses credential 'alles' (401)" in said, f"({target}:{line})" in said) == (3, True, True)
        code, said = ran(command, target)
    assert (code, "refuses credential" in said, str(Verdict.UNDECIDED) in said) == (2, True, True)


def test_a_closed_port_is_no_verdict(tmp_path: Path, command: Command) -> None:
    target = target_file(tmp_path, f"http://127.0.0.1:{closed_port()}")
    assert checked(command, target)[0] == 3
    code, said = ran(command, target)
    assert (code, "does not answer" in said, str(Verdict.UNDECIDED) in said) == (2, True, True)


def test_a_part_of_the_apis_is_enough(tmp_path: Path) -> None:
    supplier = Seen(answering(lambda request: Response('{"count": 0, "results": []}', content_type="application/json")))
    apis = {"inzage": {"url": f"{ADDRESS}/inzage/api/v1"}}
    found = proofs(tmp_path, supplier, profile="verwerkingenlogging", parts={"apis": apis})
    assert [proof for proof in found if proof.fatal] == []
    assert {path.split("/")[1] for _, path, _ in supplier.requests} == {"inzage"}


def test_a_request_that_changes_more_than_one_resource_is_no_proof(tmp_path: Path) -> None:
    supplier = Seen(answering(lambda request: Response("{}", content_type="application/json")))
    apis = {"bewerking": {"url": f"{ADDRESS}/bewerking/api/v1"}}
    proofs(tmp_path, supplier, profile="verwerkingenlogging", parts={"apis": apis})
    asked = {(method, path.count("/")) for method, path, _ in supplier.requests}
    assert asked == {("GET", 4), ("POST", 4), ("PUT", 5), ("DELETE", 5)}
