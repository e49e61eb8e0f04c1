"""Tests of gateways between an engine and an API that the suite plays: what is told, recorded and not applicable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

import fixtures
from conformance import observed
from conformance import profile as profiles
from conformance.neighbours import Neighbours, Shown
from conformance.neighbours.behind import EVALUATION, METADATA, OTHER_ENGINE, PERMIT, shown
from conformance.trust import GatewayRow
from fixtures.iam.gateway import OWN_KEY
from tests.conftest import Command
from tests.matrix import Subject, free_port, having, judged

ROWS = frozenset(row.id for row in profiles.load("iam").own if row.id.startswith("IAM-RS-PEP-") and row.checks)
ABOUT_GATEWAYS = ROWS - {"IAM-RS-PEP-022", "IAM-RS-PEP-023"} | {"IAM-RS-LOG-004"}


@pytest.fixture
def played() -> Iterator[Neighbours]:
    """Give a server that plays what is behind a gateway."""
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}", seed=1) as made:
        yield made


def test_an_engine_permits_until_a_check_says_otherwise(played: Neighbours) -> None:
    url = played.address + EVALUATION
    before = requests.post(url, json={}, timeout=5).json()["decision"]
    with played.behind.answering(shown({"decision": False}), PERMIT):
        within = requests.post(url, json={}, timeout=5).json()["decision"]
        elsewhere = requests.post(played.address + OTHER_ENGINE, json={}, timeout=5).json()["decision"]
    after = requests.post(url, json={}, timeout=5).json()["decision"]
    assert (before, within, elsewhere, after) == (True, False, True, True)


def test_an_engine_says_where_it_is(played: Neighbours) -> None:
    told = requests.get(played.address + METADATA, timeout=5).json()
    assert told["access_evaluation_endpoint"] == played.address + EVALUATION
    assert played.behind.count() == 0


def test_a_path_is_kept_as_it_was_sent(played: Neighbours) -> None:
    requests.get(f"{played.address}/upstream/klanten%2Fgeheim;x?naam=Ren%C3%A9e", timeout=5)
    (one,) = played.behind.since(0)
    assert one.call.path == "/upstream/klanten%2Fgeheim;x?naam=Ren%C3%A9e"


def test_a_question_in_pieces_is_read_too(played: Neighbours) -> None:
    pieces = iter([b'{"subject": ', b'{"id": "a"}}'])
    said = requests.post(played.address + EVALUATION, data=pieces, timeout=5)
    (one,) = played.behind.since(0)
    assert (said.json()["decision"], one.call.json) == (True, {"subject": {"id": "a"}})


def test_a_question_too_deep_to_read_is_no_question(played: Neighbours) -> None:
    requests.post(played.address + EVALUATION, data=b"[" * 100_000, timeout=5)
    assert [one.call.json for one in played.behind.since(0)] == [None]


def test_what_comes_before_an_answer_has_a_lower_number(played: Neighbours) -> None:
    slow = Shown(delay=5)
    with ThreadPoolExecutor(1) as pool, played.behind.answering(slow, PERMIT):
        asking = pool.submit(requests.post, played.address + EVALUATION, json={}, timeout=20)
        while played.behind.count() == 0:
            pass
        requests.get(f"{played.address}/upstream/x", timeout=5)
        played.behind._over.set()
        asking.result()
    question, forwarded = played.behind.since(0)
    assert question.answered is not None
    assert question.came < forwarded.came < question.answered


def test_an_engine_may_hang_up(played: Neighbours) -> None:
    with played.behind.answering(Shown(hangs_up=True), PERMIT), pytest.raises(requests.ConnectionError):
        requests.post(played.address + EVALUATION, json={}, timeout=5)


def rows(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the rows of a run about gateways."""
    return {one["id"]: one for one in record["profiles"][0]["requirements"] if one["id"] in ABOUT_GATEWAYS}


def told(monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None]) -> None:
    """Let every target file be that of a gateway, with a change."""
    known = fixtures.target

    def target(profile: str, root: str, **settings: Any) -> dict[str, Any]:
        content = known(profile, root, **{**settings, "variant": "HasGatewayForOwnTokens"})
        change(content)
        return content

    monkeypatch.setattr(fixtures, "target", target)


