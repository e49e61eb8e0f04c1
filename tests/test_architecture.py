"""Tests that the code has the shape that ARCHITECTURE.md and the house style promise."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "conformance"
LAYER = re.compile(r"^\| ([0-9]) \| ([^|]+) \|", re.MULTILINE)
HEAVY = (
    "schemathesis",
    "hypothesis",
    "pytest",
    "requests",
    "yaml",
    "pydantic",
    "joserfc",
    "werkzeug",
    "jinja2",
    "rich",
)
MODULES = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "fixtures").rglob("*.py"), *(ROOT / "profiles").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
COMMITTED = [
    *(ROOT / name for name in ("pyproject.toml", "requirements.txt", "requirements-dev.txt", "Makefile", ".ci/run")),
    *ROOT.glob("*.md"),
    *MODULES,
    *TESTS,
    *(path for folder in ("profiles", "fixtures", "conformance") for path in (ROOT / folder).rglob("*.yaml")),
]


def name_of(path: Path) -> str:
    """Give the dotted name of a module of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Give every module that a file imports, also for its types only and within functions."""
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ({f"{module}.{alias.name}" for alias in node.names} | {module})


def within() -> dict[str, set[str]]:
    """Give, for each module of the package, the modules of the package that it imports."""
    known = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
    found = {}
    for name, path in known.items():
        named = {one for one in imports(path) if one in known and one != name}
        # `from conformance import profile` names the package on its way to the module
        found[name] = {one for one in named if not any(other.startswith(f"{one}.") for other in named)}
    return found


def layers() -> dict[str, int]:
    """Read the layer of each part of the package from the table in ARCHITECTURE.md."""
    found: dict[str, int] = {}
    for number, names in LAYER.findall((ROOT / "ARCHITECTURE.md").read_text("utf-8")):
        for quoted in re.findall(r"`([^`]+)`", names):
            found |= {name.rstrip("/"): int(number) for name in quoted.split() if "*" not in name}
    return found


def part_of(module: str) -> str:
    """Name the part of the table to which a module belongs."""
    return module.split(".")[1] if "." in module else ""


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function in a file."""
    tree = ast.parse(path.read_text("utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_module_has_a_layer() -> None:
    parts = {part_of(name) for name in within()} - {"", "__main__"}
    assert sorted(parts - layers().keys()) == []


def test_imports_go_down_only() -> None:
    layer = layers()
    wrong = [
        f"{name} imports {other}"
        for name, others in within().items()
        for other in others
        if part_of(name) in layer and part_of(other) in layer and layer[part_of(name)] < layer[part_of(other)]
    ]
    assert wrong == []


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = within()
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> Iterator[str]:
        if name in trail:
            yield " > ".join((*trail[trail.index(name) :], name))
        elif name not in done:
            for other in sorted(graph[name]):
                yield from walk(other, (*trail, name))
            done.add(name)

    assert [cycle for name in graph for cycle in walk(name, ())] == []


def test_the_plugin_and_the_reports_do_not_know_each_other() -> None:
    graph = within()
    assert {one for one in graph["conformance.plugin"] if "report" in one} == set()
    judging = {"plugin", "preflight", "judge", "session", "register", "api"}
    rendering = {other for name, others in graph.items() if part_of(name) == "report" for other in others}
    assert {one for one in rendering if part_of(one) in judging} == set()


def test_the_reference_suppliers_import_nothing_of_the_suite() -> None:
    found = {path: [one for one in imports(path) if one.partition(".")[0] == "conformance"] for path in MODULES}
    assert {path: names for path, names in found.items() if "fixtures" in path.parts and names} == {}


def test_checks_of_a_profile_import_only_what_the_suite_exports() -> None:
    for path in (*ROOT.glob("profiles/*/checks.py"), *ROOT.glob("profiles/*/checks/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "conformance":
                assert node.module == "conformance", f"{path}:{node.lineno} imports from {node.module}"
            assert not (isinstance(node, ast.Import) and node.names[0].name.startswith("conformance")), path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= 300, f"{lines} lines"
    for function in functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= 40, f"{function.name} is {length} lines"
        if any("click" in ast.unparse(decorator) for decorator in function.decorator_list):
            continue  # click passes every option by name
        given = [one.arg for one in (*function.args.posonlyargs, *function.args.args) if one.arg not in {"self", "cls"}]
        assert len(given) <= 5, f"{function.name} takes {len(given)} by position"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    public = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert ast.get_docstring(tree) is not None or not tree.body
    assert [node.name for node in public if ast.get_docstring(node) is None] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_imported_within_a_function(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    inner = [node for function in functions(path) for node in ast.walk(function)]
    found = [node.lineno for node in inner if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [line for line in found if "#" not in lines[line - 1]] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert {path.stem for path in MODULES} & {"utils", "helpers", "common", "base", "manager", "misc"} == set()


@pytest.mark.parametrize("module", ["conformance", "conformance.cli", "conformance.model", "conformance.errors"])
def test_what_help_needs_imports_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == ""


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys, conformance.cli as cli\n"
        "sys.argv = ['conformance', '--help']\n"
        "try: cli.main()\n"
        f"except SystemExit: print('heavy:', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "Judge whether a product conforms" in told.stdout
    assert told.stdout.splitlines()[-1].strip() == "heavy:"


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_names_a_registry_or_a_machine(path: Path) -> None:
    text = path.read_text("utf-8")
    hosts = re.findall(r"(?:--(?:extra-)?index-url|--find-links|--trusted-host)[= ]\S+", text)
    places = re.findall(r"(?<![\w.])/(?:work|home|root|Users|opt|srv)/[\w.-]+", text)
    assert (hosts, places) == ([], [])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locked_dependencies_name_no_address(name: str) -> None:
    assert re.findall(r"\w+://\S+", (ROOT / name).read_text("utf-8")) == []
