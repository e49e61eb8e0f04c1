"""A reply and what can be claimed of it; every claim that does not hold becomes a finding."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.errors import Mismatch
from conformance.jsonvalue import differences, equal, is_empty, leaves, member_of, shown
from conformance.model import Finding, Json, Severity, Text, same


@dataclass
class Trace:
    """What one check has seen so far."""

    exchanges: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Reply:
    """An answer of the target, with the means to ask again while it settles."""

    exchange: str
    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    trace: Trace
    again: Callable[[], Iterator[Reply]]

    @cached_property
    def json(self) -> Json:
        """The body as JSON; None when it is not JSON, or is nested beyond reading."""
        try:
            value = json.loads(self.body)
            # Half a surrogate pair is a letter that nobody can write down again, so it becomes a question mark.
            return _writable(value) if _HALF.search(self.body) else value
        except (ValueError, RecursionError):
            return None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def ok(self) -> bool:
        """Whether the status is in the 200 range."""
        return 200 <= self.status < 300

    def __getitem__(self, member: str) -> Json:
        """Give a member of the body; None when there is none."""
        return member_of(self.json, member)

    def findings(self, claims: Iterable[Claim]) -> list[Finding]:
        """List what does not hold of this reply."""
        return [Finding(*found[:3], self.exchange, found[3]) for claim in claims for found in claim(self)]

    def expects(self, *claims: Claim, status: int | tuple[int, ...] | None = None) -> Reply:
        """Raise a Mismatch with everything that does not hold; a reading is repeated while the target settles."""
        return self._judged(claims, status, None)

    def prefers(self, *claims: Claim, status: int | tuple[int, ...] | None = None) -> Reply:
        """Note as a warning what does not hold: a reading that the ruling tolerates."""
        return self._judged(claims, status, Severity.WARNING)

    def notes(self, *claims: Claim, status: int | tuple[int, ...] | None = None) -> Reply:
        """Note without judging what does not hold."""
        return self._judged(claims, status, Severity.NOTE)

    def _judged(
        self, claims: tuple[Claim, ...], status: int | tuple[int, ...] | None, severity: Severity | None
    ) -> Reply:
        wanted = claims if status is None else (has_status(status), *claims)
        reply, found = self, self.findings(wanted)
        if found:
            for reply in self.again():
                found = reply.findings(wanted)
                if not found:
                    break
        if severity is not None:
            found = [Finding(f.what, f.expected, f.actual, f.exchange, severity) for f in found]
        failures = [f for f in found if f.severity is Severity.FAILURE]
        self.trace.findings.extend(f for f in found if f.severity is not Severity.FAILURE)
        if failures:
            raise Mismatch(failures)
        return reply


_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def _writable(value: Json) -> Json:
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


Found = tuple[Text, Text, Text, Severity]
Claim = Callable[[Reply], Iterator[Found]]


def found(what: Text, expected: Text, actual: Text, severity: Severity = Severity.FAILURE) -> Found:
    """Make one finding of a claim."""
    return what, expected, actual, severity


def has_status(wanted: int | tuple[int, ...]) -> Claim:
    """Claim that the status is one of these."""
    codes = (wanted,) if isinstance(wanted, int) else wanted

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status not in codes:
            nl, en = " of ".join(map(str, codes)), " or ".join(map(str, codes))
            yield found(Text("status van het antwoord", "status of the answer"), Text(nl, en), same(str(reply.status)))

    return claim


def no_server_error() -> Claim:
    """Claim that the server did not break."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status >= 500:
            wanted = Text("geen serverfout (status onder 500)", "no server error (status below 500)")
            yield found(Text("status van het antwoord", "status of the answer"), wanted, same(str(reply.status)))

    return claim


def member(path: str, value: Json) -> Claim:
    """Claim that the member at a dotted path has this value."""

    def claim(reply: Reply) -> Iterator[Found]:
        actual = member_of(reply.json, path)
        if not equal(actual, value):
            yield found(Text(f"waarde van {path}", f"value of {path}"), same(shown(value)), same(shown(actual)))

    return claim


