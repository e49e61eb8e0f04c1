"""Turns: one check acts at a time, and while it waits for the target to settle another one may."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

from conformance.errors import Blocked

CHECKS = 32

T = TypeVar("T")


class Abandoned(Exception):
    """The run was cut short while a check waited."""


class Turns:
    """Who may act. Without `Overlap` there is one thread, nobody takes turns and a rest is just a rest."""

    def __init__(self) -> None:
        self._turn = threading.Condition(threading.Lock())
        self._owner: int | None = None
        self._kept = 0
        self._over = False
        self._busy: set[Hashable] = set()
        self._blocked: dict[Hashable, Blocked] = {}
        self.jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Act: nobody else does until the end of this block, but for the rests in it."""
        with self._turn:
            self._owner = threading.get_ident()
            try:
                yield
            finally:
                self._owner = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let nobody else act in the rests of this block either, because something that all share is other now."""
        self._kept += 1
        try:
            yield
        finally:
            self._kept -= 1

    def rest(self, seconds: float) -> None:
        """Wait; whoever has the turn lets others act meanwhile. Raises Abandoned when the run is cut short."""
        if seconds <= 0:
            return
        if self._owner != threading.get_ident() or self._kept:
            time.sleep(seconds)
        else:
            self._wait(lambda: False, seconds)

    @contextmanager
    def alone(self, key: Hashable) -> Iterator[None]:
        """Let one check at a time make what several share; those that rested meanwhile are blocked as that one was."""
        if key in self._busy and not self._kept:
            self._wait(lambda: key not in self._busy)
            if key in self._blocked:
                raise self._blocked[key]
        self._busy.add(key)
        self._blocked.pop(key, None)
        try:
            yield
        except Blocked as blocked:
            self._blocked[key] = blocked
            raise
        finally:
            self._busy.discard(key)
            self._look_again()

    def in_main(self, act: Callable[[], T]) -> T:
        """Do what works in the main thread only; there it waits for whoever asks for a result."""
        if threading.current_thread() is threading.main_thread():
            return act()
        coming: Future[T] = Future()
        coming.add_done_callback(lambda _: self._look_again())
        self.jobs.put(lambda: _fulfil(coming, act))
        self._wait(coming.done)
        return coming.result()

    def end(self, *, over: bool) -> None:
        """Let everybody who rests abandon what it does, until it is no longer over."""
        with self.taken():
            self._over = over
            self._look_again()

    def _wait(self, until: Callable[[], bool], seconds: float | None = None) -> None:
        self._owner = None
        try:
            self._turn.wait_for(lambda: self._over or until(), seconds)
        finally:
            self._owner = threading.get_ident()
        if self._over:
            raise Abandoned

    def _look_again(self) -> None:
        if self._owner == threading.get_ident():
            self._turn.notify_all()


class Overlap(Generic[T]):
    """Things that are done in turns, in this order, so that their rests overlap; each result is there when asked."""

    def __init__(self, turns: Turns, tasks: Mapping[str, Callable[[], T]]) -> None:
        self._turns = turns
        self._pool = ThreadPoolExecutor(CHECKS, thread_name_prefix="check")
        self._coming: dict[str, Future[T]] = {name: self._pool.submit(self._done, act) for name, act in tasks.items()}

    def result(self, name: str) -> T:
        """Give a result, when it is there."""
        coming = self._coming.pop(name)
        coming.add_done_callback(lambda _: self._turns.jobs.put(None))
        while not coming.done():
            if (job := self._turns.jobs.get()) is not None:
                with self._turns.taken():
                    job()
        return coming.result()

    def stop(self) -> None:
        """Begin nothing more, and let what was begun come to an end without waiting for the target."""
        self._turns.end(over=True)
        self._pool.shutdown(cancel_futures=True)
        self._turns.end(over=False)

    def _done(self, act: Callable[[], T]) -> T:
        with self._turns.taken():
            return act()


def _fulfil(coming: Future[T], act: Callable[[], T]) -> None:
    try:
        coming.set_result(act())
    except Exception as fault:  # it is raised again where the result is asked
        coming.set_exception(fault)
