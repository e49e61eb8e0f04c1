"""Tests of taking turns: one acts at a time, and while it waits another one may."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import fixtures
from conformance.errors import Blocked
from conformance.turns import Overlap, Turns
from tests.small import under_pytest

BRIEF = 0.01


@contextmanager
def overlapping(turns: Turns, **tasks: Callable[[], Any]) -> Iterator[Overlap[Any]]:
    """Do these in turns, and stop at the end."""
    overlap = Overlap(turns, tasks)
    try:
        yield overlap
    finally:
        overlap.stop()


def test_while_one_rests_another_acts() -> None:
    turns, done = Turns(), threading.Event()

    def waiting() -> bool:
        for _ in range(1000):
            if done.is_set():
                return True
            turns.rest(BRIEF)
        return False

    with overlapping(turns, first=waiting, second=done.set) as overlap:
        assert overlap.result("first")


def test_nobody_acts_while_another_does() -> None:
    turns, acting, most = Turns(), [0], [0]

    def act() -> None:
        for _ in range(20):
            acting[0] += 1
            most[0] = max(most[0], acting[0])
            threading.Event().wait(0.001)
            acting[0] -= 1
            turns.rest(0.001)

    with overlapping(turns, **{str(number): act for number in range(8)}) as overlap:
        for number in range(8):
            overlap.result(str(number))
    assert most == [1]


def test_a_turn_that_is_kept_lets_nobody_in() -> None:
    turns, order = Turns(), list[str]()

    def keeping() -> None:
        with turns.kept():
            order.append("begins")
            turns.rest(BRIEF)
            order.append("ends")
        turns.rest(BRIEF)

    with overlapping(turns, first=keeping, second=partial(order.append, "other")) as overlap:
        overlap.result("second")
    assert order == ["begins", "ends", "other"]


def test_what_several_share_is_made_once() -> None:
    turns, made = Turns(), list[str]()

    def share() -> None:
        with turns.alone("key"):
            if not made:
                turns.rest(BRIEF)
                made.append("it")

    with overlapping(turns, **{str(number): share for number in range(4)}) as overlap:
        for number in range(4):
            overlap.result(str(number))
    assert made == ["it"]


def test_who_rested_for_what_cannot_be_made_is_blocked_as_well() -> None:
    turns, tried = Turns(), list[str]()

    def share() -> None:
        with turns.alone("key"):
            tried.append("it")
            turns.rest(BRIEF)
            raise Blocked("Dat gaat niet.", "That cannot be done.")

    with overlapping(turns, one=share, two=share, three=share) as overlap:
        for name in ("one", "two", "three"):
            with pytest.raises(Blocked):
                overlap.result(name)
    assert tried == ["it"]
    with pytest.raises(Blocked):
        share()  # who comes later tries anew
    assert tried == ["it", "it"]


def test_some_things_are_done_in_the_main_thread() -> None:
    turns = Turns()
    with overlapping(turns, one=lambda: turns.in_main(threading.current_thread)) as overlap:
        assert overlap.result("one") is threading.main_thread()
    assert turns.in_main(threading.current_thread) is threading.main_thread()


def test_what_goes_wrong_in_the_main_thread_is_told_to_who_asked() -> None:
    turns = Turns()

    def wrong() -> str:
        with pytest.raises(ZeroDivisionError):
            turns.in_main(lambda: 1 // 0)
        return "told"

    with overlapping(turns, one=wrong) as overlap:
        assert overlap.result("one") == "told"


def test_who_stops_waits_for_no_rest_and_begins_nothing_more() -> None:
    turns, began, cleaned = Turns(), threading.Event(), list[str]()

    def long() -> None:
        began.set()
        try:
            turns.rest(3600)
        finally:
            cleaned.append("it")

    def never() -> None:
        with turns.taken():
            raise AssertionError("not stopped")

    overlap = Overlap(turns, {str(number): long for number in range(32)} | {"after": never})
    assert began.wait(10)
    overlap.stop()
    assert cleaned


def test_a_run_that_settles_says_the_same_in_the_same_order(tmp_path: Path) -> None:
    quick, slow = tmp_path / "quick", tmp_path / "slow"
    for folder in (quick, slow):
        folder.mkdir()
    at_once = under_pytest(quick, fixtures.supplier("klanten"))
    late = under_pytest(slow, fixtures.supplier("klanten", lag=0.2), pace={"settle": 0.5, "timeout": 10})
    assert (late.statuses(), late.code) == (at_once.statuses(), at_once.code)
    assert late.record["leftovers"] == []


@pytest.mark.parametrize(("settle", "together"), [(0, False), (0.5, True)])
def test_the_checks_of_a_run_that_settles_wait_together(settle: float, together: bool, tmp_path: Path) -> None:
    supplier, pace = fixtures.supplier("klanten", lag=settle / 2), {"settle": settle, "timeout": 10}
    ran = under_pytest(tmp_path, supplier, "-k", "REG-001 or REG-002", pace=pace)
    items = [seen["item"] for seen in ran.exchanges() if seen["item"].startswith("KLN-REG")]
    assert len(set(items)) == 2
    assert (len(list(itertools.groupby(items))) > 2) is together


def test_a_run_that_settles_stops_after_a_failure_when_asked(tmp_path: Path) -> None:
    ran = under_pytest(tmp_path, fixtures.supplier("klanten", lag=0.2), "-x", pace={"settle": 0.5, "timeout": 10})
    told = [status for status in ran.statuses().values() if status != "not_tested"]
    assert (told.count("failed"), ran.record["leftovers"]) == (1, [])
