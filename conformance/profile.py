"""Loads a profile folder: what a standard says, as data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from conformance import yamlfile
from conformance.errors import NotApplicable, ProfileError, did_you_mean
from conformance.model import CheckCall, Json, Level, Requirement, Text
from conformance.shapes import DeclarationRow, ErratumRow, ProfileRow, RequirementRow, ResourceRow
from conformance.yamlfile import Document

SHIPPED = Path(__file__).parent / "shipped"
ROOT = SHIPPED if SHIPPED.is_dir() else Path(__file__).parent.parent


@dataclass(frozen=True)
class Resource:
    """A collection of the standard and what general checks need to know of it."""

    name: str
    api: str
    role: str
    path: str
    singular: str
    selector: str
    free: str | None
    rsin: str | None
    reference: str | None
    existence: str
    kenmerken: tuple[str, ...]
    audited: bool
    search: dict[str, Json] | None = None
    otherwise: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> dict[str, Json]:
        """The parameters of a search for what nobody has, with markers for what is to be unique."""
        return {self.selector: {"$uniek": "C"}} if self.search is None else self.search

    @property
    def text(self) -> str:
        """The member that holds any text; raises NotApplicable when there is none."""
        if self.free is None:
            raise NotApplicable(f"{self.name} heeft geen vrije tekst.", f"{self.name} has no free text.")
        return self.free


@dataclass(frozen=True)
class Declaration:
    """A question for the self-declaration checklist."""

    id: str
    topic: Text
    question: Text


@dataclass(frozen=True)
class Profile:
    """A standard as this suite judges it: its register, its samples and where its contract is."""

    name: str
    folder: Path
    row: ProfileRow
    document: Document
    includes: tuple[Profile, ...]
    own: tuple[Requirement, ...]
    places: dict[str, tuple[Document, int]]
    resources: dict[str, Resource]
    samples: dict[str, dict[str, Json]]
    errata: tuple[dict[str, Json], ...]
    declarations: tuple[Declaration, ...]
    digest: str
    host: Profile | None = None

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All rows: those of the standard, then those of the profiles it includes."""
        return (*self.own, *(row for part in self.includes for row in part.requirements))

    @property
    def main(self) -> Resource:
        """The resource that the standard is about."""
        return next(resource for resource in self.resources.values() if resource.role == "main")

    def contract(self, api: str) -> Path:
        """Give the path of the contract of one API."""
        return (self.host or self).folder / self.row.apis[api].contract


def shipped() -> tuple[str, ...]:
    """Name the profiles that come with this package and can be run."""
    folders = sorted((ROOT / "profiles").glob("*/profile.yaml"))
    return tuple(path.parent.name for path in folders if "\nabstract: true" not in path.read_text("utf-8"))


def locate(name: str | Path) -> Path:
    """Find a profile by its name (shipped) or by its path (private)."""
    path = Path(name)
    if (path / "profile.yaml").is_file():
        return path.resolve()
    if "/" in str(name) or str(name).startswith("."):
        raise ProfileError(name, "holds no profile.yaml", "name a profile folder")
    folder = ROOT / "profiles" / str(name)
    if (folder / "profile.yaml").is_file():
        return folder
    raise ProfileError(name, "is not a profile", did_you_mean(str(name), shipped()))


def load(name: str | Path) -> Profile:
    """Load a profile and what it includes; every misfit is a ProfileError with file and row."""
    return _load(locate(name), ())


def _load(folder: Path, above: tuple[Path, ...]) -> Profile:
    if folder in above:
        raise ProfileError(folder / "profile.yaml", "includes itself", "remove the include")
    document = yamlfile.load(folder / "profile.yaml", ProfileError)
    row = document.parse(ProfileRow)
    includes = tuple(
        _include(document, folder, index, name, (*above, folder)) for index, name in enumerate(row.includes)
    )
    _check_resources(document, row)
    _check_themes(document, folder, row)
    documents = [yamlfile.load(folder / "requirements" / f"{theme.name}.yaml", ProfileError) for theme in row.themes]
    places: dict[str, tuple[Document, int]] = {
        ident: place for part in includes for ident, place in part.places.items()
    }
    own: list[Requirement] = []
    for theme, rows in zip(row.themes, documents, strict=True):
        own.extend(_requirements(rows, theme.name, places))
    return Profile(
        name=row.name,
        folder=folder,
        row=row,
        document=document,
        includes=includes,
        own=tuple(own),
        places=places,
        resources={name: _resource(name, resource) for name, resource in row.resources.items()},
        samples=_samples(folder, row),
        errata=_errata(folder),
        declarations=(*_declarations(folder), *(item for part in includes for item in part.declarations)),
        digest=_digest(folder, includes),
    )


def _include(document: Document, folder: Path, index: int, name: str, above: tuple[Path, ...]) -> Profile:
    beside = folder.parent / name
    if not (beside / "profile.yaml").is_file() and not (ROOT / "profiles" / name / "profile.yaml").is_file():
        names = (path.parent.name for path in (ROOT / "profiles").glob("*/profile.yaml"))
        raise document.fault(["includes", index], f"'{name}' is not a profile", did_you_mean(name, names))
    return _load(beside if (beside / "profile.yaml").is_file() else ROOT / "profiles" / name, above)


