"""The classic holes in access, each made by a naive supplier and caught by the rows that name it."""

from __future__ import annotations

from pathlib import Path

import pytest

import fixtures
from fixtures.mutation import named
from tests.mutants import misjudged

HOLES = {
    "no signature check": ("BelievesUnverifiedToken", "IAM-ZGW-JWT-002"),
    "no signature check, access token": ("DecodesWithoutVerifying", "IAM-RS-JWT-003"),
    "alg from the token": ("IgnoresAlgorithm", "IAM-ZGW-JWT-008"),
    "alg from the token: none": ("AcceptsAlgNone", "IAM-ZGW-JWT-007"),
    "alg from the token: HMAC with the public key": ("TakesPublicKeyForSecret", "IAM-RS-JWT-006"),
    "scope check on writes only": ("ChecksScopeOfWritesOnly", "IAM-RS-SCOPE-001"),
    "GET is free": ("OpensGet", "IAM-RS-AUTH-003"),
    "HEAD is free": ("OpensHead", "IAM-RS-AUTH-003"),
    "expiry ignored": ("IgnoresExpiry", "IAM-ZGW-JWT-010"),
    "expiry ignored, access token": ("IgnoresExpiryOfAccessToken", "IAM-RS-JWT-010"),
    "500 on an expired token": ("BreaksOnExpiredToken", "IAM-RS-ERR-004"),
    "500 on a future token": ("BreaksOnFutureToken", "IAM-RS-ERR-004"),
    "the count of a list leaks": ("CountsEverything", "IAM-RS-OBJ-004"),
    "a detail leaks": ("ReadsOtherTypes", "IAM-RS-OBJ-001"),
    "a change of the object widens rights": ("JudgesOldValueOnly", "IAM-RS-OBJ-007"),
    "open when rights cannot be obtained": ("FailsOpen", "IAM-ZGW-AUT-007"),
}


@pytest.mark.parametrize("hole", sorted(HOLES))
def test_each_hole_is_named_by_a_row(hole: str) -> None:
    mistake, ident = HOLES[hole]
    assert ident in named(fixtures.mutants("iam"), mistake).kills


def test_each_hole_is_caught(tmp_path: Path) -> None:
    mistakes = sorted({mistake for mistake, _ in HOLES.values()})
    assert misjudged("iam", [named(fixtures.mutants("iam"), one) for one in mistakes], tmp_path) == []
