"""Tests of joining rows to checks; what does not fit is in the table of wrong profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance import profile as profiles
from conformance import register
from conformance.errors import ProfileError
from tests.conftest import Command
from tests.small import KLEIN, copied

MORE = """
- id: KLN-MEER-001
  level: must
  kind: rule
  title: {nl: Meer, en: More}
  statement: There is more.
  source: nowhere
  checks: [{more: }]
"""


def test_rows_are_joined_in_the_order_of_the_register() -> None:
    names = [bound.name for bound in register.bind(profiles.load(KLEIN))]
    assert names[:3] == ["KLN-REG-001 made_and_read", "KLN-REG-002 answers_with", "KLN-REG-003 answers_with"]


def test_a_check_that_a_row_names_twice_is_numbered() -> None:
    names = [bound.name for bound in register.bind(profiles.load(KLEIN)) if bound.requirement.id == "KLN-REG-010"]
    assert names == ["KLN-REG-010 answers_with 1", "KLN-REG-010 answers_with 2"]


def test_each_repeats_a_check_for_every_resource_of_that_role() -> None:
    bound = {one.requirement.id: one.call.arguments for one in register.bind(profiles.load(KLEIN))}
    assert bound["KLN-REG-011"] == {"resource": "klanten"}
    assert "KLN-REG-009" not in bound  # the small standard has no link resource


@pytest.mark.parametrize("name", profiles.shipped())
def test_every_check_of_a_shipped_profile_fits(name: str) -> None:
    names = [bound.name for bound in register.bind(profiles.load(name))]
    assert len(set(names)) == len(names)


def test_the_register_can_be_read_from_the_command_line(command: Command) -> None:
    told = command("show", KLEIN)
    assert told.code == 0
    assert "12 executed, 1 declared, 1 untested" in told.out


def test_checks_in_a_folder_import_each_other(tmp_path: Path) -> None:
    klein = copied(tmp_path)
    text = (klein / "checks.py").read_text("utf-8")
    (klein / "checks.py").unlink()
    (klein / "checks").mkdir()
    (klein / "checks" / "whole.py").write_text(text, encoding="utf-8")
    more = '"""More."""\nfrom .whole import __doc__ as told\n\n\ndef more(api):\n    """%s."""\n'
    (klein / "checks" / "first.py").write_text(more, encoding="utf-8")
    (klein / "requirements" / "meer.yaml").write_text(MORE, encoding="utf-8")
    profile = (klein / "profile.yaml").read_text("utf-8")
    theme = "\n  - {name: meer, title: {nl: Meer, en: More}}\n"
    (klein / "profile.yaml").write_text(profile.rstrip() + theme, encoding="utf-8")
    for _ in range(2):  # loading again reads the folder again
        names = [bound.name for bound in register.bind(profiles.load(klein))]
        assert names[-1] == "KLN-MEER-001 more"
        assert "KLN-REG-001 made_and_read" in names


def test_a_module_in_a_folder_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    klein = copied(tmp_path)
    (klein / "checks.py").unlink()
    (klein / "checks").mkdir()
    (klein / "checks" / "wrong.py").write_text("1 / 0", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"wrong\.py: cannot be imported: ZeroDivisionError"):
        register.bind(profiles.load(klein))
