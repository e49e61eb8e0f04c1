"""Tests of guests: a profile about access takes over the API that another profile describes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

import fixtures
from conformance import guest, register
from conformance import profile as profiles
from conformance import target as targets
from conformance.errors import TargetError
from conformance.model import Json
from conformance.profile import Profile
from tests.conftest import Command
from tests.small import KLEIN

ENVIRONMENT = fixtures.environment("iam")


def target(folder: Path, **changes: Json) -> targets.Target:
    """Give the target file of the reference with other parts."""
    content = {**fixtures.target("iam", "http://reference.test"), **changes}
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump({name: part for name, part in content.items() if part is not None}), "utf-8")
    return targets.load(path, ENVIRONMENT)


def seated(folder: Path, **changes: Json) -> Profile:
    """Seat the profile on access on a target."""
    return guest.seated(profiles.load("iam"), target(folder, **changes))


def test_a_guest_takes_over_the_api_and_keeps_its_register(tmp_path: Path) -> None:
    seat, host, alone = seated(tmp_path), profiles.load("klanten"), profiles.load("iam")
    assert (seat.main, seat.samples, seat.contract("klanten")) == (host.main, host.samples, host.contract("klanten"))
    assert [row.id for row in seat.requirements] == [row.id for row in alone.requirements]
    assert seat.name == "iam"


def test_every_check_of_a_guest_fits_its_host(tmp_path: Path) -> None:
    names = [bound.name for bound in register.bind(seated(tmp_path))]
    assert "IAM-ZGW-JWT-010 past_exp_is_refused" in names
    assert len(set(names)) == len(names)


def test_a_profile_with_an_api_of_its_own_stays_as_it_is(tmp_path: Path) -> None:
    own = profiles.load("klanten")
    assert guest.seated(own, target(tmp_path)) is own


@pytest.mark.parametrize(
    ("ident", "why"),
    [
        ("IAM-ZGW-JWT-010", ""),
        ("IAM-RS-AUTH-003", ""),
        ("IAM-RS-JWT-010", "holds with oauth-nlgov; the target file names scheme zgw-jwt"),
        ("IAM-RS-VL-004", "about the API of verwerkingenlogging; the target file names klanten"),
        ("IAM-TLS-001", "about component gateway"),
        ("IAM-AC-005", "about the Autorisaties API; this run judges the access to Klanten API"),
    ],
)
def test_a_row_that_does_not_bind_the_target_says_why(ident: str, why: str, tmp_path: Path) -> None:
    row = next(row for row in seated(tmp_path).requirements if row.id == ident)
    assert (why in row.unbound.en) if row.unbound and why else (row.unbound is None and not why)


def test_the_rules_of_an_included_api_bind_when_it_is_visited(tmp_path: Path) -> None:
    apis = {"ac": {"url": "http://reference.test/autorisaties/api/v1"}}
    seat = seated(tmp_path, access={"scheme": "zgw-jwt"}, apis=apis)
    rows = {row.id: row for row in seat.requirements}
    assert (seat.main.name, rows["IAM-AC-005"].unbound) == ("applicaties", None)
    assert "IAM-AC-005 list_embeds_autorisaties" in [bound.name for bound in register.bind(seat)]


def test_another_component_is_judged_when_the_target_names_it(tmp_path: Path) -> None:
    rows = seated(tmp_path, access={"scheme": "zgw-jwt", "components": ["gateway"]}).requirements
    unbound = {row.id: row.unbound is not None for row in rows}
    assert (unbound["IAM-TLS-001"], unbound["IAM-RS-AUTH-003"]) == (False, True)


def test_the_host_is_the_profile_whose_api_the_target_names(tmp_path: Path) -> None:
    host = seated(tmp_path, access={"scheme": "zgw-jwt"}).host
    assert host is not None
    assert host.name == "klanten"


def test_the_host_may_be_a_folder_beside_the_target_file(tmp_path: Path) -> None:
    shutil.copytree(KLEIN, tmp_path / "klein")
    host = seated(tmp_path, access={"scheme": "zgw-jwt", "profile": "./klein"}).host
    assert host is not None
    assert host.folder == tmp_path / "klein"


BOTH = {name: {"url": "http://reference.test/x"} for name in ("klanten", "contactmomenten")}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"access": None}, r"has no 'access'; profile iam needs 'access: \{scheme: …\}'"),
        (
            {"access": {"scheme": "zgw-jwt"}, "apis": BOTH},
            "the API of more than one profile; name one with 'profile: …'",
        ),
        ({"access": {"scheme": "zgw-jwt"}, "apis": {"zaken": BOTH["klanten"]}}, "names no API of a profile; name one"),
    ],
)
def test_a_target_on_which_a_guest_cannot_be_seated_is_told(changes: Json, says: str, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=says):
        seated(tmp_path, **changes)


def test_a_guest_with_an_api_of_its_own_is_told(tmp_path: Path, command: Command) -> None:
    (tmp_path / "gast").mkdir()
    whole = (KLEIN / "profile.yaml").read_text("utf-8").replace("name: klein", "name: gast\nguest: true", 1)
    (tmp_path / "gast" / "profile.yaml").write_text(whole, "utf-8")
    for path in KLEIN.glob("*"):
        if path.name != "profile.yaml":
            (tmp_path / "gast" / path.name).symlink_to(path)
    told = command("show", tmp_path / "gast")
    assert (told.code, "a guest has no APIs or resources; leave these to" in told.err) == (3, True), told.err


@pytest.mark.parametrize("scheme", ["zgw-jwt", "oauth", "api-key"])
def test_init_writes_a_target_on_which_a_guest_is_seated(scheme: str, tmp_path: Path, command: Command) -> None:
    path = tmp_path / "target.yaml"
    assert command("init", path, "--profile", "klanten", "--scheme", scheme).code == 0
    values = {
        row["secret"]["env"]: f"geheim-{number}"
        for number, row in enumerate(yaml.safe_load(path.read_text("utf-8"))["credentials"].values())
        if "secret" in row
    }
    loaded = targets.load(path, values)
    host = guest.seated(profiles.load("iam"), loaded).host
    assert host is not None
    assert host.name == "klanten"


def test_init_for_a_guest_names_the_remedy(tmp_path: Path, command: Command) -> None:
    told = command("init", tmp_path / "target.yaml", "--profile", "iam")
    assert (told.code, told.out) == (3, "")
    assert "iam: judges the API of another profile; name that one; its target file serves both" in told.err


def test_check_proves_a_target_for_a_guest(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in ENVIRONMENT.items():
        monkeypatch.setenv(name, secret)
    with fixtures.serve(fixtures.supplier("iam")) as root:
        path = tmp_path / "target.yaml"
        path.write_text(yaml.safe_dump(fixtures.target("iam", root)), "utf-8")
        told = command("check", path, "--profile", "iam")
    assert told.code == 0, told.out + told.err
    assert "✓ iam judges the access to klanten: " in told.out
    assert "Credential 'alles' works." in told.out


def test_a_row_of_a_guest_is_explained(command: Command) -> None:
    told = command("explain", "IAM-ZGW-JWT-010")
    assert told.code == 0
    assert "  binds    zgw-jwt, resource-server" in told.out
    assert "  tested   past_exp_is_refused(): A token of which exp is over is refused" in told.out
