"""Tests of the run folder: what is written, what is hidden, and what was left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance import runfile
from conformance.errors import RunError
from conformance.runfile import HIDDEN, Exchange, Message, Redactor, RunFolder

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJjbGllbnRfaWQiOiJ4In0.c2lnbmF0dXJl"
REDACTOR = Redactor(["geheim-123"], ["X-Sleutel"])


def exchange(sent: bytes = b"", received: bytes | None = b"{}", **headers: str) -> Exchange:
    """Give an exchange with these bodies and request headers."""
    response = None if received is None else Message({"Content-Type": "application/json"}, received)
    request = Message({name.replace("_", "-"): value for name, value in headers.items()}, sent)
    status = None if received is None else 200
    url = "http://test.example.nl/klanten?token=geheim-123"
    return Exchange("1", "item", "check", "2026-01-01T00:00:00.000Z", "GET", url, request, status, response, 0.5, None)


def written(folder: Path, *exchanges: Exchange) -> list[Any]:
    """Write exchanges and read them back."""
    run = RunFolder(folder, REDACTOR)
    for one in exchanges:
        run.write(one)
    run.close()
    return [json.loads(line) for line in (folder / "exchanges.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a geheim-123 b", f"a {HIDDEN} b"),
        (f"Bearer {JWT}", f"Bearer {HIDDEN}"),
        ("eyJ is no token", "eyJ is no token"),
        (f"{JWT.rpartition('.')[0]}.", HIDDEN),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_secrets_and_tokens_are_hidden(text: str, shown: str) -> None:
    assert REDACTOR.text(text) == shown


@pytest.mark.parametrize(
    ("number", "sent", "shown"),
    [
        ("123456782", "", "*********"),  # somebody's
        ("123456782", "?bsn=123456782", "123456782"),  # the suite asked for it
        ("999990019", "", "999990019"),  # of the test range
        ("123456789", "", "123456789"),  # fails the eleven test
        ("000000000", "", "000000000"),
        ("a123456782", "", "a123456782"),  # a part of something longer
        ("1123456782", "", "1123456782"),
        ("1a2b3c4d-123456782", "", "1a2b3c4d-123456782"),
        ('{"bsn":123456782}', "", '{"bsn":*********}'),
    ],
)
def test_numbers_of_others_are_hidden(number: str, sent: str, shown: str) -> None:
    assert REDACTOR.foreign(number, sent) == shown


@pytest.mark.parametrize("name", ["Authorization", "authorization", "X-Api-Key", "x-sleutel", "Cookie", "Set-Cookie"])
def test_headers_with_credentials_are_hidden(name: str) -> None:
    assert REDACTOR.headers({name: "anything", "Accept": "x"}) == {name: HIDDEN, "Accept": "x"}


def test_an_exchange_is_a_line_without_secrets(tmp_path: Path) -> None:
    one = exchange(b'{"a": "geheim-123"}', b'{"bsn": "123456782", "t": "geheim-123"}', Authorization="Bearer x")
    (line,) = written(tmp_path, one)
    assert line["request"] == {
        "method": "GET",
        "url": f"http://test.example.nl/klanten?token={HIDDEN}",
        "headers": {"Authorization": HIDDEN},
        "body": f'{{"a": "{HIDDEN}"}}',
    }
    assert line["response"]["body"] == f'{{"bsn": "*********", "t": "{HIDDEN}"}}'
    assert "geheim-123" not in (tmp_path / "exchanges.jsonl").read_text("utf-8")


def test_an_answer_that_never_came_is_null(tmp_path: Path) -> None:
    assert written(tmp_path, exchange(received=None))[0]["response"] is None


def test_what_is_no_text_is_written_as_base64(tmp_path: Path) -> None:
    assert written(tmp_path, exchange(received=b"\xff\x00"))[0]["response"]["body"] == "base64:/wA="


def test_ids_are_in_the_order_of_sending_and_name_the_worker(tmp_path: Path) -> None:
    alone, worker = RunFolder(tmp_path, REDACTOR), RunFolder(tmp_path, REDACTOR, "gw1")
    ids = [alone.next_id(), alone.next_id(), worker.next_id()]
    assert (ids, alone.count, worker.count) == (["1", "2", "gw1-1"], 2, 1)
    alone.close()
    worker.close()


def test_the_last_exchanges_are_at_hand(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, REDACTOR)
    for _ in range(runfile.RECENT + 1):
        run.write(exchange())
    run.close()
    assert len(run.recent) == runfile.RECENT


def test_the_ledger_lists_what_is_left_the_last_first(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, REDACTOR)
    for name in "abc":
        run.made("klanten", name)
    run.gone("b")
    run.gone("never made")
    assert runfile.leftovers(tmp_path) == [("klanten", "c"), ("klanten", "a")]  # also while the run goes on
    run.close()
    runfile.tick_off(tmp_path, "c")
    assert runfile.leftovers(tmp_path) == [("klanten", "a")]
    assert (tmp_path / "ledger.jsonl").read_text("utf-8").count("\n") == 5


def test_a_line_that_was_cut_off_by_a_crash_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").write_text('{"made": "a", "api": "klanten"}\n{"made": "b", "a', "utf-8")
    assert runfile.leftovers(tmp_path) == [("klanten", "a")]


def test_workers_are_merged_into_one_file(tmp_path: Path) -> None:
    for worker in ("", "gw0", "gw1"):
        run = RunFolder(tmp_path, REDACTOR, worker)
        run.write(exchange())
        run.made("klanten", f"u{worker}")
        run.close()
    runfile.merge_workers(tmp_path)
    assert runfile.count_exchanges(tmp_path) == 3
    assert [path.name for path in tmp_path.glob("exchanges*")] == ["exchanges.jsonl"]
    assert len(runfile.leftovers(tmp_path)) == 3


def test_a_json_file_is_written_whole(tmp_path: Path) -> None:
    runfile.write_json(tmp_path / "run.json", {"é": 1})
    assert runfile.read_run(tmp_path) == {"é": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize(("text", "says"), [(None, "does not exist"), ("{", "cannot be read")])
def test_a_run_that_cannot_be_read_is_told(text: str | None, says: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "run.json").write_text(text, "utf-8")
    with pytest.raises(RunError, match=says):
        runfile.read_run(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "exchanges.jsonl").mkdir()
    with pytest.raises(RunError, match="cannot be written"):
        RunFolder(tmp_path, REDACTOR)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(RunError, match="cannot be written"):
        RunFolder(tmp_path / "file", REDACTOR)
