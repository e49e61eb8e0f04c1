"""Everything that can go wrong, and whose it is.

Loading raises `ProfileError` and `TargetError` (exit 3), reading a run folder `RunError` (exit 3). A check raises
`Mismatch` (the supplier), `Blocked` (the situation could not be made) or `NotApplicable`. Any other exception is our
own fault (exit 4).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conformance.model import Finding, Text


class ConfigurationError(Exception):
    """What the user wrote cannot be used; says where, what, and what would be right."""

    def __init__(self, where: str | Path, what: str, remedy: str = "") -> None:
        self.where, self.what, self.remedy = str(where), what, remedy
        super().__init__(f"{where}: {what}" + (f"; {remedy}" if remedy else ""))


class ProfileError(ConfigurationError):
    """A profile folder does not say what a profile must say."""


class TargetError(ConfigurationError):
    """A target file cannot be used as it stands."""


class RunError(ConfigurationError):
    """A run folder is absent, damaged or in use."""


class Mismatch(Exception):
    """The target does something else than the requirement demands; carries every finding."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.what.en}: expected {f.expected.en}, got {f.actual.en}" for f in self.findings))


class Blocked(Exception):
    """The situation that the check needs could not be made, so nothing can be said."""

    def __init__(self, nl: str, en: str) -> None:
        self.reason = Text(nl, en)
        super().__init__(en)


class Arranged(dict[str, Any]):
    """What a target answered while a situation was made; a member that it lacks blocks whoever needs it."""

    def __missing__(self, name: str) -> Any:
        """Say which member is missing."""
        nl = f"Het antwoord heeft geen {name}; dat beoordelen andere rijen."
        raise Blocked(nl, f"The answer has no {name}; other rows judge that.")


class NotApplicable(Exception):
    """The requirement does not bind this target."""

    def __init__(self, nl: str, en: str) -> None:
        self.reason = Text(nl, en)
        super().__init__(en)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the known word nearest to a misspelt one, or list what is known."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known are {', '.join(names[:12])}" if names else "nothing is known here"
