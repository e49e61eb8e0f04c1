"""Checks of a small standard: one for everything that can become of a check."""

from __future__ import annotations

from conformance import Api, Blocked, NotApplicable


def made_and_read(api: Api, *, resource: str) -> None:
    """A resource that was made can be read."""
    made = api.create(resource)
    api.get(made["url"]).expects(status=200)


def answers_with(api: Api, *, resource: str, status: int = 200) -> None:
    """The list answers with this status, while something exists."""
    api.create(resource)
    api.get(resource).expects(status=status)


def rather_answers_with(api: Api, *, resource: str, status: int) -> None:
    """The list preferably answers with this status."""
    api.get(resource).prefers(status=status)


def cannot_be_made(api: Api) -> None:
    """The situation cannot be made."""
    raise Blocked("Dat gaat niet.", "That cannot be done.")


def binds_nobody(api: Api) -> None:
    """The requirement binds nobody."""
    raise NotApplicable("Dat geldt niet.", "That does not apply.")


def breaks(api: Api, *, resource: str) -> None:
    """This function has a mistake, and finds it only after it made something."""
    api.create(resource)
    raise ZeroDivisionError("our own mistake")


def takes_long(api: Api, *, resource: str) -> None:
    """The answer to one request is held up by whoever serves it."""
    made = api.create(resource)
    api.get(made["url"], headers={"X-Hold": "yes"}).expects(status=200)
