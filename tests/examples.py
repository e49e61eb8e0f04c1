"""Writes the example reports: a supplier that passes, one that fails, and one that explains its failures."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import fixtures
from conformance import profile as profiles
from conformance.report import write
from tests.matrix import PLUGINS, ROOT, Embedded

FOLDER = ROOT / "reports" / "examples"
FILES = ("report.nl.html", "report.en.html", "run.json")
MOMENT, DAY = "2026-01-01T00:00:00Z", "2026-06-30"
DIGEST = "0" * 64
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TAG = re.compile(r"\b[0-9a-f]{32}\b")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
DATE = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")
PORT = re.compile(r"127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Example:
    """A supplier to judge by an excerpt of its standard, and the failures that it explains."""

    name: str
    mutant: str | None = None
    waived: tuple[str, ...] = ()


# An excerpt keeps the examples small, and the same when other rows change.
ROWS = {
    "klanten": frozenset(
        {"KL-OAS-001", "KL-OAS-002", "KL-POST-001", "KL-UNIQ-001", "KL-UNIQ-002", "KL-AUTH-001", "KL-AUTH-002"}
        | {"COM-OAS-001", "COM-AUTH-001", "COM-AUTH-007", "COM-ERR-001", "COM-PAGE-001", "COM-QRY-001", "COM-TLS-001"}
    ),
    "contactmomenten": frozenset(
        {"CM-POST-001", "CM-POST-002", "CM-CHAIN-001", "CM-CHAIN-003", "CM-ORD-001", "CM-AUTH-001", "CM-AUTH-002"}
        | {"COM-ERR-001", "COM-ERR-003", "COM-TLS-001"}
    ),
    "verwerkingenlogging": frozenset(
        {"VL-G-ERR-001", "VL-W-POST-001", "VL-W-POST-003", "VL-W-READ-001", "VL-W-LIST-001", "VL-W-PUT-001"}
        | {"VL-W-DEL-001", "VL-R-LIST-001", "VL-VAR-LIST-001"}
    ),
    "iam": frozenset(
        {
            "IAM-RS-AUTH-002",
            "IAM-RS-AUTH-003",
            "IAM-RS-AUTH-004",
            "IAM-RS-SCOPE-001",
            "IAM-RS-ERR-001",
            "IAM-ZGW-JWT-001",
        }
        | {"IAM-ZGW-JWT-002", "IAM-ZGW-JWT-004", "IAM-TLS-001", "IAM-RS-PEP-018", "IAM-AC-001"}
    ),
    "autorisaties": frozenset(f"IAM-AC-{number:03}" for number in (1, 2, 3, 5, 6, 7, 11, 12, 14, 16, 22, 29, 30)),
}
EXAMPLES = {
    "klanten": (
        Example("passing"),
        Example("failing", "ForgetsScopeOfKlantList"),
        Example("waived", "AnswersErrorsAsJson", ("COM-ERR-001",)),
    ),
    "contactmomenten": (
        Example("passing"),
        Example("failing", "ForgetsScopeOfContactmomentList"),
        Example("waived", "AnswersErrorsAsJson", ("COM-ERR-001",)),
    ),
    "verwerkingenlogging": (
        Example("passing"),
        Example("failing", "Creates200"),
        Example("waived", "SendsErrorsAsJson", ("VL-G-ERR-001",)),
    ),
    "autorisaties": (
        Example("passing"),
        Example("failing", "CreatesWithoutRights"),
        Example("waived", "CountsAsText", ("IAM-AC-005",)),
    ),
    "iam": (
        Example("passing"),
        Example("failing", "OpensHead"),
        Example("waived", "OpensAudittrail", ("IAM-RS-AUTH-003",)),
    ),
}


def excerpt(profile: str, folder: Path) -> Path:
    """Copy a profile with only the rows of the examples, and say in its title that it is an excerpt."""
    loaded = profiles.load(profile)
    for part in (loaded, *loaded.includes):
        copy = folder / part.name
        shutil.copytree(part.folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        row = yaml.safe_load((copy / "profile.yaml").read_text("utf-8"))
        if part is loaded:
            row["title"] = {"nl": f"{row['title']['nl']} (uittreksel)", "en": f"{row['title']['en']} (excerpt)"}
        row["themes"] = [theme for theme in row["themes"] if _kept(copy, theme["name"], ROWS.get(profile))]
        (copy / "profile.yaml").write_text(yaml.safe_dump(row, sort_keys=False), encoding="utf-8")
    return folder / profile


def _kept(folder: Path, theme: str, wanted: frozenset[str] | None) -> bool:
    path = folder / "requirements" / f"{theme}.yaml"
    rows = [row for row in yaml.safe_load(path.read_text("utf-8")) if wanted is None or row["id"] in wanted]
    path.write_text(yaml.safe_dump(rows, sort_keys=False), encoding="utf-8")
    if not rows:
        path.unlink()
    return bool(rows)


def made(profile: str, example: Example) -> dict[str, bytes]:
    """Judge the supplier of an example and give its reports as they are committed."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _judge(profile, example, folder)
        run = folder / "run"
        _settle(run, f"{profile}-{example.name}")
        for language in ("nl", "en"):
            write(run, language=language, format="html")
        return {name: (run / name).read_bytes() for name in FILES}


