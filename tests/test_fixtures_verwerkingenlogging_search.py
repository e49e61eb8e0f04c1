"""The reference log obeys the standard when it is searched, inspected and asked for activities."""

from typing import Any

import pytest

from tests.fixtures_verwerkingenlogging import (
    ACTIES,
    ACTIVITEIT,
    ACTIVITY,
    OBJECTEN,
    OIN,
    PEOPLE,
    PROCESSING,
    REGISTER,
    UNKNOWN,
    WINDOW,
    Caller,
    again,
    full,
    minimal,
    person,
)

V, W = PROCESSING["V"], PROCESSING["W"]
LEVELS = {"normaal", "vertrouwelijk", "opgeheven"}


@pytest.fixture
def call() -> Caller:
    """Return a caller of a fresh log."""
    return Caller()


@pytest.fixture
def levels(call: Caller) -> Caller:
    """Return a caller of a log with an action of each confidentiality about one person."""
    call.lifted(minimal(verwerkingId=V, actieNaam="opgeheven"))
    call.made(minimal(actieNaam="normaal"))
    call.made(minimal(actieNaam="vertrouwelijk", vertrouwelijkheid="vertrouwelijk"))
    return call


@pytest.mark.parametrize(
    "query",
    [
        {"objecttype": None},
        {"soortObjectId": None},
        {"objectId": None},
        {"objectId": ""},
        {"objecttype": "pand"},
        {"soortObjectId": "x" * 243},
        {"objectId": "x" * 41},
        {"beginDatum": "24-10-2020"},
        {"beginDatum": "2020-02-30"},
        {"eindDatum": "2020-10"},
        {"eindDatum": "gisteren"},
        {"verwerkingsactiviteitId": "abc"},
    ],
)
def test_a_wrong_parameter_is_refused(call: Caller, query: dict[str, Any]) -> None:
    for path in (ACTIES, OBJECTEN):
        right = {**person(), **WINDOW}
        response = call.send("GET", path, query_string=right | query)
        assert response.status_code == 400
        assert {fault["name"] for fault in (response.json or {})["invalidParams"]} == set(query)
    assert call.status("GET", OBJECTEN, query_string=person()) == 400
    assert call.status("GET", ACTIES, query_string={**person(), "vertrouwelijkheid": ["normaal", "geheim"]}) == 400


def test_the_three_parameters_meet_in_one_object(call: Caller) -> None:
    call.made(minimal(verwerkteObjecten=[person("P"), person("Q", soortObjectId="Personeelsnummer")]))
    assert [len(call.about(who)) for who in "PQ"] == [1, 0]
    assert [len(call.inspected(who)) for who in "PQ"] == [1, 0]
    assert len(call.about("Q", soortObjectId="Personeelsnummer")) == 1


def test_other_persons_are_left_out(call: Caller) -> None:
    made = call.made(full())
    (found,) = call.about("P")
    assert found == {**made, "verwerkteObjecten": made["verwerkteObjecten"][:1]}
    shown = str(call.inspected("P"))
    assert PEOPLE["P"] in shown
    assert not any(text in shown for text in (PEOPLE["Q"], "Getuige", "FooBarApp", "123456789", "BRP Eigen"))


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, {23, 24, 25}),
        ({"beginDatum": "2020-10-24"}, {24, 25}),
        ({"eindDatum": "2020-10-24"}, {23}),
        ({"beginDatum": "2020-10-24", "eindDatum": "2020-10-25"}, {24}),
        ({"beginDatum": "2020-10-24", "eindDatum": "2020-10-24"}, set()),
        ({"beginDatum": "2020-10-25", "eindDatum": "2020-10-23"}, set()),
    ],
)
def test_a_period_begins_on_its_first_day_and_ends_before_its_last(
    call: Caller, query: dict[str, str], days: set[int]
) -> None:
    for day in (23, 24, 25):
        call.made(minimal(actieNaam=str(day), tijdstip=f"2020-10-{day}T12:00:00+01:00"))
    assert call.names(**query) == {str(day) for day in days}
    assert {one["verwerkingsactie"]["actieNaam"] for one in call.inspected(**query)} == {str(day) for day in days}


