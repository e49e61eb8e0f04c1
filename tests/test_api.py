"""Tests of what a check talks to: it arranges, acts, settles, remembers and cleans up."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response

import fixtures
from conformance import formats
from conformance.errors import Blocked, NotApplicable
from conformance.library.access import superuser, without_scope
from conformance.library.attempts import signing
from conformance.model import Finding, Text, same
from conformance.runfile import leftovers
from tests.small import ADDRESS, Seen, answering, api_of, copied, described, opened

KLANTEN = f"{ADDRESS}/klanten/api/v1/klanten"
USUAL, OTHER = "000000000", "100000009"


@pytest.fixture
def supplier() -> Seen:
    """Give a reference supplier that notes what it is asked."""
    return Seen(fixtures.supplier("klanten"))


def test_what_is_created_can_be_read_and_is_removed_at_the_end(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        made = api.create("klanten")
        assert api.read(made["url"])["klantnummer"] == made["klantnummer"]
        api.clean()
        assert api.get(made["url"]).status == 404
    assert leftovers(tmp_path / "run") == []


@pytest.mark.parametrize(
    "answer", [(400, {}), (500, "broken"), (201, []), (201, {}), (201, {"url": 1}), (200, "no json"), (204, "")]
)
def test_a_resource_that_cannot_be_made_blocks(answer: tuple[int, Any], tmp_path: Path) -> None:
    with opened(tmp_path, answering(answer)) as run, pytest.raises(Blocked, match="could not be created"):
        api_of(run).create("klanten")


@pytest.mark.parametrize(("answer", "says"), [((404, {}), "could not be read"), ((200, []), "not an object")])
def test_a_resource_that_cannot_be_read_blocks(answer: tuple[int, Any], says: str, tmp_path: Path) -> None:
    with opened(tmp_path, answering(answer)) as run, pytest.raises(Blocked, match=says):
        api_of(run).read(f"{KLANTEN}/1")


# credentials


def test_a_token_goes_to_the_target_only(tmp_path: Path) -> None:
    target = Seen(answering((200, {})))
    with opened(tmp_path, target) as run:
        api = api_of(run)
        for url in (
            KLANTEN,
            f"{ADDRESS}/elders",
            "https://reference.test/klanten/api/v1/klanten",
        ):
            api.get(url)
        api.anonymous().get(KLANTEN)
    assert [bool(token) for *_, token in target.requests] == [True, True, True, False]


def test_nothing_is_sent_to_somebody_else(tmp_path: Path) -> None:
    target = Seen(answering((200, {})))
    with opened(tmp_path, target) as run, pytest.raises(Blocked, match="somebody else's address"):
        api_of(run).get("http://other.example/x")
    assert target.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://reference.test.evil.example/x",
        "http://reference.test:8080/x",
        "http://reference.test@evil.example/x",
        "//evil.example/x",
        "http://evil.example/?http://reference.test/klanten/api/v1/",
        "ftp://reference.test/x",
    ],
)
def test_an_address_that_resembles_the_target_gets_no_token(url: str, tmp_path: Path) -> None:
    with opened(tmp_path, answering((200, {}))) as run:
        assert run.credentials(run.target.full, url) == {}


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("http://intern:8080/klanten/api/v1/klanten/1?a=b", f"{KLANTEN}/1?a=b"),
        ("https://reference.test/klanten/api/v1", f"{ADDRESS}/klanten/api/v1"),
        ("http://intern/elders/1", "http://intern/elders/1"),
        ("http://intern/klanten/api/v10/x", "http://intern/klanten/api/v10/x"),
        ("/klanten/api/v1/klanten", "/klanten/api/v1/klanten"),
    ],
)
def test_an_address_by_another_name_is_reached_at_home(url: str, home: str, tmp_path: Path) -> None:
    with opened(tmp_path, answering((200, {}))) as run:
        assert run.home("klanten", url) == home


def test_credentials_are_chosen_by_scope(tmp_path: Path, supplier: Seen) -> None:
    only = ["klanten.aanmaken", "klanten.verwijderen"]  # of the small standard, which has no other scopes
    credentials = described()["credentials"]
    credentials["zonder-klanten-lezen"]["scopes"] = only
    with opened(tmp_path, supplier, parts={"credentials": credentials}) as run:
        api = api_of(run)
        chosen = [
            api.with_scopes("klanten.lezen"),
            without_scope(api, "klanten.lezen"),
            superuser(api),
            api.foreigner(),
        ]
        statuses = [one.get("klanten").status for one in chosen]
    names = [one.credential.name for one in chosen if one.credential]
    assert names == ["alleen-klanten-lezen", "zonder-klanten-lezen", "alle-autorisaties", "ander-component"]
    assert statuses == [200, 403, 200, 403]


def test_a_credential_that_is_not_there_blocks(tmp_path: Path, supplier: Seen) -> None:
    only = {"alles": described()["credentials"]["alles"]}
    with opened(tmp_path, supplier, parts={"credentials": only}) as run:
        api = api_of(run)
        with pytest.raises(Blocked, match=r"has no credential with scopes \[klanten\.aanmaken, klanten\.verwijderen\]"):
            without_scope(api, "klanten.lezen")
        for choose in (partial(superuser, api), api.foreigner):
            with pytest.raises(Blocked, match="has no credential with scopes"):
                choose()


def test_tokens_that_the_suite_does_not_sign_are_not_judged(tmp_path: Path, supplier: Seen) -> None:
    credentials = fixtures.target("klanten", ADDRESS, variant="BearerTokens")["credentials"]
    with opened(tmp_path, supplier, parts={"credentials": credentials}) as run, pytest.raises(NotApplicable):
        signing(run)
    with opened(tmp_path, supplier) as run:
        assert signing(run).name == "alles"


# words and samples


def test_the_same_seed_gives_the_same_words(tmp_path: Path, supplier: Seen) -> None:
    words = []
    for seed in (1, 1, 2):
        with opened(tmp_path, supplier, seed=seed) as run:
            api = api_of(run)
            words.append([api.word("K"), api.word("K"), api.random.random()])
    assert words[0] == words[1]
    assert not {str(word) for word in words[0]} & {str(word) for word in words[2]}
    assert words[0][0] != words[0][1]
    assert all(len(str(word)) == 8 for word in words[0][:2])


def test_another_check_gets_other_words(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        assert api_of(run, "one").word() != api_of(run, "other").word()


def test_a_sample_can_be_changed_and_shortened(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        body = api_of(run).sample("klanten", achternaam="Anders", websiteUrl=...)
    assert body["achternaam"] == "Anders"
    assert "websiteUrl" not in body
    assert str(body["klantnummer"]).startswith("K")


def otherwise(folder: Path) -> Path:
    """Give the small standard with other words for its sample."""
    copy = copied(folder) / "profile.yaml"
    words = f"    otherwise: {{'{USUAL}': '{OTHER}', '$uniek Voorbeeld ': $bsn}}\n"
    copy.write_text(copy.read_text("utf-8").replace("    text: functie\n", f"    text: functie\n{words}"), "utf-8")
    return copy.parent


def refusing(application: Any, *words: str) -> Any:
    """Refuse what holds one of these words."""

    def answer(request: Request) -> Any:
        content = request.get_data()
        request.environ["wsgi.input"] = io.BytesIO(content)
        if any(word.encode() in content for word in words):
            return Response('{"status": 400}', 400, content_type="application/problem+json")
        return application

    return Request.application(answer)


@pytest.mark.parametrize(
    ("refused", "said", "sent"),
    [((), USUAL, ["POST", "DELETE"]), ((USUAL,), OTHER, ["POST", "DELETE"]), ((USUAL, OTHER), USUAL, [])],
    ids=["usual", "other", "neither"],
)
def test_a_sample_has_other_words_when_the_target_takes_only_those(
    refused: tuple[str, ...], said: str, sent: list[str], tmp_path: Path, supplier: Seen
) -> None:
    with opened(tmp_path, refusing(supplier, *refused), profile=otherwise(tmp_path)) as run:
        api = api_of(run)
        bodies = [api.sample("klanten"), api.fill(run.profile.samples["klanten"]["default"]), api.sample("klanten")]
    assert {body["bronorganisatie"] for body in bodies} == {said}
    numbers = {str(body["achternaam"]) for body in bodies}
    assert (len(numbers), {formats.valid("bsn", number) for number in numbers}) == (3, {said == OTHER})
    assert [method for method, *_ in supplier.requests] == sent


def test_who_may_only_read_is_not_asked_which_words_a_target_takes(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, refusing(supplier, USUAL), profile=otherwise(tmp_path), read_only=True) as run:
        assert api_of(run).sample("klanten")["bronorganisatie"] == USUAL
    assert supplier.requests == []


def test_no_two_citizens_of_a_run_are_the_same(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        numbers = [api_of(run, f"check {number}").citizen() for number in range(1000)]
    assert len(set(numbers)) == 1000


# the rest


def test_a_check_can_go_on_after_a_mismatch(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        for status in (418, 419):
            with api.continuing():
                api.get("klanten").expects(status=status)
    assert [finding.expected.en for finding in api.world.findings] == ["418", "419"]


def test_a_warning_is_kept(tmp_path: Path, supplier: Seen) -> None:
    finding = Finding(Text("a", "b"), same("c"), same("d"))
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        api.warn(finding)
    assert api.world.trace.findings == [finding]


def test_what_the_standard_or_the_target_does_not_have_is_not_applicable(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        assert api.operation("GET", "klanten", "/{id}").operation_id == "klant_read"
        with pytest.raises(NotApplicable, match="PATCH /klanten is not in the standard"):
            api.operation("PATCH", "klanten")
        with pytest.raises(NotApplicable, match="refers to nothing elsewhere"):
            api.reference("klanten")
    with (
        opened(tmp_path, supplier, parts={"apis": {"zaken": {"url": ADDRESS}}}) as run,
        pytest.raises(NotApplicable, match="The API klanten is not offered"),
    ):
        api_of(run).url("klanten")


def test_without_a_neighbour_the_check_is_blocked(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run, pytest.raises(Blocked, match="has no address"):
        _ = api_of(run).neighbour


def test_scopes_are_those_of_the_contract(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        assert api_of(run).scopes == ("klanten.lezen", "klanten.aanmaken", "klanten.verwijderen")


def test_a_client_has_what_it_needs_and_no_more_than_that(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        one = api.client("klanten.lezen")
        assert one.credential is not None
        assert one.credential.scopes == frozenset({"klanten.lezen"})
        some = api.client("klanten.lezen", without=("klanten.aanmaken",))
        assert some.credential is not None
        assert some.credential.scopes == frozenset({"klanten.lezen"})
        with pytest.raises(Blocked, match=r"no credential with scopes \[niets\]"):
            api.client("niets")


def test_a_search_finds_nothing_of_anyone(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        first, second = api.nothing("klanten"), api.nothing("klanten")
        assert first.keys() == {"achternaam"}
        assert first != second
