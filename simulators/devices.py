"""The devices of the town: what each is, which network carries it, and who it says it is."""

from dataclasses import dataclass

from simulators.dice import dice
from simulators.encoders import speaker
from simulators.encoders.speech import Speaker

TTS_APPLICATION, TTS_TENANT = "rivermouth-streets", "rivermouth"
CHIRPSTACK_APPLICATION = "8f0f6c1e-52d6-4f1e-9b52-7269766d0001"

NETWORKS = {
    "em400-mud": "tts", "em400-tld": "chirpstack", "em400-udl": "tts", "em310-udl": "chirpstack", "ldds75": "tts",
    "vs133": "chirpstack", "vs350": "tts", "direct-bin": "direct", "direct-counter": "direct", "xovis": "xovis",
}  # fmt: skip
SPEAK_FOR_THEMSELVES = ("direct", "xovis")


@dataclass(frozen=True, slots=True)
class Device:
    """One device. `name` is its DevEUI, or its name in a direct topic; `first_f_cnt` is its counter when the town starts.

    On the day `rejoins_on_day` it restarts: a LoRaWAN device joins anew, a direct one just counts from 0 again.
    """

    name: str
    model: str
    network: str
    dev_addr: str
    first_f_cnt: int
    report_every_s: int
    phase_s: int
    rejoins_on_day: int | None = None

    @property
    def port(self) -> int | None:
        """The LoRaWAN port of its reports."""
        return self.speaker.port

    @property
    def speaker(self) -> Speaker:
        """How it speaks."""
        return speaker(self.model)

    def full_name(self, council: str) -> str:
        """Its name in the installation record: a DevEUI, or council/device."""
        return f"{council}/{self.name}" if self.network in SPEAK_FOR_THEMSELVES else self.name

    def session(self, day: int) -> int:
        """Number of its LoRaWAN session on that day of the town."""
        return 1 if self.rejoins_on_day is None or day < self.rejoins_on_day else 2

    def f_cnt(self, frame: int, day: int) -> int:
        """Frame counter of the `frame`-th frame since the town's start; it begins again when the device rejoins."""
        if self.rejoins_on_day is None or day < self.rejoins_on_day:
            return self.first_f_cnt + frame
        return frame - self.frames_a_day * self.rejoins_on_day + len(self.speaker.begins)

    @property
    def frames_a_day(self) -> int:
        """Frames it sends in 24 hours: its reports, and what it tells once an hour in a frame of their own."""
        return 86_400 // self.report_every_s + (24 if self.speaker.hourly else 0)


def usual_network(model: str) -> str:
    """What carries devices of the model if nothing else is said; those without a LoRaWAN port speak for themselves."""
    if model in NETWORKS:
        return NETWORKS[model]
    return "tts" if speaker(model).port is not None else "direct"


def build_device(
    seed: int, model: str, number: int, report_every_s: int, rejoins_on_day: int | None = None, network: str | None = None
) -> Device:
    """The `number`-th device of the town. Its DevEUI is locally administered (first octet 02), so no maker's own."""
    network = network or usual_network(model)
    luck = dice(seed, "device", number)
    speaks_for_itself = network in SPEAK_FOR_THEMSELVES
    name = f"{model.removeprefix('direct-')}-{number:04d}" if speaks_for_itself else f"025256{number:010x}"
    return Device(
        name=name,
        model=model,
        network=network,
        dev_addr=f"{0x26000000 + int(luck.integers(0, 0xFFFFFF)):08x}",
        first_f_cnt=int(luck.integers(40, 20_000)),
        report_every_s=report_every_s,
        phase_s=int(luck.integers(0, report_every_s)),
        rejoins_on_day=rejoins_on_day,
    )
