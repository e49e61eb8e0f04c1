"""What the shipped profiles say is in order: samples fit, titles state facts, files are short enough to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance import contract
from conformance import profile as profiles
from conformance.model import Json
from conformance.samples import bound

MODAL = re.compile(r"\b(must|may|can|should|shall|moet|moeten|mag|mogen|kan|kunnen)\b", re.IGNORECASE)
LINES = 400
URL = "https://www.example.nl/1"
SAMPLES = [
    (name, resource, sample)
    for name in profiles.shipped()
    for resource, samples in profiles.load(name).samples.items()
    for sample in samples
]


@pytest.mark.parametrize(("name", "resource", "sample"), SAMPLES)
def test_every_sample_is_a_body_that_creates_its_resource(name: str, resource: str, sample: str) -> None:
    profile = profiles.load(name)
    row = profile.resources[resource]
    promised = contract.load(profile.contract(row.api))
    create = next(one for one in promised.operations.values() if (one.method, one.path) == ("POST", row.path))
    body: dict[str, Json] = bound(
        profile.samples[resource][sample], lambda prefix: prefix[:1], lambda new: URL, lambda *_: URL
    )
    # Only a run knows an address elsewhere that answers, so a sample may leave that member to the run.
    if row.reference and sample == "by_reference":
        body = {row.reference: URL, **body}
    assert promised.request_violations(create.operation_id, body) == []


@pytest.mark.parametrize("name", profiles.shipped())
def test_every_sample_has_what_general_checks_use(name: str) -> None:
    profile = profiles.load(name)
    wrong = [
        (resource, sample, member)
        for resource, samples in profile.samples.items()
        for sample, body in samples.items()
        for member in (profile.resources[resource].selector, profile.resources[resource].free)
        if member is not None and member not in body
    ]
    assert wrong == []


@pytest.mark.parametrize("name", profiles.shipped())
def test_titles_state_facts(name: str) -> None:
    titles = {row.id: f"{row.title.nl} {row.title.en}" for row in profiles.load(name).own}
    assert [ident for ident, title in titles.items() if MODAL.search(title)] == []


@pytest.mark.parametrize(
    "path",
    sorted((profiles.ROOT / "profiles").glob("*/requirements/*.yaml")),
    ids=lambda path: f"{path.parts[-3]}-{path.stem}",
)
def test_a_file_of_the_register_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LINES
