"""The profile of an API is judged with each way to get in, on the target file that the judge of access takes too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

import fixtures
from fixtures.mutation import named
from tests import matrix
from tests.matrix import HERE, Embedded, Subject, free_port, having, joined


@pytest.mark.parametrize(
    ("profile", "variant", "passed"),
    [
        ("klanten", "UsesOauth", 270),
        ("klanten", "KnowsClientsByCertificate", 270),
        ("verwerkingenlogging", "IsLogWithOauth", 230),
    ],
)
def test_a_profile_is_judged_with_this_scheme(profile: str, variant: str, passed: int, tmp_path: Path) -> None:
    os.environ.update(fixtures.environment("iam"))
    address = f"http://127.0.0.1:{free_port()}"
    app = fixtures.supplier("iam", variant=variant, neighbours_url=address, timeout=1)
    with fixtures.secured(app, named(fixtures.variants("iam"), variant)) as place:
        root, parts = place or ("", {})
        content = joined(fixtures.target("iam", root or HERE, neighbours=address, variant=variant), parts)
        target = tmp_path / "target.yaml"
        target.write_text(yaml.safe_dump(content), encoding="utf-8")
        record = matrix.judged_on(Subject(profile), target, Embedded(None if root else app))
    assert record["configuration"] == []
    assert having(record, "failed", "error", "blocked") == []
    assert len(having(record, "passed")) > passed
