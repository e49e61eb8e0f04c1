"""The checks that more than one standard may use, by name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from types import ModuleType


def functions(module: ModuleType) -> dict[str, Callable[..., None]]:
    """Name the checks in a module: its own public functions that take an `api` first."""
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and next(iter(inspect.signature(function).parameters), "") == "api"
    }


CHECKS = {
    name: function
    for found in pkgutil.iter_modules(__path__)
    for name, function in functions(importlib.import_module(f"{__name__}.{found.name}")).items()
}
