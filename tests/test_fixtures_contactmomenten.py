"""The reference supplier for Contactmomenten obeys the standard."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from werkzeug.test import Client

import fixtures
from fixtures.contactmomenten.mistakes import MISTAKES
from fixtures.formats import date_time, instant
from tests.fixtures_contactmomenten import CASES, LINKS, POST, PROFILE, UNKNOWN, case, moment, relation
from tests.fixtures_contactmomenten_caller import Caller
from tests.fixtures_neighbours import Surroundings, listening

FOLDER = Path(fixtures.__file__).parent / PROFILE
OFFICIAL = Path(__file__).parents[2] / "shared" / "standards" / PROFILE / "openapi.yaml"


@pytest.fixture(scope="module")
def near() -> Iterator[Surroundings]:
    """Serve the neighbours."""
    with listening(Surroundings()) as made:
        yield made


@pytest.fixture
def call(near: Surroundings) -> Caller:
    """Return a caller of a fresh reference supplier with a chain of two and one that stands alone."""
    near.asked.clear()
    made = Caller(near)
    made.made("a")
    made.made("b", vorigContactmoment="<a>")
    made.made("c", tekst="alleen")
    return made


@pytest.mark.parametrize(
    ("members", "name", "code"),
    [
        ({"bronorganisatie": ...}, "bronorganisatie", "required"),
        ({"bronorganisatie": "123456789"}, "bronorganisatie", "invalid"),
        ({"kanaal": "x" * 51}, "kanaal", "max_length"),
        ({"voorkeurstaal": "nlds"}, "voorkeurstaal", "max_length"),
        ({"initiatiefnemer": "Klant"}, "initiatiefnemer", "invalid_choice"),
        ({"onderwerpLinks": ["geen-url"]}, "onderwerpLinks.0", "invalid"),
        ({"onderwerpLinks": "https://x.nl"}, "onderwerpLinks", "not_a_list"),
        ({"registratiedatum": "gisteren"}, "registratiedatum", "invalid"),
        ({"registratiedatum": "2020-01-01T12:00:00"}, "registratiedatum", "invalid"),
        ({"medewerkerIdentificatie": {"voorletters": "x" * 21}}, "medewerkerIdentificatie.voorletters", "max_length"),
        ({"medewerkerIdentificatie": ...}, "nonFieldErrors", "invalid-medewerker"),
        ({"medewerkerIdentificatie": {}}, "nonFieldErrors", "invalid-medewerker"),
        ({"medewerker": "<near>/404"}, "medewerker", "bad-url"),
        ({"medewerker": "geen-url"}, "medewerker", "invalid"),
        ({"vorigContactmoment": f"<root>{POST}/{UNKNOWN}"}, "vorigContactmoment", "does_not_exist"),
        ({"vorigContactmoment": "<k>"}, "vorigContactmoment", "incorrect_match"),
        ({"vorigContactmoment": "<near>/200"}, "vorigContactmoment", "no_match"),
        ({"vorigContactmoment": "geen-url"}, "vorigContactmoment", "invalid"),
        ({"vorigContactmoment": ["<a>"]}, "vorigContactmoment", "invalid"),
        ({"vorigContactmoment": "<a>"}, "vorigContactmoment", "unique"),
    ],
)
def test_an_invalid_contactmoment_is_refused(call: Caller, members: dict[str, Any], name: str, code: str) -> None:
    """Each fault is reported with the name of the member and the reference code."""
    call.made("k", LINKS, relation())
    assert (name, code) in call.refused("POST", POST, moment(**members))
    assert call.shown(POST)["count"] == 3


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2020-01-01T14:00:00+02:00", "2020-01-01T12:00:00Z"),
        ("2020-01-01T12:00:00.500Z", "2020-01-01T12:00:00.5Z"),
        ("2020-01-01t12:00:00z", "2020-01-01T12:00:00Z"),
        ("0001-01-01T00:00:00+02:00", None),
        ("2020-02-30T00:00:00Z", None),
    ],
)
def test_a_moment_is_kept_in_utc(sent: str, kept: str | None) -> None:
    """The offset goes and the instant stays; what no clock can show is no moment."""
    assert instant(sent) == kept
    assert (date_time(sent) == []) == (kept is not None)


def test_a_contactmoment_is_registered_now_and_stays_so(call: Caller) -> None:
    """Without registratiedatum the moment of creation counts, and a PUT does not move it."""
    first = call.shown(call.made("d", registratiedatum=...))["registratiedatum"]
    after = call("PUT", "<d>", moment(registratiedatum=...)).get_json()["registratiedatum"]
    assert (first[:4] >= "2024", first.endswith("Z"), after) == (True, True, first)


def sides(call: Caller) -> dict[str, tuple[str | None, str | None]]:
    """Return what the members of the chain say of each other, by name."""
    names = {call.names[name]: name for name in "abc"}
    return {
        row["url"] and names[row["url"]]: (
            names.get(row["vorigContactmoment"]),
            names.get(row["volgendContactmoment"]),
        )
        for row in call.shown(POST)["results"]
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "after"),
    [
        ("PATCH", "<b>", {"vorigContactmoment": "<c>"}, {"a": (None, None), "b": ("c", None), "c": (None, "b")}),
        ("PUT", "<b>", moment(vorigContactmoment="<c>"), {"a": (None, None), "b": ("c", None), "c": (None, "b")}),
        ("PATCH", "<b>", {"vorigContactmoment": None}, {"a": (None, None), "b": (None, None), "c": (None, None)}),
        ("PATCH", "<c>", {"vorigContactmoment": "<b>"}, {"a": (None, "b"), "b": ("a", "c"), "c": ("b", None)}),
        ("PATCH", "<a>", {"volgendContactmoment": "<c>"}, {"a": (None, "b"), "b": ("a", None), "c": (None, None)}),
        ("DELETE", "<b>", None, {"a": (None, None), "c": (None, None)}),
        ("DELETE", "<a>", None, {"b": (None, None), "c": (None, None)}),
    ],
)
def test_both_sides_of_a_chain_agree(call: Caller, method: str, path: str, body: Any, after: dict[str, Any]) -> None:
    """What follows is always the other side of what comes before."""
    assert sides(call) == {"a": (None, "b"), "b": ("a", None), "c": (None, None)}
    assert call(method, path, body).status_code in (200, 204)
    assert sides(call) == after


@pytest.mark.parametrize(
    ("path", "vorig", "code"),
    [("<a>", "<a>", "circular"), ("<a>", "<b>", "circular"), ("<c>", "<a>", "unique")],
)
def test_a_chain_has_no_circles_and_no_branches(call: Caller, path: str, vorig: str, code: str) -> None:
    """A refused change leaves both sides as they were."""
    before = sides(call)
    assert call.refused("PATCH", path, {"vorigContactmoment": vorig}) == {("vorigContactmoment", code)}
    assert sides(call) == before


def test_a_chain_goes_on_where_its_middle_was(call: Caller) -> None:
    """Once the follower is deleted, another may follow."""
    call("DELETE", "<b>")
    assert call("POST", POST, moment(vorigContactmoment="<a>")).status_code == 201


def test_a_new_follower_changes_the_etag(call: Caller) -> None:
    """What is shown has changed, so the old tag is no longer current."""
    tag = call("GET", "<b>").headers["ETag"]
    call("PATCH", "<c>", {"vorigContactmoment": "<b>"})
    assert call("GET", "<b>", If_None_Match=tag).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "codes"),
    [
        (POST, moment(vorigContactmoment="<c>"), [201, 400, 400, 400]),
        (LINKS, relation(), [201, 400, 400, 400]),
        (CASES, case(), [201, 400, 400, 400]),
    ],
)
def test_of_equal_requests_at_the_same_time_one_wins(call: Caller, path: str, body: Any, codes: list[int]) -> None:
    """One is made and the others are told that it exists."""
    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(lambda _: call("POST", path, body), range(4)))
    assert sorted(response.status_code for response in responses) == codes


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?vorigContactmoment=<a>", "b"),
        ("?volgendContactmoment=<b>", "a"),
        ("?vorigContactmoment=https://example.com", ""),
        (f"?volgendContactmoment=<root>{POST}/{UNKNOWN}", ""),
        ("?registratiedatum=2020-01-01T13:00:00%2B01:00&ordering=tekst", "cab"),
        ("?registratiedatum__gt=2020-01-01T12:00:00Z", ""),
        ("?registratiedatum__lte=2020-01-01T12:00:00Z&ordering=-tekst", "abc"),
        ("?registratiedatum__gte=2020-01-01T12:00:00.25Z", ""),
        ("?ordering=-url", "abc"),
        ("?kanaal=telefoon&initiatiefnemer=klant", "abc"),
    ],
)
def test_a_list_selects_and_orders(call: Caller, query: str, names: str) -> None:
    """Filters compare instants and whole addresses; an order turns around what is equal as it stands."""
    named = {call.names[name]: name for name in "abc"}
    found = "".join(named[row["url"]] for row in call.shown(f"{POST}{query}")["results"])
    assert sorted(found) == sorted(names)
    assert found[:1] == names[:1]


@pytest.mark.parametrize(
    ("path", "name", "code"),
    [
        (f"{POST}?ordering=onbekend", "ordering", "invalid_choice"),
        (f"{POST}?registratiedatum__gt=gisteren", "registratiedatum__gt", "invalid"),
        (f"{POST}?vorigContactmoment=geen-url", "vorigContactmoment", "invalid"),
        (f"{LINKS}?rol=x", "rol", "invalid_choice"),
        (f"{CASES}?objectType=besluit", "objectType", "invalid_choice"),
        (f"{POST}?onbekend=1", "nonFieldErrors", "unknown-parameters"),
        (f"{LINKS}?ordering=klant", "nonFieldErrors", "unknown-parameters"),
        (f"{CASES}?onbekend=1", "nonFieldErrors", "unknown-parameters"),
    ],
)
def test_an_invalid_parameter_is_refused_by_name(call: Caller, path: str, name: str, code: str) -> None:
    """Parameters are judged as input is."""
    assert call.refused("GET", path) == {(name, code)}


def test_the_description_has_what_the_official_one_has(call: Caller) -> None:
    """Every operation, parameter of a list and required member is described."""
    if not OFFICIAL.exists():
        pytest.skip("the official description is not here")
    official = yaml.safe_load(OFFICIAL.read_text(encoding="utf-8"))
    own = call.shown("/openapi.json")
    methods = ("get", "post", "put", "patch", "delete")

    def queried(row: dict[str, Any]) -> list[str]:
        return sorted(one["name"] for one in row.get("parameters", []) if one.get("in") == "query")

    def told(document: dict[str, Any]) -> set[tuple[Any, ...]]:
        rows = [(path, name, row) for path, item in document["paths"].items() for name, row in item.items()]
        return {(path, name, row["operationId"], *queried(row)) for path, name, row in rows if name in methods}

    assert told(own) == told(official)


@pytest.mark.parametrize("name", [variant.name for variant in fixtures.variants(PROFILE)])
def test_a_variant_publishes_its_description(name: str) -> None:
    """Every variant can be made and answers something at one of the four places."""
    root = fixtures.target(PROFILE, "", variant=name)["apis"][PROFILE]["url"]
    client = Client(fixtures.supplier(PROFILE, variant=name))
    places = ("openapi.json", "openapi.yaml", "schema/openapi.yaml", "schema/openapi.json")
    assert 200 in [client.get(f"{root}/{place}").status_code for place in places]


def test_every_mistake_is_used() -> None:
    """A breaker of Contactmomenten that no mutant or variant needs is dead code."""
    rows: list[Any] = [*fixtures.mutants(PROFILE), *fixtures.variants(PROFILE)]
    assert set(MISTAKES) - {change.breaker for row in rows for change in row.changes} == set()


def test_names_are_used_once() -> None:
    """Mutants and variants of all files have names of their own."""
    for rows in (fixtures.mutants(PROFILE), fixtures.variants(PROFILE)):
        names = [row.name for row in rows]
        assert len(set(names)) == len(names)
