"""Nine days of the simulated town, as the journey hears them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.envelopes import unwrap
from ingest.uplink import EnvelopeError, Uplink
from sensors import codec
from sensors.readings import DecodeError, Reading
from simulators.history import Message, messages
from simulators.town import Town

SEED = 7
STARTS_AT = datetime(2026, 5, 18, tzinfo=UTC)  # a Monday
DAYS = 9


@dataclass(frozen=True)
class Heard:
    """What nine days of the town come to. `readings` of a device: (time, reading); `wrong` names what could not be read."""

    messages: list[Message]
    uplinks: list[tuple[datetime, Uplink]]
    readings: dict[str, list[tuple[datetime, Reading]]]
    wrong: dict[str, int]

    def count(self, reason: str) -> None:
        self.wrong[reason] = self.wrong.get(reason, 0) + 1


def keep(heard: Heard, models: dict[str, str], uplink: Uplink) -> None:
    if uplink.device not in models:
        heard.count("unknown_device")
        return
    try:
        decoded = codec.decode(models[uplink.device], uplink.payload, uplink.f_port)
    except DecodeError:
        heard.count("undecodable")
        return
    for reading in decoded.readings:
        at = getattr(reading, "observed_at", None) or uplink.observed_at
        heard.readings.setdefault(uplink.device, []).append((at, reading))


def listen(town: Town) -> Heard:
    """Nine days of the town, unwrapped and decoded."""
    heard = Heard(list(messages(town, STARTS_AT, STARTS_AT + timedelta(days=DAYS))), [], {}, {})
    models = {device.full_name(town.council): device.model for device in town.devices}
    for topic, message, received_at in heard.messages:
        try:
            uplinks = unwrap(topic, message, received_at)
        except EnvelopeError as wrong:
            heard.count(wrong.reason)
            continue
        for uplink in uplinks:
            heard.uplinks.append((received_at, uplink))
            if uplink.kind == "up":
                keep(heard, models, uplink)
    return heard
