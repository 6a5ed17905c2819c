"""The process that holds the dataset and forks the workers.

It has one thread, parses no query and asks nothing, so that a fork of it is always whole; what a worker does
to its memory is the worker's alone (copy on write).
"""

from __future__ import annotations

import array
import contextlib
import faulthandler
import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox

from kg.dataset import KEPT_FILES, LAYOUT_FILE
from kg.errors import KgError
from kg.merging import name_graphs
from kg.remote.dataset import RemoteDataset
from kg.store import ENGINE_FAULTS, Dataset, not_opened, read_manifest

from . import confine, jobs
from .changes import Change
from .journal import recorded
from .limits import Limits, Overloaded
from .wire import Gone, receive, send
from .worker import work

FULL = 500_000  # statements up to which the named graphs are held in memory beside their merge
_LOOKING = 0.2  # seconds after which it is looked whether the service is still there
T = TypeVar("T")
_NQUADS = ox.RdfFormat.N_QUADS


@dataclass(frozen=True, slots=True)
class Order:
    """*place*: the folder of a version; *in_memory*: load it, or let each worker open it on disk.

    *written*: the last change to it that is to be read from the journal, as it is in no version yet; all is then
    loaded.  *seen*: what a remote engine has by now, where the version is its mirror.
    """

    place: Path
    plain: bool
    in_memory: bool
    limits: Limits
    written: str = ""
    seen: dict[str, Any] | None = None

    def holds_all(self, quads: int) -> bool:
        """Whether all of a dataset of *quads* statements is in memory, so that no file is needed to read it."""
        return self.in_memory and (self.plain or bool(self.written) or quads <= FULL)


def main() -> None:
    confine.small_threads()
    control = socket.socket(fileno=int(sys.argv[1]))
    is_offline = confine.leave_network()
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)  # one group with its workers
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # the terminal sends it to all; the service decides
    import_module("kg.api.app")  # whatever a worker may be asked for; it may open no file itself
    try:
        order, _ = receive(control)
    except Gone:  # it was started early, and not needed
        return
    try:
        dataset = _apart(partial(_loaded, order), control)
    except (KgError, *ENGINE_FAULTS) as fault:
        folder = order.place.parent.parent
        send(control, fault if isinstance(fault, KgError) else not_opened(folder, fault))
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a worker
    jobs.prepare()
    faulthandler.enable(
        2
    )  # a worker that crashes is to leave a word of it; one that is killed cannot
    gc.freeze()
    gc.enable()
    try:
        send(control, None)
        _serve(control, dataset, order, is_offline=is_offline)
    except Gone:
        _end_group()


