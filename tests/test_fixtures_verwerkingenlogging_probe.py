"""Each mistake of a log shows: a fixed series of requests is answered otherwise than by the reference."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import fixtures
from tests.fixtures_verwerkingenlogging import PROFILE, Caller
from tests.fixtures_verwerkingenlogging_steps import SECTIONS, Step, steps

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NOW = re.compile(r"20(?:2[5-9]|[3-9]\d)-\d\d-\d\dT[0-9:]+(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_HEADERS = ("API-version", "Location", "ETag", "X-Personen")


class Transcript:
    """What a supplier answers, with identifiers and moments made comparable."""

    def __init__(self, **settings: Any) -> None:
        self.caller = Caller(page_size=4, **settings)
        self.known: dict[str, str] = {}
        self.seen: dict[str, str] = {}
        self.moments: dict[str, str] = {}

    def name(self, found: re.Match[str]) -> str:
        """Return the name of an identifier: its version and its turn."""
        text = found[0].lower()
        return self.seen.setdefault(
            text, f"<{text[14]}{'0' if text.startswith('00000000-0') else ''}:{len(self.seen)}>"
        )

    def moment(self, found: re.Match[str]) -> str:
        """Return the form of a moment of now, and whether it was seen before."""
        turn = self.moments.setdefault(found[0], f"{len(self.moments)}")
        return f"<now {turn} {'f' if found[1] else ''}{found[2]}>"

    def plain(self, text: str) -> str:
        """Return a text in which nothing differs by chance."""
        return _NOW.sub(self.moment, _UUID.sub(self.name, text))

    def fill(self, value: Any) -> Any:
        """Return what is sent, with what earlier answers gave."""
        if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
            kept = self.known.get(value[1:-1], "nothing")
            return json.loads(kept) if kept[:1] in "{[" else kept
        if isinstance(value, dict) and "<" in value:
            return {**(self.fill(value["<"]) or {}), **{name: self.fill(v) for name, v in value.items() if name != "<"}}
        if isinstance(value, dict):
            return {name: self.fill(part) for name, part in value.items()}
        return [self.fill(part) for part in value] if isinstance(value, list) else value

    def answer(self, step: Step) -> str:
        """Send one step and return what came back."""
        path = re.sub(r"<(\w+)>", lambda found: self.known.get(found[1], "/nothing"), step.path)
        body = self.fill(step.body)
        sent = {"data": body, "content_type": step.media_type} if isinstance(body, bytes) else {"body": body}
        headers = {name: value.replace("{tag}", self.known.get("tag", "")) for name, value in step.headers.items()}
        response = self.caller.send(step.method, path, who=step.who, headers=headers, **sent)
        self.known["tag"] = response.headers.get("ETag", self.known.get("tag", ""))
        text = response.get_data(as_text=True)
        if step.keep:
            self.keep(step.keep, response)
        told = [f"{name}: {response.headers.get(name)}" for name in _HEADERS]
        return self.plain(f"{response.status_code} {step} {response.mimetype} {told} {text}")

    def keep(self, name: str, response: Any) -> None:
        """Remember the address, the body and the objects of what was made."""
        body = response.get_json(silent=True)
        if not isinstance(body, dict):
            return
        self.known |= {name: str(body.get("url") or body.get("next")), f"{name}_body": json.dumps(body)}
        things = body.get("verwerkteObjecten") or [{}]
        if isinstance(things, list) and isinstance(things[0], dict):
            self.known[f"{name}_thing"] = str(things[0].get("url"))
            self.known[f"{name}_id"] = str(body.get("actieId"))
            self.known[f"{name}_thing_id"] = str(things[0].get("verwerktObjectId"))

    def lines(self, section: str) -> Iterator[str]:
        """Give the answer to each step of a section."""
        yield from map(self.answer, steps(section))


HINTS = {
    "VL-G-AUTH": ["access"],
    "VL-G-ERR": ["values", "protocol", "access"],
    "VL-G-PAG": ["pages", "search"],
    "VL-G-": ["protocol"],
    "VL-W-POST": ["values", "lenient", "access"],
    "VL-W-LIST": ["search", "levels"],
    "VL-W-READ": ["levels", "protocol"],
    "VL-W-PUT": ["put", "values", "levels"],
    "VL-W-PATCH": ["patch", "levels"],
    "VL-W-DEL": ["delete"],
    "VL-R-": ["inzage", "levels", "search"],
    "VL-VAR": ["register"],
}


def likely(idents: frozenset[str]) -> list[str]:
    """Return every section, those first that are likely to show what breaks these requirements."""
    hinted = [
        name for prefix, names in HINTS.items() if any(one.startswith(prefix) for one in idents) for name in names
    ]
    return list(dict.fromkeys([*hinted, *SECTIONS]))


@cache
def reference(section: str) -> tuple[str, ...]:
    """Return what the reference answers in a section."""
    return tuple(Transcript().lines(section))


@pytest.mark.parametrize("section", SECTIONS)
def test_the_reference_answers_the_same_twice(section: str) -> None:
    assert tuple(Transcript().lines(section)) == reference(section)
    assert [line for line in reference(section) if line.startswith("5")] == []


LOGS = [
    mutant
    for mutant in fixtures.mutants(PROFILE)
    if (mutant.breaker or mutant.settings) and not all("-H-" in one for one in mutant.kills | mutant.warns)
]


@pytest.mark.parametrize("name", [mutant.name for mutant in LOGS])
def test_a_mistake_shows(name: str) -> None:
    mutant = next(mutant for mutant in fixtures.mutants(PROFILE) if mutant.name == name)
    shown = (
        any(one != other for one, other in zip(Transcript(mutant=name).lines(section), reference(section), strict=True))
        for section in likely(mutant.kills | mutant.warns)
    )
    assert any(shown), f"{name} answers as the reference does"
