"""Joins the rows of a profile to the functions that test them, and refuses what does not fit."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import sys
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from conformance import library
from conformance import profile as profiles
from conformance.errors import ConfigurationError, ProfileError, did_you_mean
from conformance.model import CheckCall, Json, Requirement
from conformance.profile import Profile

Check = Callable[..., None]


@dataclass(frozen=True)
class Bound:
    """One check of one requirement, ready to run."""

    name: str
    requirement: Requirement
    call: CheckCall
    check: Check


def bind(profile: Profile) -> tuple[Bound, ...]:
    """Give every check of a profile in the order of the register; a misfit is a ProfileError with its row."""
    known: dict[tuple[str, ...], dict[str, Check]] = {}
    found: list[Bound] = []
    for row in profile.requirements:
        if row.unbound is None and row.hosts not in known:
            known[row.hosts] = checks_of(profile, row)
        found += _bound_row(profile, row, known.get(row.hosts, {}))
    return tuple(found)


def checks_of(profile: Profile, row: Requirement) -> dict[str, Check]:
    """Give the checks that a row may name: those of its profile, and of the hosts that it is about."""
    return {**_own_checks(_hosts(row)), **library.CHECKS, **_own_checks((*profile.includes, profile))}


def _hosts(row: Requirement) -> list[Profile]:
    return [_shipped(name) for name in row.hosts if name in profiles.shipped()]


@functools.cache
def _shipped(name: str) -> Profile:
    return profiles.load(name)


def _own_checks(parts: Iterable[Profile]) -> dict[str, Check]:
    found: dict[str, Check] = {}
    for part in parts:
        name = f"conformance_profile_{part.name}"
        if (part.folder / "checks.py").is_file():
            found |= library.functions(_imported(part.folder / "checks.py", name))
        elif (part.folder / "checks").is_dir():
            for module in _package(part.folder / "checks", name):
                found |= library.functions(module)
    return found


def _package(folder: Path, name: str) -> Iterator[ModuleType]:
    """Import the modules of a folder as one package, afresh, so that they can import each other by `from .name`."""
    for known in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[known]
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    for path in sorted(path for path in folder.glob("*.py") if path.stem != "__init__"):
        inner = f"{name}.{path.stem}"
        yield sys.modules.get(inner) or _imported(path, inner)


def _imported(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as fault:
        raise ProfileError(
            path, f"cannot be imported: {type(fault).__name__}: {fault}", "correct the module"
        ) from fault
    return module


def _bound_row(profile: Profile, row: Requirement, checks: dict[str, Check]) -> Iterator[Bound]:
    if row.unbound is not None:
        return
    calls = [call for number, call in enumerate(row.checks) for call in _expanded(profile, row, number, call, checks)]
    names = [call.name for call in calls]
    for number, call in enumerate(calls):
        again = f" {names[: number + 1].count(call.name)}" if names.count(call.name) > 1 else ""
        yield Bound(f"{row.id} {call.name}{again}", row, call, checks[call.name])


def _expanded(
    profile: Profile, row: Requirement, number: int, call: CheckCall, checks: dict[str, Check]
) -> Iterator[CheckCall]:
    if call.name not in checks:
        raise _fault(
            profile, row, number, f"names check '{call.name}', which does not exist", did_you_mean(call.name, checks)
        )
    if call.each is None:
        _fit(profile, row, number, call, checks[call.name])
        yield call
        return
    for name, resource in profile.resources.items():
        if call.each in {"collection", resource.role}:
            one = replace(call, arguments={"resource": name, **call.arguments})
            _fit(profile, row, number, one, checks[call.name])
            yield one


def _fit(profile: Profile, row: Requirement, number: int, call: CheckCall, check: Check) -> None:
    hints = typing.get_type_hints(check)
    parameters = {name: p for name, p in inspect.signature(check).parameters.items() if name != "api"}
    for name, value in call.arguments.items():
        if name not in parameters:
            raise _fault(profile, row, number, f"check '{call.name}' takes no '{name}'", did_you_mean(name, parameters))
        misfit = _misfit(value, hints.get(name, Any))
        if misfit:
            raise _fault(profile, row, number, f"'{name}' does not fit: {misfit}", f"found {value!r}")
    missing = [name for name, p in parameters.items() if p.default is p.empty and name not in call.arguments]
    if missing:
        raise _fault(profile, row, number, f"check '{call.name}' needs '{missing[0]}'", f"write '{missing[0]}: …'")
    resource, known = call.arguments.get("resource"), _resources(profile, row)
    if resource is not None and resource not in known:
        raise _fault(profile, row, number, f"'{resource}' is not a resource", did_you_mean(str(resource), known))


def _resources(profile: Profile, row: Requirement) -> set[str]:
    """Name the collections that a row may be about: those of a profile, of what it includes and of the row's hosts."""
    return {name for part in (profile, *profile.includes, *_hosts(row)) for name in part.resources}


def _misfit(value: Json, hint: Any) -> str:
    try:
        TypeAdapter(hint).validate_python(value, strict=True)
    except ValidationError as error:
        return str(error.errors(include_url=False)[0]["msg"])
    return ""


def _fault(profile: Profile, row: Requirement, number: int, what: str, remedy: str) -> ConfigurationError:
    document, index = profile.places[row.id]
    return document.fault([index, "checks", number], what, remedy)
