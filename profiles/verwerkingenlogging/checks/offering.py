"""What a target says of itself that decides what can be asked of it."""

from __future__ import annotations

from conformance import Api, NotApplicable


def writable(log: Api) -> None:
    """Leave out what needs a write when the target file says that the log is part of one application.

    Such a log is judged by what it offers to others, which VL-G-PROFILE-001 states.
    """
    if not offers_writing(log):
        nl = "Het doelbestand zegt dat het log bij één applicatie hoort (declarations, profile: embedded)."
        raise NotApplicable(nl, "The target file says that the log is part of one application (profile: embedded).")


def offers_writing(log: Api) -> bool:
    """Tell whether the target file leaves it open that the log takes actions of others."""
    return bool(log.run.target.row.declarations.get("profile") != "embedded")