def test_without_a_route_for_the_suite_every_row_says_what_to_add(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told(monkeypatch, lambda content: content["access"].pop("gateway"))
    found = rows(judged(Subject("iam", only=ABOUT_GATEWAYS), tmp_path))
    assert {row["status"] for row in found.values()} == {"not_applicable"}
    assert {"access: {gateway: {url:" in row["outcomes"][0]["reason"]["en"] for row in found.values()} == {True}


@pytest.mark.parametrize("null", fixtures.nulls())
def test_a_gateway_that_does_nothing_passes_nothing(null: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told(monkeypatch, lambda content: None)
    record = judged(Subject("iam", "null", null, ABOUT_GATEWAYS), tmp_path)
    assert having(record, "passed", "error", "failed") == []


def test_a_gateway_that_forwards_elsewhere_is_told_where_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told(monkeypatch, lambda content: content["access"]["gateway"].update(url="http://reference.test/elders"))
    found = rows(judged(Subject("iam", only=ABOUT_GATEWAYS), tmp_path))
    assert {row["status"] for row in found.values()} == {"blocked", "not_applicable"}
    assert "forward to http://127.0.0.1" in found["IAM-RS-PEP-003"]["outcomes"][0]["reason"]["en"]


@pytest.mark.parametrize("mutant", ["ForwardsBesideDecision", "NumbersResource", "KeepsForgedHeader", "RepeatsPost"])
def test_a_failure_names_what_was_sent_and_what_arrived(mutant: str, tmp_path: Path) -> None:
    record = judged(Subject("iam", "mutant", mutant, ABOUT_GATEWAYS), tmp_path)
    failed = [one["outcomes"][0] for one in rows(record).values() if one["status"] == "failed"]
    phases = {one["id"]: one["phase"] for one in observed.exchanges(tmp_path / "run")}
    assert {phases[one["exchange"]] for outcome in failed for one in outcome["findings"]} == {"check"}
    assert all("heard" in {phases[ident] for ident in outcome["exchanges"]} for outcome in failed)


def test_what_a_gateway_does_with_unknown_obligations_is_reported(tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", "BreaksOnObligations", ABOUT_GATEWAYS), tmp_path)
    row = rows(record)["IAM-RS-PEP-017"]
    assert (row["status"], [one["severity"] for one in row["outcomes"][0]["findings"]]) == ("passed", ["note"])


@pytest.mark.parametrize(
    ("language", "apart"),
    [
        ("SpeaksOpa", {"IAM-RS-PEP-012", "IAM-RS-PEP-014", "IAM-RS-PEP-015"}),
        ("DecidesByStatus", {"IAM-RS-PEP-012", "IAM-RS-PEP-014", "IAM-RS-PEP-015"}),
        ("TellsOnlyOfTheRoute", {"IAM-RS-PEP-009", "IAM-RS-PEP-011", "IAM-RS-PEP-013"}),
    ],
)
def test_what_a_gateway_does_not_tell_or_speak_is_not_applicable(
    language: str, apart: set[str], tmp_path: Path
) -> None:
    record = judged(Subject("iam", "variant", language, ABOUT_GATEWAYS), tmp_path)
    assert having(record, "failed", "blocked", "error", "warning") == []
    assert set(having(record, "passed")) == ABOUT_GATEWAYS - apart


def test_what_is_not_asked_or_forwarded_blocks_and_says_which_row_judges_it(tmp_path: Path) -> None:
    record = judged(Subject("iam", "mutant", "KeepsDecisionForClient", ABOUT_GATEWAYS), tmp_path)
    assert having(record, "failed") == ["IAM-RS-PEP-002", "IAM-RS-PEP-008"]
    reasons = {one["outcomes"][0]["reason"]["en"] for one in rows(record).values() if one["status"] == "blocked"}
    assert reasons == {"The engine was asked nothing; IAM-RS-PEP-002 judges that."}
    record = judged(Subject("iam", "variant", "ReadsOnly", ABOUT_GATEWAYS), tmp_path)
    assert (having(record, "failed"), having(record, "blocked")) == ([], ["IAM-RS-PEP-004"])


@pytest.mark.parametrize("variant", ["UsesOauth", "TellsOfLevelForLine"])
def test_what_decides_beside_scopes_is_judged_when_it_is_told(variant: str, tmp_path: Path) -> None:
    told_apart = {"IAM-RS-SCOPE-008", "IAM-RS-SCOPE-010", "IAM-RS-LOG-006"}
    found = judged(Subject("iam", "variant", variant, frozenset(told_apart)), tmp_path)
    assert set(having(found, "not_applicable")) >= told_apart


@pytest.mark.parametrize(
    ("kind", "name"),
    [("variant", "UsesAnotherKeyHeader"), ("mutant", "ShowsEngineTokenOfCaller"), ("mutant", "AsksByQuery")],
)
def test_no_token_and_no_key_of_the_engine_is_in_the_run_folder(kind: str, name: str, tmp_path: Path) -> None:
    judged(Subject("iam", kind, name, ABOUT_GATEWAYS), tmp_path)
    written = "\n".join(path.read_text("utf-8") for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert re.findall(r"eyJ[\w-]{8,}\.[\w-]+|eyJ[\w-]{99,}", written) == []
    assert (OWN_KEY in written, EVALUATION in written) == (False, True)


@pytest.mark.parametrize(("route", "fine"), [("/proef", True), ("/elders", False)])
def test_check_proves_the_route_of_a_gateway(
    route: str, fine: bool, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, secret in fixtures.environment("iam").items():
        monkeypatch.setenv(name, secret)
    address = f"http://127.0.0.1:{free_port()}"
    application = fixtures.supplier("iam", variant="HasGatewayForOwnTokens", neighbours_url=address, timeout=1)
    with fixtures.serve(application) as root:
        content = fixtures.target("iam", root, variant="HasGatewayForOwnTokens", neighbours=address)
        content["access"]["gateway"]["url"] = f"{root}{route}"
        path = tmp_path / "target.yaml"
        path.write_text(yaml.safe_dump(content), "utf-8")
        said = command("check", path, "--profile", "iam")
    assert (f"By {root}{route} a permitted request reaches the suite." in said.out) is fine, said.out
    assert ("does not reach the API of the suite (404). Let" in said.out + said.err) is not fine


def test_everything_about_a_gateway_may_be_written_in_a_target_file(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "target.yaml"
    assert command("init", path, "--profile", "klanten", "--scheme", "oauth").code == 0
    lines = path.read_text("utf-8").replace("  #gateway:", "  gateway:").replace("  #  ", "    ").splitlines()
    written = yaml.safe_load("\n".join(lines).replace("  #components:", "  components:"))
    assert set(written["access"]["gateway"]) == set(GatewayRow.model_fields)
