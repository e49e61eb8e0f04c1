"""Finds the reference suppliers, which know nothing of this package, and serves one on loopback."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from conformance.errors import ProfileError, did_you_mean
from conformance.profile import ROOT

NAME = "conformance_fixtures"


def fixtures() -> ModuleType:
    """Import the folder of the reference suppliers under a name of its own."""
    if NAME in sys.modules:
        return sys.modules[NAME]
    path = ROOT / "fixtures" / "__init__.py"
    spec = importlib.util.spec_from_file_location(NAME, path, submodule_search_locations=[str(path.parent)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    spec.loader.exec_module(module)
    return module


def known(profile: str) -> str:
    """Give the name of a profile that has a reference supplier, or say which have."""
    names = fixtures().profiles()
    if profile not in names:
        raise ProfileError(profile, "has no reference supplier", did_you_mean(profile, names))
    return profile