def test_filters_hold_together(call: Caller) -> None:
    call.made(minimal(actieNaam="a", verwerkingsactiviteitId=ACTIVITY["A"].upper()))
    call.made(minimal(actieNaam="b", verwerkingsactiviteitId=ACTIVITY["B"]))
    call.made(minimal(actieNaam="c", verwerkingsactiviteitIdAfnemer=ACTIVITY["A"]))
    call.made(minimal(actieNaam="d", verwerkingsactiviteitId=ACTIVITY["A"], tijdstip="2021-11-01T12:00:00Z"))
    assert call.names(verwerkingsactiviteitId=ACTIVITY["A"]) == {"a", "d"}
    assert call.names(verwerkingsactiviteitId=ACTIVITY["A"], **WINDOW) == {"a"}


@pytest.mark.parametrize(
    ("who", "asked", "found"),
    [
        ("alleen-read-confidential", [], LEVELS),
        ("alleen-read-confidential", ["normaal"], {"normaal"}),
        ("alleen-read-confidential", ["vertrouwelijk", "opgeheven"], {"vertrouwelijk", "opgeheven"}),
        ("alleen-read-normal", ["normaal"], {"normaal"}),
        ("alleen-read-normal", [], None),
        ("alleen-read-normal", ["vertrouwelijk"], None),
        ("alleen-read-normal", ["normaal", "vertrouwelijk"], None),
        ("alleen-read-normal", ["opgeheven"], None),
        ("alleen-update-confidential", ["normaal"], None),
    ],
)
def test_a_search_needs_the_scope_of_what_it_asks(
    levels: Caller, who: str, asked: list[str], found: set[str] | None
) -> None:
    query = {**person(), "vertrouwelijkheid": asked, "vertrouwelijkheid__in": "vertrouwelijk"}
    response = levels.send("GET", ACTIES, who=who, query_string=query)
    names = (
        {one["actieNaam"] for one in (response.json or {}).get("results", [])} if response.status_code == 200 else None
    )
    assert (names, response.status_code) == (found, 403 if found is None else 200)


def test_reading_by_id_needs_the_scope_of_what_is_stored(levels: Caller) -> None:
    urls = {one["actieNaam"]: one["url"] for one in levels.about()}
    for who, allowed in (("alleen-read-normal", {"normaal"}), ("alleen-read-confidential", LEVELS)):
        assert {name: levels.status("GET", url, who=who) for name, url in urls.items()} == {
            name: 200 if name in allowed else 403 for name in urls
        }


@pytest.mark.parametrize(
    ("who", "found"), [("alleen-read-normal", {"normaal"}), ("alleen-read-confidential", {"normaal", "opgeheven"})]
)
def test_inzage_never_shows_what_is_confidential(levels: Caller, who: str, found: set[str]) -> None:
    extra = {"vertrouwelijkheid": "vertrouwelijk", "beperkteSet": "false"}
    assert {one["verwerkingsactie"]["actieNaam"] for one in levels.inspected(who=who, **extra)} == found
    urls = {one["actieNaam"]: one["verwerkteObjecten"][0]["url"] for one in levels.about(**WINDOW)}
    assert {name for name, url in urls.items() if levels.status("GET", url, who=who) == 200} == found
    assert levels.status("GET", OBJECTEN, who="alleen-create-confidential", query_string=person()) == 403


def test_each_occurrence_is_a_result_of_inzage(call: Caller) -> None:
    twice = [person("P", betrokkenheid="Aanvrager"), person("P", betrokkenheid="Getuige")]
    call.made(minimal(verwerkteObjecten=twice))
    call.made()
    found = call.inspected()
    assert len({one["verwerktObjectId"] for one in found}) == len(found) == 3
    assert [len(one["verwerkteObjecten"]) for one in call.about(**WINDOW)] == [2, 1]
    for one in found:
        assert call.shown(one["url"]) == one
        assert [thing["verwerktObjectId"] for thing in one["verwerkingsactie"]["verwerkteObjecten"]] == [
            one["verwerktObjectId"]
        ]


def test_an_inspection_is_logged_with_the_headers_of_the_consumer(call: Caller) -> None:
    made = call.made()
    url = f"https://var.example.nl/{ACTIVITY['B']}"
    headers = {"OIN": OIN, "VerwerkingId": W, "VerwerkingsactiviteitId": ACTIVITY["B"], "VerwerkingsactiviteitUrl": url}
    assert call.status("GET", OBJECTEN, query_string={**person(), **WINDOW}, headers=headers) == 200
    assert call.status("GET", made["verwerkteObjecten"][0]["url"], headers=headers) == 200
    entries = [one for one in call.about() if one["verwerkingIdAfnemer"] == W]
    assert len(entries) == 2
    for entry in entries:
        assert (entry["soortAfnemerId"], entry["afnemerId"]) == ("OIN", OIN)
        assert entry["verwerkingsactiviteitIdAfnemer"] == ACTIVITY["B"] != entry["verwerkingsactiviteitId"]
        assert entry["verwerkingsactiviteitUrlAfnemer"] == url
        assert entry["verwerkingId"] not in (W, None)
    assert [one["actieId"] for one in call.about(**WINDOW)] == [made["actieId"]]


