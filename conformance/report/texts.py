"""The words of the reports, in Dutch and in English."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from conformance.model import Json

LANGUAGES = ("nl", "en")
_BOTH = frozenset(LANGUAGES)


@cache
def texts(language: str) -> Json:
    """Give the table of texts in one language."""
    return spoken(table(), language)


def table() -> Json:
    """Read the table with every text in both languages."""
    return yaml.safe_load(resources.files(__package__).joinpath("texts.yaml").read_text("utf-8"))


def spoken(value: Json, language: str) -> Json:
    """Replace every pair of a Dutch and an English text in a value by the one in the language."""
    if isinstance(value, dict):
        if value.keys() == _BOTH:
            return value[language]
        return {key: spoken(member, language) for key, member in value.items()}
    return [spoken(member, language) for member in value] if isinstance(value, list) else value


def number(value: int, language: str) -> str:
    """Write a whole number with the separator of the language."""
    return f"{value:,}".replace(",", "." if language == "nl" else ",")


def date(value: str, language: str) -> str:
    """Write a moment as a day and a time in UTC."""
    moment = datetime.fromisoformat(value).astimezone(UTC)
    month = texts(language)["months"][moment.month - 1]
    return f"{moment.day} {month} {moment.year}, {moment:%H:%M} UTC"


def day(value: str, language: str) -> str:
    """Write a day."""
    year, month, number_of_day = value.split("-")
    return f"{int(number_of_day)} {texts(language)['months'][int(month) - 1]} {year}"


def duration(seconds: float | None, language: str) -> str:
    """Write a duration in milliseconds, or in seconds when it is a second or more."""
    if seconds is None:
        return "–"
    value, unit = (f"{seconds:.1f}", "s") if seconds >= 1 else (f"{seconds * 1000:.1f}", "ms")
    return f"{value.replace('.', ',') if language == 'nl' else value} {unit}"
