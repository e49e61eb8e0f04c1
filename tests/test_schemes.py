"""The profile of an API is judged with each way to get in, on the target file that the judge of access takes too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.matrix import Subject, having, judged


@pytest.mark.parametrize(
    ("profile", "variant", "passed"),
    [
        ("klanten", "UsesOauth", 270),
        ("klanten", "KnowsClientsByCertificate", 270),
        ("verwerkingenlogging", "IsLogWithOauth", 230),
    ],
)
def test_a_profile_is_judged_with_this_scheme(profile: str, variant: str, passed: int, tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", variant), tmp_path, by=profile)
    assert record["configuration"] == []
    assert having(record, "failed", "error", "blocked") == []
    assert len(having(record, "passed")) > passed