def _judge(profile: str, example: Example, folder: Path) -> None:
    os.environ.update(fixtures.environment(profile))
    content = fixtures.target(profile, "http://reference.test")
    if example.waived:
        content["waivers"] = "waivers.yaml"
        (folder / "waivers.yaml").write_text(yaml.safe_dump({"waivers": list(_waivers(example))}), encoding="utf-8")
    target = folder / "target.yaml"
    target.write_text(yaml.safe_dump(content), encoding="utf-8")
    judged = excerpt(profile, folder)
    arguments = [str(judged), f"--rootdir={folder}", "--target", str(target), "--seed", "1"]
    arguments += ["--run-dir", str(folder / "run")]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main([*PLUGINS, *arguments], plugins=[Embedded(fixtures.supplier(profile, mutant=example.mutant))])


def _waivers(example: Example) -> Iterator[dict[str, Any]]:
    end = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=100)
    for requirement in example.waived:
        yield {
            "requirement": requirement,
            "reason": "Vanaf versie 1.1 doen wij dit goed. Die komt in het voorjaar.",
            "owner": "Productteam Klanten",
            "expires": end,
        }
    yield {"requirement": "KL-*", "reason": "Geen tijd", "owner": "Productteam Klanten", "expires": end}


def _settle(run: Path, name: str) -> None:
    """Take out what differs from run to run: moments, durations, ports, digests, tags and identifiers."""
    names: dict[str, str] = {}

    def settled(text: str) -> str:
        text = DATE.sub("Thu, 01 Jan 2026 00:00:00 GMT", TIME.sub(MOMENT, text))
        text = UUID.sub(lambda found: names.setdefault(found.group(), _numbered(len(names))), text)
        text = TAG.sub(lambda found: names.setdefault(found.group(), f"{len(names):032x}"), text)
        return PORT.sub("127.0.0.1:9010", text)

    lines = settled((run / "exchanges.jsonl").read_text(encoding="utf-8")).rstrip("\n").split("\n")
    rows = [json.loads(line, object_hook=_without_seconds) for line in lines]
    record = json.loads(settled((run / "run.json").read_text(encoding="utf-8")), object_hook=_without_seconds)
    record |= {"number": name, "started": MOMENT, "finished": MOMENT}
    record["target"]["digest"] = DIGEST
    for profile in record["profiles"]:
        profile["register"] = DIGEST
        if profile["corpus"]:
            profile["corpus"]["sha256"] = DIGEST
    text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (run / "exchanges.jsonl").write_text(text, encoding="utf-8")
    (run / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _without_seconds(value: dict[str, Any]) -> dict[str, Any]:
    timed: dict[str, Any] = {
        name: 0 for name in ("seconds", "elapsed", "waited", "median", "most") if value.get(name) is not None
    }
    if value.get("expires"):
        timed["expires"] = DAY
    if "slowest" in value:
        timed["slowest"] = []
    return value | timed


def _numbered(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def main() -> None:
    """Write all examples."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for profile, examples in EXAMPLES.items():
        for example in examples:
            folder = FOLDER / f"{profile}-{example.name}"
            folder.mkdir(parents=True)
            for name, content in made(profile, example).items():
                (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
