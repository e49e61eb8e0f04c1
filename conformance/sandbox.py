"""Finds the reference suppliers, which know nothing of this package, and serves one on loopback."""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from conformance.errors import ConfigurationError, ProfileError, did_you_mean
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


@contextmanager
def served(
    profile: str, *, port: int = 0, mutant: str | None = None, variant: str | None = None, timeout: float = 5
) -> Iterator[dict[str, Any]]:
    """Serve a reference supplier on loopback and give the target file for it, with room for the neighbours."""
    suppliers, named = fixtures(), {"mutant": mutant, "variant": variant}
    row, neighbours = _row(known(profile), named), f"http://127.0.0.1:{_free(0)}"
    application = suppliers.supplier(profile, neighbours_url=neighbours, timeout=timeout, **named)
    with ExitStack() as stack:
        root, parts = stack.enter_context(suppliers.secured(application, row, _free(port))) or ("", {})
        if parts and not root:
            raise ProfileError(row.name, "takes certificates from a proxy, which a sandbox is without")
        root = root or stack.enter_context(suppliers.serve(application, port=port))
        yield suppliers.target(profile, root, neighbours=neighbours, parts=parts, **named)


def _free(port: int) -> int:
    """Give a port that can be listened on, this one unless it is 0."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind(("127.0.0.1", port))
        except OSError as fault:
            raise ConfigurationError(f"127.0.0.1:{port}", str(fault), "choose another --port") from fault
        return int(free.getsockname()[1])


def _row(profile: str, named: dict[str, str | None]) -> Any:
    """Find the mutant or the variant that is named; None when none is."""
    suppliers = fixtures()
    for kind, rows in (("mutant", suppliers.mutants), ("variant", suppliers.variants)):
        names = [row.name for row in rows(profile)]
        if (name := named[kind]) and name not in names:
            raise ProfileError(profile, f"has no {kind} '{name}'", did_you_mean(name, names))
    return suppliers.chosen(profile, **named)
