"""Tests of what can be claimed of a reply: each claim that does not hold is one finding in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from conformance.errors import Mismatch
from conformance.jsonvalue import differences, equal, is_empty, leaves, member_of, shown
from conformance.model import Severity, Text, same
from conformance.reply import (
    Claim,
    Reply,
    Trace,
    empty,
    equals,
    has_status,
    header,
    holds,
    invalid_names,
    media_type,
    member,
    members,
    no_body,
    no_header,
    no_server_error,
    problem,
)


def reply(body: Any = None, status: int = 200, headers: dict[str, str] | None = None, *later: Any) -> Reply:
    """Give a reply with this body, and what asking again would give."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    trace = Trace()

    def again() -> Iterator[Reply]:
        for number, other in enumerate(later):
            yield Reply(str(number + 2), "GET", "u", status, {}, json.dumps(other).encode(), trace, lambda: iter(()))

    return Reply("1", "GET", "http://u", status, CaseInsensitiveDict(headers or {}), raw, trace, again)


def holds_length(size: int) -> Claim:
    """Claim that the list has this length."""
    return holds(same("size"), same(str(size)), lambda one: len(one["results"]), lambda found: found == size)


BODY = {"a": {"b": [{"c": 1}]}, "n": None, "leeg": "", "waar": True}
REFUSED = {"invalidParams": [{"name": "adres.postcode"}, {"name": "nonFieldErrors"}, "odd"]}


@pytest.mark.parametrize(
    ("claim", "seen", "held"),
    [
        (has_status(200), reply(), True),
        (has_status((400, 200)), reply(), True),
        (has_status(201), reply(), False),
        (no_server_error(), reply(status=499), True),
        (no_server_error(), reply(status=500), False),
        (member("a.b.0.c", 1), reply(BODY), True),
        (member("a.b.1.c", 1), reply(BODY), False),
        (member("waar", 1), reply(BODY), False),
        (member("x", None), reply(BODY), True),
        (members({"a": {"b": [{"c": 1}]}}), reply(BODY), True),
        (members({"a": {"b": []}}), reply(BODY), False),
        (equals(BODY), reply(BODY), True),
        (equals({**BODY, "n": 1}), reply(BODY), False),
        (empty("n"), reply(BODY), True),
        (empty("leeg"), reply(BODY), True),
        (empty("weg"), reply(BODY), True),
        (empty("a"), reply(BODY), False),
        (header("etag"), reply(headers={"ETag": '"x"'}), True),
        (header("ETag", '"x"'), reply(headers={"ETag": '"x"'}), True),
        (header("ETag", '"y"'), reply(headers={"ETag": '"x"'}), False),
        (header("ETag"), reply(headers={"ETag": ""}), False),
        (header("ETag"), reply(), False),
        (no_header("ETag"), reply(), True),
        (no_header("ETag"), reply(headers={"etag": "x"}), False),
        (media_type("application/json"), reply(headers={"Content-Type": "Application/JSON; charset=utf-8"}), True),
        (media_type("application/json"), reply(headers={"Content-Type": "text/html"}), False),
        (media_type("application/json"), reply(), False),
        (no_body(), reply(b""), True),
        (no_body(), reply(b" "), False),
        (holds_length(1), reply({"results": [1]}), True),
        (holds_length(2), reply({"results": [1]}), False),
        (holds_length(0), reply({"results": None}), False),
        (holds_length(0), reply(b"no json"), False),
        (problem(400), reply({}, 400), True),
        (problem(400), reply({}, 200), False),
        (problem(400, "adres.postcode"), reply(REFUSED, 400), True),
        (problem(400, "adres"), reply(REFUSED, 400), True),
        (problem(400, "klantnummer"), reply(REFUSED, 400), False),
        (problem(400, "klantnummer"), reply({"invalidParams": []}, 400), True),
        (problem(400, "klantnummer"), reply([], 400), True),
    ],
)
def test_a_claim_holds_or_is_one_finding(claim: Claim, seen: Reply, held: bool) -> None:
    assert len(seen.findings([claim])) == (0 if held else 1)


def test_another_notation_of_a_name_is_a_warning() -> None:
    (found,) = reply({"invalidParams": [{"name": "subjectIdentificatie.inp_bsn"}]}, 400).findings(
        [problem(400, "inpBsn")]
    )
    assert found.severity is Severity.WARNING


