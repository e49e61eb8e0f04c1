"""The reference log obeys the standard when actions are logged, changed and deleted."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import fixtures
from tests.fixtures_verwerkingenlogging import (
    ACTIES,
    OBJECTEN,
    PEOPLE,
    PROCESSING,
    PROFILE,
    REGISTER,
    UNKNOWN,
    Caller,
    again,
    full,
    minimal,
    person,
)

V = PROCESSING["V"]


@pytest.fixture
def call() -> Caller:
    """Return a caller of a fresh log."""
    return Caller()


@pytest.mark.parametrize("name", [None, "create-normal", "read-normal"])
def test_a_normal_action_needs_no_scope_but_does_need_a_token(call: Caller, name: str | None) -> None:
    who = f"alleen-{name}" if name else "geen"
    assert call.status("POST", ACTIES, minimal(), who=who) == 201
    assert call.status("POST", ACTIES, minimal(), who="") == 401


def test_what_was_logged_comes_back_as_it_was_sent(call: Caller) -> None:
    made, sent = call.made(full()), full()
    read = call.shown(made["url"])
    assert read == made
    things = [{name: one[name] for name in sent["verwerkteObjecten"][0]} for one in read["verwerkteObjecten"]]
    assert {**{name: read[name] for name in sent}, "verwerkteObjecten": things} == sent
    assert read["url"].endswith(f"{ACTIES}/{read['actieId']}")
    assert all(one["url"].endswith(f"{OBJECTEN}/{one['verwerktObjectId']}") for one in read["verwerkteObjecten"])


def test_what_was_left_out_comes_back_empty(call: Caller) -> None:
    made = call.made()
    assert {name for name in full() if made[name] is None} == set(full()) - set(minimal())
    assert made["verwerkteObjecten"][0]["verwerkteSoortenGegevens"] == []


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"tijdstip": ...}, "tijdstip"),
        ({"vertrouwelijkheid": ...}, "vertrouwelijkheid"),
        ({"vertrouwelijkheid": "geheim"}, "vertrouwelijkheid"),
        ({"vertrouwelijkheid": None}, "vertrouwelijkheid"),
        ({"verwerkteObjecten": ...}, "verwerkteObjecten"),
        ({"verwerkteObjecten": None}, "verwerkteObjecten"),
        ({"verwerkteObjecten": {}}, "verwerkteObjecten"),
        ({"verwerkteObjecten": ["x"]}, "verwerkteObjecten.0"),
        ({"verwerkteObjecten": [[]]}, "verwerkteObjecten.0"),
        ({"verwerkteObjecten": [person(), person(objectId=...)]}, "verwerkteObjecten.1.objectId"),
        ({"verwerkteObjecten": [person(objectId="x" * 41)]}, "verwerkteObjecten.0.objectId"),
        ({"verwerkteObjecten": [person(objectId=1234567)]}, "verwerkteObjecten.0.objectId"),
        ({"verwerkteObjecten": [person(objecttype="pand")]}, "verwerkteObjecten.0.objecttype"),
        (
            {"verwerkteObjecten": [person(verwerkteSoortenGegevens=[{}])]},
            "verwerkteObjecten.0.verwerkteSoortenGegevens.0.soortGegeven",
        ),
        ({"tijdstip": "2020-11-01T12:00:00"}, "tijdstip"),
        ({"tijdstip": "2020-02-30T12:00:00Z"}, "tijdstip"),
        ({"tijdstip": ""}, "tijdstip"),
        ({"tijdstip": 1604228400}, "tijdstip"),
        ({"bewaartermijn": "P"}, "bewaartermijn"),
        ({"bewaartermijn": "150"}, "bewaartermijn"),
        ({"bewaartermijn": "PT"}, "bewaartermijn"),
        ({"uitvoerder": "0000000182100219300A"}, "uitvoerder"),
        ({"uitvoerder": "000000018210021930001"}, "uitvoerder"),
        ({"verwerkingId": "zaak-42"}, "verwerkingId"),
        ({"verwerkingsactiviteitUrl": "geen url"}, "verwerkingsactiviteitUrl"),
        ({"verwerkingsactiviteitUrlAfnemer": "https://x.nl/".ljust(2043, "x")}, "verwerkingsactiviteitUrlAfnemer"),
        ({"actieNaam": "é" * 243}, "actieNaam"),
        ({"gebruiker": "x" * 41}, "gebruiker"),
        ({"actieNaam": "\0"}, "actieNaam"),
        ({"actieNaam": "\ud800"}, "actieNaam"),
    ],
)
def test_an_invalid_action_is_refused(call: Caller, members: dict[str, Any], name: str) -> None:
    response = call.send("POST", ACTIES, minimal(**members))
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert name in {fault["name"] for fault in (response.json or {})["invalidParams"]}
    assert call.about() == []
    made = call.made(full())
    assert call.status("PUT", made["url"], again(made, **members)) == 400
    assert call.shown(made["url"]) == made


@pytest.mark.parametrize(
    "members",
    [
        {"bewaartermijn": "P3Y6M4DT12H30M5S"},
        {"bewaartermijn": "P4W"},
        {"tijdstip": "2020-11-01T12:00:00.123-05:00"},
        {"verwerkteObjecten": []},
        {"verwerkteObjecten": [person("x" * 40, soortObjectId="Klantnummer")]},
        {"actieNaam": "父" * 242},
        {"verwerkingsactiviteitUrl": "https://x.nl/".ljust(2042, "x")},
        {"soortAfnemerId": "BSN", "afnemerId": PEOPLE["R"]},
    ],
)
def test_what_is_allowed_is_kept(call: Caller, members: dict[str, Any]) -> None:
    made = call.made(minimal(**members))
    assert {name: made[name] for name in members if name != "verwerkteObjecten"} == {
        name: value for name, value in members.items() if name != "verwerkteObjecten"
    }


def test_values_for_members_of_the_log_are_not_taken_over(call: Caller) -> None:
    own = {"url": "https://example.invalid/x", "actieId": UNKNOWN, "tijdstipRegistratie": "2001-01-01T00:00:00Z"}
    made = call.made(minimal(**own, vervallen=True))
    assert [name for name, value in own.items() if made[name] == value] == []
    assert call.status("GET", f"{ACTIES}/{UNKNOWN}") == 404
    assert "vervallen" not in made


@pytest.mark.parametrize(
    ("level", "who", "status"),
    [
        ("vertrouwelijk", "alleen-create-normal", 403),
        ("vertrouwelijk", "alleen-create-confidential", 201),
        ("opgeheven", "alleen-create-confidential", 403),
        ("normaal", "alleen-create-confidential", 201),
    ],
)
def test_a_create_needs_the_scope_of_its_confidentiality(call: Caller, level: str, who: str, status: int) -> None:
    assert call.status("POST", ACTIES, minimal(vertrouwelijkheid=level), who=who) == status
    assert len(call.about()) == (status == 201)


def test_a_put_says_everything_again(call: Caller) -> None:
    made = call.made(full())
    changed = call.send("PUT", made["url"], again(made, actieNaam="Verbeterd"))
    assert changed.status_code == 200
    assert call.shown(made["url"]) == changed.json
    assert (changed.json or {})["tijdstipRegistratie"] > made["tijdstipRegistratie"]
    for member in ("actieNaam", "bewaartermijn", "tijdstip"):
        assert call.status("PUT", made["url"], again(made, **{member: ...})) == 400
    for member in ("betrokkenheid", "verwerkteSoortenGegevens", "url", "verwerktObjectId"):
        things = [{n: v for n, v in one.items() if n != member} for one in made["verwerkteObjecten"]]
        assert call.status("PUT", made["url"], again(made, verwerkteObjecten=things)) == 400
    assert call.names() == {"Verbeterd"}


def test_the_log_takes_its_own_representation_back(call: Caller) -> None:
    made = call.made()
    for body in (made, again(made)):
        assert again((call.send("PUT", made["url"], body)).json or {}) == again(made)
    emptied = call.send("PUT", made["url"], again(made, gegevensbron="")).json or {}
    assert emptied["gegevensbron"] is None


def test_persons_are_replaced_by_a_put(call: Caller) -> None:
    made = call.made(full())
    first, _ = made["verwerkteObjecten"]
    changed = again(made, verwerkteObjecten=[{**first, "objectId": PEOPLE["R"]}])
    assert call.status("PUT", made["url"], changed) == 200
    assert [len(call.about(who)) for who in "PQR"] == [0, 0, 1]
    assert call.about("R")[0]["verwerkteObjecten"][0]["verwerktObjectId"] == first["verwerktObjectId"]


def test_the_path_names_the_action(call: Caller) -> None:
    one, other = call.made(minimal(actieNaam="een")), call.made(minimal(actieNaam="ander"))
    body = {**one, "actieId": other["actieId"], "url": other["url"], "tijdstipRegistratie": "2001-01-01T00:00:00Z"}
    assert call.status("PUT", one["url"], body) == 200
    assert call.shown(other["url"]) == other


@pytest.mark.parametrize(
    ("stored", "level", "who", "status"),
    [
        ("normaal", "normaal", "alleen-update-normal", 200),
        ("normaal", "normaal", "alleen-update-confidential", 200),
        ("normaal", "vertrouwelijk", "alleen-update-normal", 403),
        ("normaal", "vertrouwelijk", "alleen-update-confidential", 200),
        ("normaal", "opgeheven", "alleen-update-confidential", 403),
        ("vertrouwelijk", "vertrouwelijk", "alleen-update-normal", 403),
        ("vertrouwelijk", "normaal", "alleen-update-normal", 403),
        ("vertrouwelijk", "normaal", "alleen-update-confidential", 200),
        ("vertrouwelijk", "vertrouwelijk", "alleen-update-confidential", 200),
        ("vertrouwelijk", "opgeheven", "alleen-update-confidential", 403),
        ("opgeheven", "opgeheven", "alleen-update-normal", 403),
        ("opgeheven", "opgeheven", "alleen-update-confidential", 200),
        ("normaal", "normaal", "alleen-read-confidential", 403),
    ],
)
def test_a_put_needs_the_scope_of_what_is_stored(call: Caller, stored: str, level: str, who: str, status: int) -> None:
    if stored == "opgeheven":
        made = call.lifted(minimal(verwerkingId=V))
    else:
        made = call.made(minimal(vertrouwelijkheid=stored))
    assert call.status("PUT", made["url"], again(made, vertrouwelijkheid=level), who=who) == status
    assert call.shown(made["url"])["vertrouwelijkheid"] == (level if status == 200 else stored)


def test_a_patch_changes_every_action_of_the_processing_and_no_other(call: Caller) -> None:
    mine = [call.made(full(verwerkteObjecten=[person(who)])) for who in "PQ"]
    mine.append(call.made(minimal(verwerkingId=V.upper())))
    others = [call.made(minimal(verwerkingId=PROCESSING["W"])), call.made(minimal(verwerkingIdAfnemer=V))]
    response = call.send("PATCH", f"{ACTIES}?verwerkingId={V}", {"bewaartermijn": "P7Y", "actieNaam": "x"})
    assert (response.status_code, response.data) == (204, b"")
    for one in mine:
        now = call.shown(one["url"])
        assert again(now) == {**again(one), "bewaartermijn": "P7Y"}
        assert now["tijdstipRegistratie"] > one["tijdstipRegistratie"]
    assert [call.shown(one["url"]) for one in others] == others


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("", {"bewaartermijn": "P1Y"}, 400),
        ("?verwerkingId=", {"bewaartermijn": "P1Y"}, 400),
        ("?verwerkingId=zaak-42", {"bewaartermijn": "P1Y"}, 400),
        (f"?verwerkingId={UNKNOWN}", {"bewaartermijn": "P1Y"}, 400),
        (f"?verwerkingId={V}", {"bewaartermijn": "10 jaar"}, 400),
        (f"?verwerkingId={V}", {"bewaartermijn": 10}, 400),
        (f"?verwerkingId={V}", {"vertrouwelijkheid": None}, 400),
        (f"?verwerkingId={V}", {"vertrouwelijkheid": "geheim"}, 400),
        (f"?verwerkingId={V}", {}, 204),
    ],
)
def test_a_patch_that_is_wrong_or_empty_changes_nothing(call: Caller, query: str, body: Any, status: int) -> None:
    made = call.made(full())
    assert call.status("PATCH", f"{ACTIES}{query}", body) == status
    assert call.shown(made["url"]) == made


@pytest.mark.parametrize(
    ("stored", "change", "who", "status"),
    [
        ("normaal", {"bewaartermijn": "P1Y"}, "alleen-update-normal", 204),
        ("normaal", {"bewaartermijn": "P1Y", "vertrouwelijkheid": "vertrouwelijk"}, "alleen-update-normal", 403),
        ("normaal", {"bewaartermijn": "P1Y", "vertrouwelijkheid": "vertrouwelijk"}, "alleen-update-confidential", 204),
        ("normaal", {"vertrouwelijkheid": "opgeheven"}, "alleen-update-normal", 403),
        ("vertrouwelijk", {"bewaartermijn": "P1Y"}, "alleen-update-normal", 403),
        ("vertrouwelijk", {"bewaartermijn": "P1Y"}, "alleen-update-confidential", 204),
        ("vertrouwelijk", {"vertrouwelijkheid": "opgeheven"}, "alleen-update-confidential", 204),
    ],
)
def test_a_patch_needs_the_scope_of_what_is_stored(
    call: Caller, stored: str, change: dict[str, str], who: str, status: int
) -> None:
    made = call.made(minimal(verwerkingId=V, vertrouwelijkheid=stored, bewaartermijn="P5Y"))
    assert call.status("PATCH", f"{ACTIES}?verwerkingId={V}", change, who=who) == status
    assert again(call.shown(made["url"])) == {**again(made), **(change if status == 204 else {})}


def test_a_mixed_processing_is_refused_as_a_whole(call: Caller) -> None:
    made = [call.made(minimal(verwerkingId=V, vertrouwelijkheid=level)) for level in ("normaal", "vertrouwelijk")]
    change = {"bewaartermijn": "P9Y"}
    assert call.status("PATCH", f"{ACTIES}?verwerkingId={V}", change, who="alleen-update-normal") == 403
    assert [call.shown(one["url"]) for one in made] == made


def test_a_lifted_processing_can_become_confidential_again(call: Caller) -> None:
    made = call.lifted(minimal(verwerkingId=V))
    assert (made["vertrouwelijkheid"], len(call.inspected())) == ("opgeheven", 1)
    assert call.status("PATCH", f"{ACTIES}?verwerkingId={V}", {"vertrouwelijkheid": "vertrouwelijk"}) == 204
    assert call.inspected() == []


@pytest.mark.parametrize(
    ("level", "who", "status"),
    [
        ("normaal", "alleen-delete-normal", 204),
        ("normaal", "alleen-delete-confidential", 204),
        ("vertrouwelijk", "alleen-delete-normal", 403),
        ("vertrouwelijk", "alleen-delete-confidential", 204),
        ("opgeheven", "alleen-delete-normal", 403),
        ("opgeheven", "alleen-delete-confidential", 204),
        ("normaal", "alleen-update-confidential", 403),
    ],
)
def test_a_delete_needs_the_scope_of_what_is_stored(call: Caller, level: str, who: str, status: int) -> None:
    body = minimal(verwerkingId=V)
    made = call.lifted(body) if level == "opgeheven" else call.made({**body, "vertrouwelijkheid": level})
    assert call.status("DELETE", made["url"], who=who) == status
    assert len(call.about()) == (0 if status == 204 else 1)


def test_what_expired_stays_away(call: Caller) -> None:
    gone, kept = call.made(full()), call.made(full())
    assert call.status("PUT", gone["url"], again(gone, actieNaam="later")) == 200
    assert call.status("PATCH", f"{ACTIES}?verwerkingId={V}", {"bewaartermijn": "P2Y"}) == 204
    assert call.status("DELETE", gone["url"]) == 204
    assert call.status("PATCH", f"{ACTIES}?verwerkingId={V}", {"bewaartermijn": "P3Y"}) == 204
    calls = [("GET", None), ("DELETE", None), ("PUT", again(gone))]
    assert [call.status(method, gone["url"], body) for method, body in calls] == [404, 404, 400]
    assert call.status("GET", gone["verwerkteObjecten"][0]["url"]) == 404
    assert {one["actieId"] for one in call.about()} == {kept["actieId"]}
    assert call.status("DELETE", kept["url"]) == 204
    assert call.status("PATCH", f"{ACTIES}?verwerkingId={V}", {"bewaartermijn": "P3Y"}) == 400
    assert call.about() == []


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("PUT", 400), ("DELETE", 404)])
def test_an_action_that_never_was_is_refused(call: Caller, method: str, status: int) -> None:
    made = call.made()
    assert call.status(method, f"{ACTIES}/{UNKNOWN}", again(made)) == status
    assert call.status(method, f"{ACTIES}/abc", again(made)) == 404


@pytest.mark.parametrize("content", [b"{", b"", b"null", b"[]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(call: Caller, content: bytes) -> None:
    for method, path in (("POST", ACTIES), ("PATCH", f"{ACTIES}?verwerkingId={V}"), ("PUT", f"{ACTIES}/{UNKNOWN}")):
        response = call.send(method, path, data=content, content_type="application/json")
        assert response.status_code == 400
        assert "invalidParams" in (response.json or {})
    assert call.status("POST", ACTIES, data=b"{}", content_type="text/plain") == 415


def test_every_version_is_kept() -> None:
    log = fixtures.supplier(PROFILE)
    call = Caller()
    call.client.application = log
    made = call.made(full())
    call.send("PATCH", f"{ACTIES}?verwerkingId={V}", {"bewaartermijn": "P2Y"})
    call.send("DELETE", made["url"])
    assert [one.body["bewaartermijn"] for one in log.versions.history()] == ["P10Y", "P2Y"]  # type: ignore[attr-defined]


def test_each_api_publishes_its_own_operations(call: Caller) -> None:
    standard = yaml.safe_load((Path(fixtures.__file__).parent / PROFILE / "standard.yaml").read_text("utf-8"))
    for api, root in standard["apis"].items():
        documents = [
            call.send("GET", f"{root}/openapi.json", who="").json,
            yaml.safe_load(call.send("GET", f"{root}/openapi.yaml", who="").data),
        ]
        assert documents[0] == documents[1]
        told = {(path, m) for path, item in documents[0]["paths"].items() for m in item if m != "parameters"}
        offered = {
            (
                row["path"].replace("{uuid}", "{verwerktObjectId}" if api == "inzage" else "{actieId}"),
                row["method"].lower(),
            )
            for row in standard["operations"]
            if row["api"] == api
        }
        assert told == offered


def test_an_installation_offers_what_it_is_set_to_offer() -> None:
    only = Caller(apis=["inzage"])
    assert [only.status("GET", path) for path in (OBJECTEN, ACTIES, REGISTER)] == [400, 404, 404]
    closed = Caller(closed=True)
    assert [closed.status(m, ACTIES, minimal()) for m in ("POST", "PATCH", "GET")] == [405, 405, 400]
    one = Caller(prefix="/api/v1")
    assert [one.status("GET", f"/api/v1/{name}") for name in ("verwerkingsacties", "verwerkte-objecten")] == [400, 400]
    assert one.status("GET", "/api/v1/verwerkingsactiviteiten") == 200
    assert sorted(fixtures.target(PROFILE, "http://x")["apis"]) == ["bewerking", "inzage", "var"]
