"""Writes the example reports: the reference supplier of each standard, and one with a mistake."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import fixtures
from conformance.report import write
from tests.matrix import Subject, built, judged

ROOT = Path(__file__).parent.parent
MOMENT = "2026-01-01T00:00:00Z"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
MISTAKES = {"klanten": "AcceptsDuplicateKlantnummer"}


def examples(profile: str) -> None:
    """Write the examples of one standard."""
    _example(Subject(profile), f"{profile}-reference")
    if MISTAKES.get(profile) in {mutant.name for mutant in fixtures.mutants(profile)}:
        _example(Subject(profile, "mutant", MISTAKES[profile]), f"{profile}-mistake")


def _example(subject: Subject, name: str) -> None:
    folder = ROOT / "reports" / "examples" / name
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        judged(subject, Path(temporary))
        run = Path(temporary) / "run"
        _settle(run, name)
        for language in ("nl", "en"):
            write(run, language=language, format="html", out=folder)
        shutil.copy(run / "run.json", folder)


def _settle(run: Path, name: str) -> None:
    """Take out what differs from run to run: moments, durations and identifiers that the server chose."""
    names: dict[str, str] = {}

    def settled(text: str) -> str:
        text = TIME.sub(MOMENT, text)
        return UUID.sub(lambda found: names.setdefault(found.group(), _numbered(len(names))), text)

    record = json.loads(settled((run / "run.json").read_text(encoding="utf-8")), object_hook=_without_seconds)
    record |= {"number": name, "started": MOMENT, "finished": MOMENT}
    (run / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    lines = settled((run / "exchanges.jsonl").read_text(encoding="utf-8")).rstrip("\n").split("\n")
    rows = [json.loads(line, object_hook=_without_seconds) for line in lines]
    text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (run / "exchanges.jsonl").write_text(text, encoding="utf-8")


def _without_seconds(value: dict[str, Any]) -> dict[str, Any]:
    return value | {"seconds": 0} if "seconds" in value else value


def _numbered(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def main() -> None:
    """Write all examples."""
    for profile in built():
        examples(profile)


if __name__ == "__main__":
    main()