def test_names_are_read_from_anything() -> None:
    bodies: list[Any] = [REFUSED, None, [], {"invalidParams": {}}]
    assert [invalid_names(body) for body in bodies] == [
        ["adres.postcode", "nonFieldErrors"],
        [],
        [],
        [],
    ]


def test_a_finding_says_what_in_two_languages() -> None:
    (found,) = reply(status=500).findings([has_status((200, 201))])
    assert (found.what, found.expected, found.actual, found.exchange) == (
        Text("status van het antwoord", "status of the answer"),
        Text("200 of 201", "200 or 201"),
        same("500"),
        "1",
    )


def test_all_claims_that_do_not_hold_are_raised_together() -> None:
    with pytest.raises(Mismatch) as raised:
        reply({}).expects(member("a", 1), header("ETag"), status=201)
    assert len(raised.value.findings) == 3


def test_what_is_preferred_is_noted_and_not_raised() -> None:
    seen = reply()
    assert seen.prefers(status=201) is seen
    seen.notes(status=202)
    assert [one.severity for one in seen.trace.findings] == [Severity.WARNING, Severity.NOTE]


def test_a_tolerated_reading_is_kept_beside_a_failure() -> None:
    seen = reply({"invalidParams": [{"name": "inp_bsn"}]}, 400)
    with pytest.raises(Mismatch) as raised:
        seen.expects(problem(400, "inpBsn"), header("ETag"))
    assert [one.severity for one in seen.trace.findings] == [Severity.WARNING]
    assert len(raised.value.findings) == 1


def test_asking_again_ends_when_the_claims_hold() -> None:
    assert reply({"a": 1}, 200, {}, {"a": 2}, {"a": 3}, {"a": 4}).expects(member("a", 3)).exchange == "3"


def test_what_asking_again_does_not_mend_is_told_of_the_last_answer() -> None:
    with pytest.raises(Mismatch) as raised:
        reply({"a": 1}, 200, {}, {"a": 2}, {"a": 3}).expects(member("a", 9))
    assert [(one.actual.en, one.exchange) for one in raised.value.findings] == [("3", "3")]


@pytest.mark.parametrize(("status", "ok"), [(199, False), (200, True), (299, True), (300, False)])
def test_the_200_range_is_ok(status: int, ok: bool) -> None:
    assert reply(status=status).ok is ok


def test_a_body_is_text_and_perhaps_json() -> None:
    assert (reply(b"\xff{").json, reply(b"\xff{").text, reply(b"[1]").json) == (None, "\ufffd{", [1])
    assert (reply(BODY)["a.b"], reply(b"x")["a"]) == ([{"c": 1}], None)


# JSON values


@pytest.mark.parametrize(
    ("one", "other", "same_value"),
    [
        (1, 1, True),
        (1, 1.0, False),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
        (None, None, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ({}, [], False),
    ],
)
def test_json_values_are_compared_strictly(one: Any, other: Any, same_value: bool) -> None:
    assert equal(one, other) is equal(other, one) is same_value


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (None, True),
        ("", True),
        ([], True),
        ({}, True),
        ({"a": {"b": None}}, True),
        (0, False),
        (False, False),
        (" ", False),
    ],
)
def test_some_values_stand_for_no_value(value: Any, result: bool) -> None:
    assert is_empty(value) is result


def test_differences_are_told_by_path() -> None:
    found = list(differences({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}, "d": 4}))
    assert found == [("a.b", 1, 3), ("d", None, 4)]
    assert list(differences(1, 2)) == [("body", 1, 2)]


def test_leaves_are_walked_by_path() -> None:
    assert dict(leaves({"a": {"b": 1}, "c": [], "d": {}})) == {"a.b": 1, "c": [], "d": {}}


@pytest.mark.parametrize(
    ("path", "value"),
    [("", BODY), ("a.b.0", {"c": 1}), ("a.b.x", None), ("a.b.7", None), ("n.x", None), ("waar.0", None)],
)
def test_a_path_leads_somewhere_or_nowhere(path: str, value: Any) -> None:
    assert member_of(BODY, path) == value


def test_a_long_value_is_shown_shortened() -> None:
    assert (len(shown("x" * 500)), shown({"é": 1})) == (300, '{"é": 1}')
