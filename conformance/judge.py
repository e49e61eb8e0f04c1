"""Runs one check and says what became of it."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace

from conformance.api import Api
from conformance.calls import World
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.memory import sift
from conformance.model import Finding, Level, Outcome, Severity, Status, Text, capped, same
from conformance.register import Bound
from conformance.run import Run


def judge(run: Run, bound: Bound) -> Outcome:
    """Run a check in a world of its own, clean up after it, and give its outcome."""
    if run.broken:
        return Outcome(bound.requirement.id, str(bound.call), Status.BLOCKED, reason=run.broken[0])
    if run.shallower_than(bound.requirement.depth):
        return _left_out(bound)
    started = time.perf_counter()
    world = World(bound.name)
    api = Api(run, world, run.target.full)
    try:
        status, reason = _outcome(api, bound)
    finally:
        api.clean()
    findings = tuple(_leveled(finding, bound.requirement.level) for finding in (*world.findings, *world.trace.findings))
    return Outcome(
        requirement=bound.requirement.id,
        check=str(bound.call),
        status=capped(status, bound.requirement.level),
        findings=findings,
        reason=reason,
        exchanges=tuple(world.trace.exchanges),
        seconds=round(time.perf_counter() - started, 4),
    )


def _left_out(bound: Bound) -> Outcome:
    """Say of a check that it asks more than this run does: a verdict that it holds is not drawn from its absence."""
    depth = bound.requirement.depth
    reason = Text(f"Wordt getoetst vanaf --depth {depth}.", f"Is tested from --depth {depth} on.")
    return Outcome(bound.requirement.id, str(bound.call), Status.NOT_TESTED, reason=reason)


def tidy(run: Run) -> None:
    """Remove what the checks of a run shared."""
    while run.standing:
        _, standing = run.standing.popitem()
        world = World("standing")
        world.made.extend(standing.made)
        world.zaken.extend(standing.zaken)
        Api(run, world, run.target.full).clean()


def _outcome(api: Api, bound: Bound) -> tuple[Status, Text | None]:
    world, reason = api.world, None
    try:
        bound.check(api, **bound.call.arguments)
        status = Status.PASSED
    except Mismatch as mismatch:
        world.findings.extend(mismatch.findings)
        status = Status.FAILED
    except Blocked as blocked:
        status, reason = Status.BLOCKED, blocked.reason
    except NotApplicable as other:
        status, reason = Status.NOT_APPLICABLE, other.reason
    except Exception as fault:  # whatever else is raised is our own fault, and is told as such
        status, reason = Status.ERROR, same(f"{type(fault).__name__}: {fault} ({_place(fault)})")
    resource = bound.call.arguments.get("resource") or api.profile.main.name
    forgotten = None if status is Status.ERROR else sift(api, resource, blocked=status is Status.BLOCKED)
    if any(finding.severity is Severity.FAILURE for finding in world.findings):
        return Status.FAILED, None
    if forgotten is not None:
        return Status.BLOCKED, forgotten
    if status is Status.PASSED and any(
        f.severity is Severity.WARNING for f in (*world.findings, *world.trace.findings)
    ):
        return Status.WARNING, None
    return status, reason


def _leveled(finding: Finding, level: Level) -> Finding:
    lowered = {Level.MUST: finding.severity, Level.SHOULD: Severity.WARNING, Level.MAY: Severity.NOTE}[level]
    return finding if finding.severity is not Severity.FAILURE else replace(finding, severity=lowered)


def _place(fault: Exception) -> str:
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
