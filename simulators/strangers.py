"""Messages that belong to nobody in Rivermouth, or to nothing: a device nobody registered, and JSON cut short."""

from datetime import datetime

from sensors.readings import LevelReading
from simulators import networks
from simulators.devices import build_device
from simulators.dice import dice
from simulators.networks.air import Air, Sent

STRANGER_FRAMES = 4


def strangers(seed: int, council: str, number: int, day: datetime) -> list[Sent]:
    """The day's messages: four frames of an unknown EM400-MUD, and one message that breaks off."""
    device = build_device(seed, "em400-mud", 990, 86_400 // STRANGER_FRAMES)
    luck = dice(seed, "stranger", number)
    sent = []
    for frame in range(STRANGER_FRAMES):
        at = day.timestamp() + device.phase_s + frame * device.report_every_s + float(luck.random())
        look = LevelReading(battery_pct=88, temperature_c=14.0, distance_mm=int(luck.integers(300, 900)), tilted=False)
        spoken = device.speaker.say(look)
        message = networks.up(device, 1, device.f_cnt(number * STRANGER_FRAMES + frame, number), spoken, Air(at, 1, -96))
        sent.append((at + 0.5, networks.topic(device, council), message))
    received_at, topic, message = sent[0]
    return [*sent, (received_at + 3.0, topic, message[: len(message) // 2])]
