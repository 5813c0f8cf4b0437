"""What travels the journey: a message, its frames, and what becomes of each: kept or refused."""

from datetime import datetime

from msgspec import Struct

from ingest import checks
from ingest.uplink import Reject, Uplink
from sensors.readings import About
from streets.store.readings import ReadingRow
from streets.store.uplinks import UplinkRow

PHONE_KINDS = ("bump", "coverage")
COUNTED_KINDS = ("up", "mac")


class Message(Struct, frozen=True, gc=False):
    """A message as it came. `received_at` has a zone."""

    topic: str
    body: bytes
    received_at: datetime


class Refused(Struct, frozen=True, gc=False):
    """A frame, or a whole message, that is not stored. `device` is empty where the message did not say.

    `place` is the frame's position in its message. `session`, `f_cnt` and `observed_at` are None where no counter, or no time
    of its own that can be true, could be made out.
    """

    message: Message
    source: str
    device: str
    reject: Reject
    place: int = 0
    session: str | None = None
    f_cnt: int | None = None
    observed_at: datetime | None = None


class Kept(Struct, gc=False):
    """A frame to store, with its readings; `part` is what of it was refused, `about` what the device said of itself.

    `restarted`: it said that it was just switched on or reset. `packed` are the frame's row and its readings' as they are copied
    into the store, once `ingest.packing` has been over it.
    """

    message: Message
    uplink: UplinkRow
    readings: tuple[ReadingRow, ...] = ()
    part: Refused | None = None
    about: About = ()
    restarted: bool = False
    packed: tuple[bytes, ...] = ()


Outcome = Kept | Refused


class Frame(Struct, frozen=True, gc=False):
    """A frame on its way: what its envelope held, and its position in the message."""

    message: Message
    uplink: Uplink
    place: int

    @property
    def device(self) -> str:
        """The name it is kept and counted under: all phones of a council share one, so that their frames join up to no route."""
        return f"{self.uplink.council}/phone" if self.uplink.kind in PHONE_KINDS else self.uplink.device

    def refused(self, reject: Reject) -> Refused:
        """The frame refused; a counter that can be true is remembered, so that the frame does not look lost on the way."""
        own_time = self.uplink.time_source != "received"
        in_time = own_time and checks.time(self.uplink.observed_at, self.message.received_at) is None
        counted = self.uplink.kind in COUNTED_KINDS and checks.frame(self.uplink) is None
        return Refused(
            self.message,
            self.uplink.source,
            self.device,
            reject,
            self.place,
            self.uplink.session if counted else None,
            self.uplink.f_cnt if counted else None,
            self.uplink.observed_at if counted and in_time else None,
        )