def _end_group() -> None:
    """End this process and its workers: where the service was killed, nobody else ends what they are at."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)


def _serve(control: socket.socket, dataset: Dataset, order: Order, *, is_offline: bool) -> None:
    while True:
        request, _ = receive(control)
        if isinstance(request, Change):
            dataset = _apart(partial(_changed, dataset, request, order))
            send(control, None)
            continue
        end, errors = _descriptors(control)
        pid = os.fork()
        if pid == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(errors, 2)
            os.close(errors)
            needs_no_file = dataset.is_in_memory and (order.plain or dataset.is_full)
            has_doors = not is_offline and needs_no_file
            work(socket.socket(fileno=end), dataset, order.limits, has_doors=has_doors)
        os.close(end)
        os.close(errors)
        send(control, pid)


def _descriptors(control: socket.socket) -> tuple[int, int]:
    size = array.array("i").itemsize
    _, ancillary, _, _ = control.recvmsg(1, socket.CMSG_SPACE(2 * size))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS and len(data) >= 2 * size:
            first, second = array.array("i", data[: 2 * size])
            return first, second
    raise Gone


def _loaded(order: Order) -> Dataset:
    return _brought_on(load(order), order)


def load(order: Order) -> Dataset:
    """The dataset as the workers get it."""
    manifest = read_manifest(order.place)
    if "remote" in manifest:
        return _kept_beside(RemoteDataset(order.seen or manifest, place=order.place))
    if not order.in_memory:
        return Dataset(order.place, manifest)
    is_full = order.holds_all(int(manifest["quads"]))
    names = ["db"] if order.plain else ["merged", "db"] if is_full else ["merged"]
    held = Dataset(order.place, manifest)  # nobody removes it meanwhile
    store = _copy(order.place, names)
    if order.plain or is_full:
        name_graphs(store, [], manifest["graphs"])
    if order.plain:
        dataset = Dataset(order.place, manifest, store=store)
    else:
        dataset = Dataset(order.place, manifest, merged=store, is_full=is_full)
    held.let_go()
    return _kept_beside(dataset)


def _brought_on(dataset: Dataset, order: Order) -> Dataset:
    """*dataset*, the version as it was made, with what was written to it up to the change that *order* names."""
    if not order.written:
        return dataset
    for change in recorded(order.place.parent.parent, order.place):
        dataset = _changed(dataset, change, order)
        if change.version == order.written:
            return dataset
    raise Overloaded("a version is being made of what was written; try again in a moment")


def _kept_beside(dataset: Dataset) -> Dataset:
    for name in KEPT_FILES:
        dataset.beside(name)  # a worker may have no way to open it
    return dataset


def _copy(place: Path, names: list[str]) -> ox.Store:
    """The databases *names* of a version, together in memory.

    Another process reads them: an open database starts threads, and this process is to have one.
    """
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(out)
        status = 1
        try:
            with os.fdopen(into, "wb") as pipe:
                for name in names:
                    source = ox.Store.read_only(str(place / name))
                    source.dump(output=pipe, format=_NQUADS)
            status = 0
        finally:
            os._exit(status)
    os.close(into)
    store = ox.Store()
    is_whole = True
    with os.fdopen(out, "rb") as pipe:
        try:
            store.bulk_extend(ox.parse(pipe, format=_NQUADS))
        except SyntaxError:  # the other one was killed within a line
            is_whole = False
    if os.waitpid(pid, 0)[1] or not is_whole:
        raise not_opened(place.parent.parent, ValueError("its databases cannot be read"))
    return store


def _changed(dataset: Dataset, change: Change, order: Order) -> Dataset:
    """*dataset* brought to the next version in place; workers that were forked before keep theirs."""
    manifest = change.manifest
    if isinstance(dataset, RemoteDataset):
        return dataset.at(manifest)
    if not dataset.is_in_memory:
        return Dataset(change.place, manifest)
    held = dataset.store if order.plain else dataset.merged
    parts = [] if not (order.plain or dataset.is_full) else [(change.added, change.removed)]
    if not order.plain:
        parts.append((change.merged, change.unmerged))
    for added, removed in parts:
        for quad in ox.parse(removed, format=_NQUADS):
            held.remove(quad)
        held.extend(ox.parse(added, format=_NQUADS))
    if order.plain or dataset.is_full:
        name_graphs(held, dataset.manifest["graphs"], manifest["graphs"])
    if order.plain:
        changed = Dataset(change.place, manifest, store=held)
    else:
        changed = Dataset(change.place, manifest, merged=held, is_full=dataset.is_full)
    changed.beside(LAYOUT_FILE)
    return changed


def _apart(step: Callable[[], T], control: socket.socket | None = None) -> T:
    """Run *step* in a thread that ends before the next fork: the engine's source of random numbers is kept
    by thread, and workers must not inherit a common one.

    *control*: whose end is the end of this process too, however long the step takes.
    """
    with ThreadPoolExecutor(1) as executor:
        told = executor.submit(step)
        if control is not None:
            gone = select.poll()
            gone.register(control, 0)  # hanging up is told unasked
            while not wait([told], _LOOKING).done:
                if gone.poll(0):
                    _end_group()
                    os._exit(1)  # where no group could be made
        return told.result()
