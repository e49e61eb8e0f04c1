"""Checks on values that only one resource may have."""

from __future__ import annotations

from conformance.api import Api
from conformance.reply import problem


def unique_together(api: Api, *, resource: str, members: list[str]) -> None:
    """A second resource with the same values for these members is refused."""
    first = api.create(resource)
    again = api.sample(resource, **{name: first[name] for name in members})
    api.post(resource, again).expects(problem(400))
    api.create(resource)