@pytest.mark.parametrize("headers", [{}, {"OIN": "abc", "VerwerkingId": "geen-uuid", "Bewaartermijn": "150"}])
def test_headers_that_are_absent_or_wrong_leave_the_log_clean(call: Caller, headers: dict[str, str]) -> None:
    assert call.status("GET", OBJECTEN, query_string={**person(), **WINDOW}, headers=headers) == 200
    (entry,) = call.about()
    assert [entry[name] for name in ("afnemerId", "soortAfnemerId", "verwerkingIdAfnemer")] == [None] * 3
    assert entry["bewaartermijn"] == "P10Y"


def test_a_confidential_inspection_is_logged_confidentially(call: Caller) -> None:
    for told in ("Vertrouwelijk", "opgeheven"):
        call.send("GET", OBJECTEN, query_string={**person(), **WINDOW}, headers={"Vertrouwelijkheid": told})
    assert [one["vertrouwelijkheid"] for one in call.about()] == ["vertrouwelijk", "vertrouwelijk"]


def test_a_search_is_given_in_pages(call: Caller) -> None:
    made = [call.made()["actieId"] for _ in range(23)]
    page, seen, counts = call.shown(ACTIES, **person()), [], set()
    while True:
        seen += [one["actieId"] for one in page["results"]]
        counts.add(page["count"])
        if page["next"] is None:
            break
        assert call.status("GET", page["next"], who="alleen-update-normal") == 403
        page = call.shown(page["next"])
    assert (seen, counts) == (made, {23})


def test_a_log_full_of_others_answers_about_one_person() -> None:
    call = Caller(foreign=300)
    made = call.made()
    assert call.about() == [made]
    others = call.shown(ACTIES, **person("vreemd-3"))
    assert others["count"] > len(others["results"]) == 10


def test_a_queue_shows_later_what_was_accepted() -> None:
    call = Caller(lag=60)
    made = call.made()
    assert (call.status("GET", made["url"]), call.about()) == (404, [])
    assert call.status("PUT", made["url"], again(made)) == 200


def test_identifiers_are_compared_as_they_are(call: Caller) -> None:
    for nummer in ("123", "0123", "1234", "A+1/é & b"):
        call.made(minimal(nummer, actieNaam=nummer))
    assert call.names("123") == {"123"}
    assert call.names("A+1/é & b") == {"A+1/é & b"}


def test_the_register_gives_its_activities(call: Caller) -> None:
    listed = call.shown(REGISTER)
    assert listed["count"] == len(listed["results"]) == 3
    for one in listed["results"]:
        assert call.shown(f"{ACTIVITEIT}/{one['id']}") == one
    assert [call.status("GET", f"{ACTIVITEIT}/{one}") for one in (UNKNOWN, "abc")] == [404, 404]
    assert [call.status("GET", path, who="") for path in (REGISTER, f"{ACTIVITEIT}/{one['id']}")] == [401, 401]


def test_an_activity_is_not_sent_twice(call: Caller) -> None:
    path = f"{ACTIVITEIT}/{call.shown(REGISTER)['results'][0]['id']}"
    tag = call.send("GET", path).headers["ETag"]
    for value, status in ((tag, 304), (f'"x", {tag}', 304), ('"x"', 200)):
        assert call.status("GET", path, headers={"If-None-Match": value}) == status
    assert "ETag" not in call.send("GET", call.made()["url"]).headers


@pytest.mark.parametrize("path", [ACTIES, OBJECTEN, REGISTER, "/verwerkingenlogging/bewerking/api/v1/niets"])
def test_each_answer_has_its_form(call: Caller, path: str) -> None:
    for parts in ({"who": ""}, {"headers": {"Accept": "application/xml"}}, {"who": "geen"}, {}):
        response = call.send("GET", path, **parts)
        assert response.headers["API-version"] == "0.9.0"
        if response.status_code >= 400:
            body = response.json or {}
            assert (response.mimetype, body["status"]) == ("application/problem+json", response.status_code)
            assert {"code", "title", "detail", "instance"} <= set(body)
    assert call.status("GET", f"{path}/", query_string=person()) == 404
