"""Tests of how a check refers to what is in another API, and of how resources without free text are selected."""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

import fixtures
from conformance import profile as profiles
from conformance import target as targets
from conformance.api import Api
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.jsonvalue import equal
from conformance.judge import tidy
from conformance.library.relations import relation_ends, relations_are_many
from conformance.library.standing import UNKNOWN, mark, reading, standing_body
from conformance.neighbours import Neighbours
from conformance.run import Run
from conformance.runfile import Redactor, RunFolder, leftovers
from conformance.transport import Transport, WsgiAdapter
from tests.matrix import ROOT
from tests.small import api_of
from tests.test_neighbours import free_port

LINKS = ("klantcontactmomenten", "objectcontactmomenten")


@pytest.fixture(scope="module")
def server() -> Iterator[Neighbours]:
    """Give a server on a free port."""
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}", seed=1) as made:
        yield made


@contextmanager
def opened(folder: Path, neighbours: Neighbours | None = None, **supplied: Any) -> Iterator[Run]:
    """Give a run of Contactmomenten against its reference supplier in this process."""
    os.environ.update(fixtures.environment("contactmomenten"))
    address = neighbours.address if neighbours else None
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(fixtures.target("contactmomenten", "http://reference.test", neighbours=address)))
    target, profile = targets.load(path), profiles.load(ROOT / "profiles" / "contactmomenten")
    application = fixtures.supplier("contactmomenten", neighbours_url=address or "", timeout=1, **supplied)
    store = RunFolder(folder / "run", Redactor(target.secrets()))
    transport = Transport(adapter=lambda: WsgiAdapter(application))
    try:
        yield Run(profile, target, transport, store, 1, neighbours=neighbours)
    finally:
        store.close()


def related(zaak: Any) -> list[str]:
    """Ask the Zaken API of a zaak which contactmomenten it has relations with."""
    root = str(zaak).rpartition("/zaken/")[0]
    rows = requests.get(f"{root}/zaakcontactmomenten", params={"zaak": str(zaak)}, timeout=5).json()
    return [row["contactmoment"] for row in rows]


@pytest.mark.parametrize("link", LINKS)
def test_a_relation_is_made_and_ends_with_its_check(tmp_path: Path, server: Neighbours, link: str) -> None:
    with opened(tmp_path, server) as run:
        api = api_of(run)
        made = api.create(link)
        known = [made["contactmoment"]] if link == LINKS[1] else []
        assert related(made["object"]) == known if known else True
        api.clean()
        assert [api.get(str(made[name])).status for name in ("url", "contactmoment")] == [404, 404]
    assert leftovers(tmp_path / "run") == []


def test_what_stands_is_removed_at_the_end_of_the_run(tmp_path: Path, server: Neighbours) -> None:
    with opened(tmp_path, server) as run:
        api = api_of(run)
        for link in LINKS:
            api.standing(link)
        tidy(run)
    assert leftovers(tmp_path / "run") == []


def test_what_stands_leaves_nothing_behind_when_it_cannot_be_made(tmp_path: Path, server: Neighbours) -> None:
    broken = opened(tmp_path, server, mutant="DoesNotOfferKlantcontactmomentCreate")
    with broken as run, pytest.raises(Blocked, match="could not be created"):
        api_of(run).standing(LINKS[0])
    assert leftovers(tmp_path / "run") == []


@pytest.mark.parametrize(
    ("mutant", "proven", "shares"),
    [(None, True, True), (None, False, False), ("AllowsOneKlantPerContactmoment", True, False)],
)
def test_relations_share_what_they_belong_to_once_it_takes_several(
    mutant: str | None, proven: bool, shares: bool, tmp_path: Path, server: Neighbours
) -> None:
    with opened(tmp_path, server, mutant=mutant) as run:
        if proven:
            with contextlib.suppress(Mismatch):
                relations_are_many(api_of(run), resource=LINKS[0])
        one, other = (api_of(run).create(LINKS[0])["contactmoment"] for _ in "12")
        apart = api_of(run)
        apart.world.apart = True
        assert (one == other, apart.sample(LINKS[0])["contactmoment"] == one) == (shares, False)


def test_a_removal_that_takes_what_a_relation_belongs_to_ends_the_sharing(tmp_path: Path, server: Neighbours) -> None:
    with opened(tmp_path, server, mutant="DeletesContactmomentWithKlantcontactmoment") as run:
        relations_are_many(api_of(run), resource=LINKS[0])
        with contextlib.suppress(Mismatch):
            relation_ends(api_of(run), resource=LINKS[0])
        one, other = (api_of(run).create(LINKS[0])["contactmoment"] for _ in "12")
        assert one != other