def members(body: Mapping[str, Json]) -> Claim:
    """Claim that everything in `body` is in the reply with the same value; more may be there."""

    def claim(reply: Reply) -> Iterator[Found]:
        for path, value in leaves(body):
            yield from member(path, value)(reply)

    return claim


def equals(body: Json) -> Claim:
    """Claim that the whole body has this JSON value."""

    def claim(reply: Reply) -> Iterator[Found]:
        for path, wanted, actual in differences(body, reply.json):
            yield found(Text(f"waarde van {path}", f"value of {path}"), same(shown(wanted)), same(shown(actual)))

    return claim


def empty(path: str) -> Claim:
    """Claim that a member has no value: absent, null, "", [] or an object of which all members are empty."""

    def claim(reply: Reply) -> Iterator[Found]:
        actual = member_of(reply.json, path)
        if not is_empty(actual):
            yield found(
                Text(f"waarde van {path}", f"value of {path}"), Text("geen waarde", "no value"), same(shown(actual))
            )

    return claim


def header(name: str, value: str | None = None) -> Claim:
    """Claim that a header is there, or has exactly this value."""

    def claim(reply: Reply) -> Iterator[Found]:
        actual = reply.headers.get(name)
        if not actual or (value is not None and actual != value):
            wanted = same(value) if value else Text("aanwezig en niet leeg", "present and not empty")
            yield found(Text(f"header {name}", f"header {name}"), wanted, _shown_header(actual))

    return claim


def no_header(name: str) -> Claim:
    """Claim that a header is not there."""

    def claim(reply: Reply) -> Iterator[Found]:
        if name in reply.headers:
            yield found(same(f"header {name}"), Text("afwezig", "absent"), _shown_header(reply.headers[name]))

    return claim


def media_type(*wanted: str) -> Claim:
    """Claim that the body has one of these media types, with any parameters."""

    def claim(reply: Reply) -> Iterator[Found]:
        actual = reply.headers.get("Content-Type", "")
        if actual.split(";")[0].strip().lower() not in wanted:
            yield found(
                same("header Content-Type"), Text(" of ".join(wanted), " or ".join(wanted)), _shown_header(actual)
            )

    return claim


def no_body() -> Claim:
    """Claim that nothing follows the headers."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.body:
            yield found(
                Text("inhoud van het antwoord", "body of the answer"), Text("leeg", "empty"), same(shown(reply.text))
            )

    return claim


def holds(what: Text, expected: Text, actual: Callable[[Reply], Any], test: Callable[[Any], bool]) -> Claim:
    """Claim that a value read from the reply passes a test."""

    def claim(reply: Reply) -> Iterator[Found]:
        try:
            value = actual(reply)
            fine = test(value)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            value, fine = member_of(reply.json, ""), False
        if not fine:
            yield found(what, expected, same(shown(value)))

    return claim


def problem(status: int | tuple[int, ...], name: str | None = None) -> Claim:
    """Claim a refusal with this status that, when it lists members, names this one.

    The form of the body is judged once, in COM-ERR-001 to 004. Another notation of the name that still contains the
    last part of it, or names the member around it, is a warning (COM-ERR-005).
    """

    def claim(reply: Reply) -> Iterator[Found]:
        yield from has_status(status)(reply)
        names = invalid_names(reply.json)
        if name is None or not names or name in names or any(_same_name(name, one) for one in names):
            return
        severity = Severity.WARNING if any(_contains_name(name, one) for one in names) else Severity.FAILURE
        what = Text("namen in invalidParams", "names in invalidParams")
        yield found(what, same(name), same(", ".join(names)), severity)

    return claim


def invalid_names(body: Json) -> list[str]:
    """List the names in invalidParams."""
    rows = body.get("invalidParams") if isinstance(body, dict) else None
    return [str(row.get("name", "")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _shown_header(value: str | None) -> Text:
    return same(value) if value else Text("geen", "none")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _same_name(wanted: str, actual: str) -> bool:
    return wanted == actual or actual.startswith(f"{wanted}.") or ("." in wanted and _plain(wanted) == _plain(actual))


def _contains_name(wanted: str, actual: str) -> bool:
    around = wanted.startswith(f"{actual}.") and bool(actual)
    return around or _plain(wanted.rpartition(".")[2]) in _plain(actual)
