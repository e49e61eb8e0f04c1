"""The template environment: escaped, strict, and in one language."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance.report.bar import ORDER, segments
from conformance.report.texts import date, day, duration, number, texts
from conformance.report.wire import cut, visible

if TYPE_CHECKING:
    from conformance.model import Json

SHORT = 300
_MARKUP = re.compile(r"[\\`*_\[\]#|~:@]|(?<=www)\.", re.IGNORECASE)


@cache
def environment(language: str) -> Environment:
    """Make the environment in which every value is made visible and escaped."""
    made = Environment(
        loader=PackageLoader("conformance.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    table = texts(language)
    made.globals.update(t=table, language=language, statuses=ORDER, segments=segments)
    made.tests["has"] = lambda container, one: one in container
    made.filters.update(
        number=partial(number, language=language),
        date=partial(date, language=language),
        day=partial(day, language=language),
        duration=partial(duration, language=language),
        counted=partial(counted, table=table, language=language),
        fill=fill,
        markdown=markdown,
        setting=partial(setting, table=table),
        settings=settings,
        short=lambda text: cut(text, SHORT).text,
        tolerated=tolerated,
    )
    return made


def tolerated(row: Json) -> str:
    """Tell of a row with a ruling whether this run met a reading that is at most a warning: seen, unseen or open."""
    if any(finding["severity"] == "warning" for outcome in row["outcomes"] for finding in outcome["findings"]):
        return "seen"
    return "unseen" if row["status"] in {"passed", "warning", "failed", "waived"} else "open"


def page(template: str, language: str, **values: object) -> bytes:
    """Fill in a template."""
    return (environment(language).get_template(template).render(values).strip() + "\n").encode()


def asset(name: str) -> Markup:
    """Read one of our own files that goes into the page as it is."""
    return Markup(resources.files(__package__).joinpath(name).read_text("utf-8"))  # noqa: S704 (our own file)


def digest(content: str) -> str:
    """Give the hash by which a content security policy allows an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def counted(count: int, noun: str, *, table: Json, language: str) -> str:
    """Write a number with its noun, in the singular or the plural."""
    form = "one" if count == 1 else "many"
    return str(table[f"{noun}_{form}"].format(n=number(count, language)))


def fill(text: str, **values: object) -> str:
    """Put values in the holes of a text."""
    return text.format(**values)


def markdown(text: str) -> str:
    """Write a text on one line in which nothing is markup, a mention or a link."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(cut(text).text.split()))


def setting(value: Json, *, table: Json) -> str:
    """Write the value of a setting."""
    if value is None or isinstance(value, bool):
        return str(table["yes_" if value else "no_"] if value is not None else table["none"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def settings(target: Json) -> list[tuple[str, Json]]:
    """List every setting of a target with its dotted name; a run of an older suite knows only some of them."""
    known = {key: target[key] for key in ("apis", "pace", "safety", "neighbours")}
    return list(_flat("", target.get("settings", known)))


def _flat(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    if not isinstance(value, dict):
        yield name, value
        return
    for key in sorted(value):
        yield from _flat(f"{name}.{key}" if name else key, value[key])


def _finalized(value: object) -> object:
    return value if isinstance(value, Markup) else visible(str(value))
