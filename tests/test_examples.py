"""Tests of the committed examples: they are what the suite writes now, byte for byte."""

from __future__ import annotations

import pytest

from tests.examples import EXAMPLES, FOLDER, Example, made
from tests.matrix import ROOT, built

ALL = [(profile, example) for profile, examples in EXAMPLES.items() for example in examples]
NAMES = [f"{profile}-{example.name}" for profile, example in ALL]
MOST = 300_000 * len(NAMES)


@pytest.mark.parametrize(("profile", "example"), ALL, ids=NAMES)
def test_an_example_is_what_the_suite_writes_now(profile: str, example: Example) -> None:
    folder = FOLDER / f"{profile}-{example.name}"
    stale = [
        name
        for name, content in made(profile, example).items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]
    assert stale == [], "run 'make examples' and look at what changed"


def test_every_profile_whose_rows_are_built_has_examples() -> None:
    assert {*built()} <= {*EXAMPLES}


def test_no_example_is_left_over() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(NAMES)


def test_the_examples_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < MOST


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("passing", "voldoet"), ("failing", "voldoet niet"), ("waived", "voldoet met toelichting")],
)
def test_an_example_shows_its_verdict(name: str, verdict: str) -> None:
    for path in FOLDER.glob(f"*-{name}/run.json"):
        assert f'"verdict": "{verdict}"' in path.read_text("utf-8"), path.relative_to(ROOT)
