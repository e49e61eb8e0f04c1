"""Tests of writing an exchange as a curl command."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from conformance.model import Json
from conformance.report.curl import curl
from tests.samples_run import exchange

BASH = shutil.which("bash")
HOSTILE = [
    "it's",
    "$(touch stolen) `touch stolen` \"; touch stolen; '",
    "a\\'b\\",
    "line 1\nline 2\n",
    "a\u202eb\u2066'\\ é",
    "bel\x07 esc\x1b",
    "@/etc/passwd",
    "!history *?[x] ~",
]


def arguments(command: str, folder: Path) -> list[str]:
    """Let a shell read the command and give what curl would receive."""
    script = f"""TOKEN=secret; curl() {{ printf '%s\\0' "$@"; }}; {command}"""
    assert BASH
    done = subprocess.run([BASH, "-c", script], cwd=folder, capture_output=True, check=True)
    assert not list(folder.iterdir())
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@pytest.mark.parametrize("body", HOSTILE)
def test_a_body_reaches_curl_unchanged(tmp_path: Path, body: str) -> None:
    assert arguments(curl(exchange("1", body=body)), tmp_path)[-2:] == ["--data-raw", body]


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@pytest.mark.parametrize("url", ["https://example.nl/a'b?x=$(id)&y=1;z", "https://example.nl/\u202e?q=`id`"])
def test_a_url_reaches_curl_unchanged(tmp_path: Path, url: str) -> None:
    read = arguments(curl(exchange("1", url=url)), tmp_path)
    assert read[read.index("--url") + 1] == url


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ({"Authorization": "Bearer [redacted]"}, "Authorization: Bearer secret"),
        ({"Authorization": "[redacted]"}, "Authorization: Bearer secret"),
        ({"X-Api-Key": "[redacted]"}, "X-Api-Key: secret"),
        ({"X-Name": "it's $HOME"}, "X-Name: it's $HOME"),
        ({"X-Empty": ""}, "X-Empty;"),
    ],
)
def test_a_header_reaches_curl(tmp_path: Path, header: dict[str, str], sent: str) -> None:
    assert arguments(curl(exchange("1", headers=header, body=None)), tmp_path)[-2:] == ["--header", sent]


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        ({"method": "HEAD", "body": None}, "curl --head --url"),
        ({"method": "PATCH"}, "curl --request PATCH --url"),
        ({"url": "https://example.nl/?a[]={x}"}, " --globoff --url"),
        ({"url": "https://example.nl/a/../b"}, " --path-as-is --url"),
        ({"url": "https://example.nl/?token=[redacted]"}, """--url 'https://example.nl/?token='"$TOKEN" """),
        ({"headers": {}}, "--header Content-Type: "),
        ({"headers": {}, "body": ""}, "--data-raw ''"),
    ],
)
def test_the_command_has_what_this_request_needs(request_: Json, part: str) -> None:
    assert part in curl(exchange("1", **request_))


@pytest.mark.parametrize("name", ["Content-Length", "accept-encoding", "Connection"])
def test_a_header_that_curl_sets_itself_is_left_out(name: str) -> None:
    assert name not in curl(exchange("1", headers={name: "1"}))


def test_a_request_without_body_sends_none() -> None:
    assert "--data" not in curl(exchange("1", body=None))


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_a_request_without_a_body_sends_none(method: str) -> None:
    assert "--data-raw" not in curl(exchange("1", method=method, headers={}, body=""))
