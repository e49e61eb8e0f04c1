"""Our contract states the facts of the official description, except where an erratum says otherwise."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
STANDARDS = ROOT.parent / "shared" / "standards"
TEXTS = {"description", "title", "summary", "tags", "example", "examples", "externalDocs"}
PROFILES = sorted({path.parent.name for path in ROOT.glob("profiles/*/contract*.yaml")})
# Schemas that no operation of the official description refers to, and what ours are called.
UNUSED = {
    "natuurlijk_persoon": "KlantNatuurlijkPersoon",
    "niet_natuurlijk_persoon": "KlantNietNatuurlijkPersoon",
    "vestiging": "KlantVestiging",
}
COMPONENTS = {
    "zrcAutorisatie": "ZaakAutorisatie",
    "drcAutorisatie": "DocumentAutorisatie",
    "brcAutorisatie": "BesluitAutorisatie",
}
ASIDE: dict[str, tuple[dict[str, str], ...]] = {
    "klanten": (UNUSED, {name: f"{ours}Invoer" for name, ours in UNUSED.items()}),
    "autorisaties": (COMPONENTS,),
}
# Official descriptions that do not stand in a folder of the same name as our profile.
ELSEWHERE = {"autorisaties": STANDARDS / "iam" / "autorisaties.openapi.yaml"}

pytestmark = pytest.mark.skipif(not STANDARDS.is_dir(), reason="the official descriptions are not here")


@dataclass
class Facts:
    """The leaves of a description by where they are used, and where each node is defined."""

    files: dict[Path, Any] = field(default_factory=dict)
    leaves: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)

    def add(self, node: Any, file: Path, origin: str, use: str) -> None:
        self.sites.setdefault(use, origin)
        node, file, origin = self._followed(node, file, origin)
        self.origins.setdefault(use, origin)
        if not isinstance(node, dict | list):
            self.leaves[use] = node
            return
        for name, child, child_origin in _children(node, origin):
            self.add(child, file, child_origin, f"{use}/{name}" if name else use)

    def at(self, place: str) -> str:
        """Where a use is defined, or would be defined."""
        if place in self.sites:
            return self.sites[place]
        head, tail = place, ""
        while head and head not in self.origins:
            head, _, last = head.rpartition("/")
            tail = f"/{last}{tail}"
        return self.origins.get(head, "#") + tail

    def _followed(self, node: Any, file: Path, origin: str) -> tuple[Any, Path, str]:
        while isinstance(node, dict) and "$ref" in node:
            name, _, pointer = node["$ref"].partition("#")
            file = (file.parent / name).resolve() if name else file
            origin = f"{name or origin.partition('#')[0]}#{pointer}"
            node = self.read(file)
            for step in pointer.split("/")[1:]:
                node = node[step.replace("~1", "/").replace("~0", "~")]
        return node, file, origin

    def read(self, file: Path) -> Any:
        if file not in self.files:
            self.files[file] = yaml.safe_load(file.read_text(encoding="utf-8"))
        return self.files[file]


def _children(node: Any, origin: str) -> Iterator[tuple[str, Any, str]]:
    if isinstance(node, list):
        # Lists in descriptions are sets: what they hold is a fact, where it stands is not.
        for index, one in enumerate(node):
            name = str(index) if isinstance(one, dict) else _spelled(one)
            yield name, one if isinstance(one, dict) else True, f"{origin}/{name}"
        return
    for key, child in node.items():
        if key == "allOf":
            yield from (("", part, f"{origin}/allOf/{index}") for index, part in enumerate(child))
        elif key in ("anyOf", "oneOf"):
            # The first alternative is what the member is; that others are tolerated besides is one fact.
            yield "", child[0], f"{origin}/{key}/0"
            yield key, len(child), f"{origin}/{key}"
        elif key != "examples" and (key not in TEXTS or isinstance(child, dict)):
            yield key, child, f"{origin}/{key}"


def _spelled(one: Any) -> str:
    return json.dumps(one) if one in (None, "") else str(one)


def _facts(path: Path, names: Mapping[str, str]) -> Facts:
    facts = Facts()
    document = facts.read(path.resolve())
    for template, item in document["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                use = f"/paths/{template.replace('/', '~1')}/{method}"
                _add_operation(facts, path.resolve(), item, method, use)
    for name, alias in names.items():
        facts.add({"$ref": f"#/components/schemas/{name}"}, path.resolve(), "", f"/components/schemas/{alias}")
    facts.add(document["components"]["securitySchemes"], path.resolve(), "#/components/securitySchemes", "/security")
    return facts


def _add_operation(facts: Facts, file: Path, item: Mapping[str, Any], method: str, use: str) -> None:
    operation = dict(item[method])
    listed = [*item.get("parameters", []), *operation.pop("parameters", [])]
    facts.add(operation, file, f"#{use}", use)
    for parameter in listed:
        node, at, origin = facts._followed(parameter, file, "#")
        place = f"{use}/parameters/{node['in']}:{node['name']}"
        facts.add(node, at, origin if "$ref" in parameter else f"#{place}", place)


def _contracts(profile: str) -> dict[Path, tuple[str, Path]]:
    """Our contracts, each with what pointers call it and with the official description of the same API."""
    folder = ROOT / "profiles" / profile
    found: dict[Path, tuple[str, Path]] = {}
    for path in sorted(folder.glob("contract*.yaml")):
        api = path.stem.removeprefix("contract").removeprefix("-")
        official = STANDARDS / profile / (f"{api}.openapi.yaml" if api else "openapi.yaml")
        found[path] = (path.name if api else "", ELSEWHERE.get(profile, official))
    return found


def _differences(profile: str) -> dict[str, str]:
    """The outermost place of every difference by use, with where our contracts define it or would define it."""
    found: dict[str, str] = {}
    for path, (name, official) in _contracts(profile).items():
        for use, origin in _different(profile, path, official).items():
            found[f"{name}#{use}"] = f"{name}{origin}" if origin.startswith("#") else origin
    return found


def _different(profile: str, path: Path, official: Path) -> dict[str, str]:
    aside = ASIDE.get(profile, ({},))
    ours = _facts(path, {name: name for one in aside for name in one.values()})
    theirs = [_facts(official, names) for names in aside]
    leaves = {use: leaf for one in theirs for use, leaf in one.leaves.items()}
    known = _with_parents([use for one in theirs for use in one.sites])
    listed = _with_parents(ours.sites)
    absent = object()
    different = [use for use in {*ours.leaves, *leaves} if ours.leaves.get(use, absent) != leaves.get(use, absent)]
    places = {_outermost(use, known if use in ours.leaves else listed) for use in different}
    return {place: ours.at(place) for place in sorted(places)}


def _with_parents(uses: Iterable[str]) -> set[str]:
    return {"/".join(steps[:end]) for steps in (use.split("/") for use in uses) for end in range(1, len(steps) + 1)}


def _outermost(use: str, known: set[str]) -> str:
    steps = use.split("/")
    return next((place for end in range(2, len(steps)) if (place := "/".join(steps[:end])) not in known), use)


def _errata(profile: str) -> dict[str, list[str]]:
    rows = yaml.safe_load((ROOT / f"profiles/{profile}/errata.yaml").read_text(encoding="utf-8"))["errata"]
    return {row["id"]: row["pointer"] if isinstance(row["pointer"], list) else [row["pointer"]] for row in rows}


def _covers(pointer: str, use: str, origin: str) -> bool:
    return any(_within(pointer, place) for place in (use, origin))


def _within(pointer: str, place: str) -> bool:
    pattern, steps = pointer.split("/"), place.split("/")
    return len(pattern) <= len(steps) and all(map(fnmatch.fnmatchcase, steps, pattern))


@pytest.fixture(scope="module", params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def differences(profile: str) -> dict[str, str]:
    return _differences(profile)


def test_every_difference_with_the_official_description_has_an_erratum(
    profile: str, differences: dict[str, str]
) -> None:
    pointers = [pointer for group in _errata(profile).values() for pointer in group]
    assert [f"{use} ({at})" for use, at in differences.items() if not any(_covers(p, use, at) for p in pointers)] == []


def test_every_pointer_of_every_erratum_is_needed(profile: str, differences: dict[str, str]) -> None:
    unused = [
        (erratum, pointer)
        for erratum, pointers in _errata(profile).items()
        for pointer in pointers
        if not any(_covers(pointer, use, at) for use, at in differences.items())
    ]
    assert unused == []
