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
MOMENT = 0.05

T = TypeVar("T")


class Abandoned(Exception):
    """The run was cut short while a check waited."""


class Turns:
    """Who may act. Without `Overlap` there is one thread, nobody takes turns and a rest is just a rest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._kept = 0
        self._busy: set[Hashable] = set()
        self._blocked: dict[Hashable, Blocked] = {}
        self.jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self.over = threading.Event()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Act: nobody else does until the end of this block, but for the rests in it."""
        self._take()
        try:
            yield
        finally:
            self._give()

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
            return
        self._give()
        try:
            self.over.wait(seconds)
        finally:
            self._take()
        if self.over.is_set():
            raise Abandoned

    @contextmanager
    def alone(self, key: Hashable) -> Iterator[None]:
        """Let one check at a time make what several share; those that rested meanwhile are blocked as that one was."""
        rested = key in self._busy and not self._kept
        while key in self._busy and not self._kept:
            self.rest(MOMENT)
        if rested and key in self._blocked:
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

    def in_main(self, act: Callable[[], T]) -> T:
        """Do what works in the main thread only; there it waits for whoever asks for a result."""
        if threading.current_thread() is threading.main_thread():
            return act()
        coming: Future[T] = Future()
        self.jobs.put(lambda: _fulfil(coming, act))
        while not coming.done():
            self.rest(MOMENT)
        return coming.result()

    def _take(self) -> None:
        self._lock.acquire()
        self._owner = threading.get_ident()

    def _give(self) -> None:
        self._owner = None
        self._lock.release()


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
        self._turns.over.set()
        self._pool.shutdown(cancel_futures=True)
        self._turns.over.clear()

    def _done(self, act: Callable[[], T]) -> T:
        with self._turns.taken():
            return act()


def _fulfil(coming: Future[T], act: Callable[[], T]) -> None:
    try:
        coming.set_result(act())
    except Exception as fault:  # it is raised again where the result is asked
        coming.set_exception(fault)