def _check_resources(document: Document, row: ProfileRow) -> None:
    for name, api in row.apis.items():
        if not (document.path.parent / api.contract).is_file():
            what = f"file '{api.contract}' does not exist"
            raise document.fault(["apis", name, "contract"], what, "write the contract")
    for name, resource in row.resources.items():
        if resource.api not in row.apis:
            raise document.fault(
                ["resources", name, "api"], f"'{resource.api}' is not an API", did_you_mean(resource.api, row.apis)
            )
    mains = [name for name, resource in row.resources.items() if resource.role == "main"]
    if not row.abstract and not row.guest and len(mains) != 1:
        raise document.fault(["resources"], f"{len(mains)} resources have role main", "give exactly one the role main")
    if row.name != document.path.parent.name:
        raise document.fault(
            ["name"], f"is '{row.name}' in folder '{document.path.parent.name}'", "give both the same name"
        )


def _check_themes(document: Document, folder: Path, row: ProfileRow) -> None:
    names = [theme.name for theme in row.themes]
    known = _once(document, ["themes"], names, "theme '{}'")
    for path in sorted((folder / "requirements").glob("*.yaml")):
        if path.stem not in known:
            raise document.fault(["themes"], f"requirements/{path.name} is not listed", "add it to themes")


def _requirements(document: Document, theme: str, places: dict[str, tuple[Document, int]]) -> list[Requirement]:
    if not isinstance(document.data, list) or not document.data:
        raise document.fault([], "is not a list of requirement rows", "start each row with '- id: …'")
    found = []
    for index in range(len(document.data)):
        row = document.parse(RequirementRow, [index])
        if row.id in places:
            other, line = places[row.id]
            raise document.fault(
                [index, "id"], "id is there twice", f"the other is in {other.path}:{other.line([line])}"
            )
        places[row.id] = (document, index)
        found.append(_requirement(document, index, row, theme))
    return found


def _requirement(document: Document, index: int, row: RequirementRow, theme: str) -> Requirement:
    if (row.checks is None) == (row.untested is None):
        raise document.fault([index], "has both or neither of 'checks' and 'untested'", "keep exactly one")
    for name, purpose in (("each", "repeat"), ("depth", "leave out")):
        if row.checks is None and getattr(row, name) is not None:
            raise document.fault([index, name], f"has no checks to {purpose}", "remove it")
    if row.checks == []:
        raise document.fault([index, "checks"], "is empty", "name a check, or say 'untested: {nl: …, en: …}'")
    calls = []
    for number, call in enumerate(row.checks or ()):
        if len(call) != 1:
            raise document.fault(
                [index, "checks", number], "names not exactly one check", "write '- name: {argument: value}'"
            )
        (name, arguments), *_ = call.items()
        calls.append(CheckCall(name, arguments or {}, row.each))
    return Requirement(
        id=row.id,
        level=Level(row.level),
        kind=row.kind,
        title=row.title.text(),
        statement=" ".join(row.statement.split()),
        source=" ".join(row.source.split()),
        theme=theme,
        operation=row.operation,
        checks=tuple(calls),
        depth=row.depth or "quick",
        untested=row.untested.text() if row.untested else None,
        declared=row.untested.declared if row.untested else False,
        interpretation=row.interpretation.ruling() if row.interpretation else None,
        shared_defect=row.shared_defect.text() if row.shared_defect else None,
        schemes=tuple(row.schemes),
        hosts=tuple(row.hosts),
        component=row.component or "",
    )


def _resource(name: str, row: ResourceRow) -> Resource:
    given = row.model_dump()
    return Resource(name=name, free=given.pop("text"), kenmerken=tuple(given.pop("kenmerken")), **given)


def _samples(folder: Path, row: ProfileRow) -> dict[str, dict[str, Json]]:
    path = folder / "samples.yaml"
    if not path.exists():
        return {}
    document = yamlfile.load(path, ProfileError)
    if not isinstance(document.data, dict):
        raise document.fault([], "is not a mapping of resources", "write 'resource: {default: {…}}'")
    for name, samples in document.data.items():
        if name not in row.resources:
            raise document.fault([name], f"'{name}' is not a resource", did_you_mean(str(name), row.resources))
        if not isinstance(samples, dict) or "default" not in samples:
            raise document.fault([name], "has no sample 'default'", "add 'default: {…}'")
        for sample, body in samples.items():
            if not isinstance(body, dict):
                raise document.fault([name, sample], "is not an object", "write 'member: value' lines")
    return dict(document.data)


def _errata(folder: Path) -> tuple[dict[str, Json], ...]:
    path = folder / "errata.yaml"
    if not path.exists():
        return ()
    document = yamlfile.load(path, ProfileError)
    rows = document.data.get("errata") if isinstance(document.data, dict) else None
    if not isinstance(rows, list):
        raise document.fault([], "has no list 'errata'", "write 'errata:' and start each row with '- id: …'")
    named = [document.parse(ErratumRow, ["errata", index]).id for index in range(len(rows))]
    _once(document, ["errata"], named, "id")
    return tuple(rows)


def _declarations(folder: Path) -> tuple[Declaration, ...]:
    path = folder / "declarations.yaml"
    if not path.exists():
        return ()
    document = yamlfile.load(path, ProfileError)
    if not isinstance(document.data, list):
        raise document.fault([], "is not a list", "start each row with '- id: …'")
    rows = [document.parse(DeclarationRow, [index]) for index in range(len(document.data))]
    _once(document, [], [row.id for row in rows], "id")
    return tuple(Declaration(row.id, row.topic.text(), row.question.text()) for row in rows)


def _once(document: Document, above: list[str | int], names: list[str], what: str) -> set[str]:
    """Give the names as a set; one that is there twice is a fault at its second place."""
    for index, name in enumerate(names):
        if name in names[:index]:
            raise document.fault([*above, index], f"{what.format(name)} is there twice", "remove one")
    return set(names)


def _digest(folder: Path, includes: tuple[Profile, ...]) -> str:
    digest = hashlib.sha256("".join(part.digest for part in includes).encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".yaml", ".py", ".gz"}:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
