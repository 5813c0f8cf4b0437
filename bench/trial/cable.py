"""A cable between two processes, which can be pulled: a TCP proxy on the loopback. Linux only.

Pulled, the kernel drops every packet that arrives at its sockets (a socket filter that keeps nothing), those that ask for a
connection included: neither side is told, as when a switch loses its power. Mended, it carries new connections; those of
before stay dead, as after a firewall that has forgotten them. Reset, it tells both sides, as a firewall may, too.
"""

import ctypes
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread

from cli.embedded.child import LOOPBACK, claim_port

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
# One instruction of the classic Berkeley packet filter, BPF_RET | BPF_K with 0: keep no byte of the packet.
KEEP_NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
READ_BYTES = 65_536


class Cable:
    """From a port of its own to the port that `far_end` names at that time."""

    def __init__(self, far_end: Callable[[], int]) -> None:
        """Listen at once; `port` stays the same until the cable is closed."""
        self.port = claim_port(0, "the cable")
        self._far_end = far_end
        self._pulled = False
        self._lock = Lock()
        self._wires: list[_Wire] = []
        self._dead: list[_Wire] = []
        self._open()

    def pull(self) -> None:
        """Drop everything from now on, and tell nobody."""
        self._pulled = True
        nothing = struct.pack("HL", 1, ctypes.addressof(KEEP_NOTHING))
        with self._lock:
            self._listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, nothing)
            for wire in self._wires:
                wire.set(SO_ATTACH_FILTER, nothing)
            self._dead, self._wires = self._dead + self._wires, []

    def reset(self) -> None:
        """End every connection with a reset, and refuse new ones."""
        with self._lock:
            wires, self._wires = self._wires, []
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for wire in wires:
            wire.reset()

    def mend(self) -> None:
        """Carry new connections again."""
        if self._pulled:
            self._listener.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
            self._pulled = False
        else:
            self._open()

    def deafen(self) -> None:
        """Of the connections there are now, carry nothing more to the far end; what it says still arrives."""
        with self._lock:
            for wire in self._wires:
                wire.deaf.set()

    def close(self) -> None:
        """End everything."""
        self.reset()
        for wire in self._dead:
            wire.reset()

    def _open(self) -> None:
        self._listener = socket.create_server((LOOPBACK, self.port))
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection((LOOPBACK, self._far_end()))
            except ConnectionRefusedError:
                near.close()
                continue
            wire = _Wire(near, far)
            with self._lock:
                self._wires = [each for each in self._wires if not each.ended.is_set()] + [wire]
            wire.carry()


class _Wire:
    """One connection through the cable. Either side may go at any time, so its sockets may be closed whenever they are used."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.near, self.far = near, far
        self.deaf, self.ended = Event(), Event()
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def carry(self) -> None:
        Thread(target=self._carry, args=(self.near, self.far, self.deaf), daemon=True).start()
        Thread(target=self._carry, args=(self.far, self.near, Event()), daemon=True).start()

    def set(self, option: int, value: bytes) -> None:
        for end in (self.near, self.far):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, option, value)

    def reset(self) -> None:
        self.set(socket.SO_LINGER, RESET_AT_CLOSE)
        for end in (self.near, self.far):
            # Wakes whoever reads here and sends nothing, so that the closing is what the other side hears of first.
            with suppress(OSError):
                end.shutdown(socket.SHUT_RD)
        self._close()

    def _carry(self, source: socket.socket, sink: socket.socket, deaf: Event) -> None:
        with suppress(OSError):
            while said := source.recv(READ_BYTES):
                if not deaf.is_set():
                    sink.sendall(said)
        self._end()

    def _end(self) -> None:
        for end in (self.near, self.far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._close()

    def _close(self) -> None:
        self.ended.set()
        self.near.close()
        self.far.close()