def test_what_stands_is_read_once_and_named_by_each_check(tmp_path: Path, server: Neighbours) -> None:
    with opened(tmp_path, server) as run:
        url = str(api_of(run).standing("contactmomenten")["url"])
        apis = (api_of(run), api_of(run))
        first, again = (reading(api, url) for api in apis)
        assert first.exchange == again.exchange
        assert [api.world.trace.exchanges for api in apis] == [[first.exchange]] * 2
        assert apis[0].world.seen == apis[1].world.seen != {}


def test_what_cannot_be_read_as_an_object_blocks(tmp_path: Path, server: Neighbours) -> None:
    with opened(tmp_path, server) as run:
        api = api_of(run)
        made = api.create("contactmomenten")
        with pytest.raises(Blocked, match="is not an object"):
            standing_body(api, f"{made['url']}/audittrail")
        with pytest.raises(Blocked, match="could not be read"):
            standing_body(api, f"{api.url('contactmomenten')}/{UNKNOWN}")


def test_a_member_that_is_given_is_not_made_first(tmp_path: Path, server: Neighbours) -> None:
    with opened(tmp_path, server) as run:
        api = api_of(run)
        own = api.create("contactmomenten")["url"]
        before = run.folder.next_id()
        body = api.sample(LINKS[1], contactmoment=own)
        assert (related(body["object"]), int(run.folder.next_id()) - int(before)) == ([own], 1)


@pytest.mark.parametrize("link", LINKS)
def test_without_neighbours_a_relation_is_blocked_with_the_line_to_add(tmp_path: Path, link: str) -> None:
    with opened(tmp_path) as run, pytest.raises(Blocked) as blocked:
        api_of(run).create(link)
    assert "neighbours: {address:" in blocked.value.reason.nl


@pytest.mark.parametrize("resource", ["contactmomenten", *LINKS])
def test_a_query_that_finds_nothing_is_taken_by_every_list(tmp_path: Path, server: Neighbours, resource: str) -> None:
    with opened(tmp_path, server) as run:
        api = api_of(run)
        api.standing(resource)
        reply = api.get(resource, api.nothing(resource))
        assert (reply.status, reply["results"]) == (200, [])
        tidy(run)


@pytest.mark.parametrize("resource", ["contactmomenten", *LINKS])
def test_a_mark_selects_only_what_has_it(tmp_path: Path, server: Neighbours, resource: str) -> None:
    with opened(tmp_path, server) as run:
        api = api_of(run)
        query = {run.profile.resources[resource].selector: mark(resource, api)}
        api.create(resource)
        made = api.create(resource, **query)
        assert [row["url"] for row in api.get(resource, query)["results"]] == [made["url"]]


def test_a_relation_has_no_free_text(tmp_path: Path) -> None:
    with opened(tmp_path) as run, pytest.raises(NotApplicable, match="no free text"):
        _ = api_of(run).resource(LINKS[0]).text


def test_without_neighbours_a_klant_of_the_target_itself_is_used(tmp_path: Path) -> None:
    with opened(tmp_path) as run:
        row = copy.deepcopy(run.target.row)
        row.apis["klanten"] = row.apis["contactmomenten"].model_copy(
            update={"url": "http://reference.test/klanten/api/v1"}
        )
        target = targets.Target(run.target.document, row, run.target.credentials)
        klanten = profiles.load(ROOT / "profiles" / "klanten")
        os.environ.update(fixtures.environment("klanten"))
        transport = Transport(adapter=lambda: WsgiAdapter(fixtures.supplier("klanten")))
        run.siblings["klanten"] = other = Run(klanten, target, transport, run.folder, 1)
        url = api_of(run).elsewhere("klanten")
        assert url.startswith("http://reference.test/klanten/api/v1/klanten/")
        assert Api(other, api_of(other).world, target.full).get(url).status == 200
        tidy(other)
    assert leftovers(tmp_path / "run") == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("2020-01-01T12:00:00Z", "2020-01-01T13:00:00+01:00", True),
        ("2020-01-01T12:00:00Z", "2020-01-01T12:00:00.000Z", True),
        ("2020-01-01T12:00:00Z", "2020-01-01T12:00:00+01:00", False),
        ("2020-01-01T12:00:00Z", "2020-01-01T12:00:00", False),
        ("2020-13-01T12:00:00Z", "2020-13-01T13:00:00+01:00", False),
        ("om 2020-01-01T12:00:00Z", "om 2020-01-01T13:00:00+01:00", False),
    ],
)
def test_moments_are_equal_however_they_are_written(one: str, other: str, alike: bool) -> None:
    assert equal(one, other) is alike
