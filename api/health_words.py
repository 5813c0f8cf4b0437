"""What is wrong with devices, what their alarms mean, and what to do, in words for an officer; the same for page and terminal."""

from typing import NamedTuple

from api.pages.words import Words, said
from streets.health.scales import is_flat
from streets.store.health import DeviceHealth


class HealthWords(NamedTuple):
    """What is wrong, the same for a list of several, and what to do, as texts to translate."""

    wrong: str
    several: str
    advice: str


TROUBLES = {
    "never_heard": HealthWords(
        said("never heard"),
        said("Never heard since they were fitted"),
        said("Check that it is switched on, that the network server knows it, and that a gateway can hear it where it stands."),
    ),
    "silent": HealthWords(
        said("silent"),
        said("Silent devices"),
        said(
            "Its bin is visited by its history or the schedule and its counter is shown as not known, never as empty or quiet."
            " Where several nearby are silent, look at the gateway first; else visit it: battery, aerial, theft."
        ),
    ),
    "battery": HealthWords(
        said("battery ending"),
        said("Batteries that will soon be flat"),
        said(
            "Order batteries now and put the change on a round that passes there. A battery is taken to be flat at 10 per cent,"
            " or at 2,500 millivolts."
        ),
    ),
    "stuck": HealthWords(
        said("stuck"),
        said("Devices that say the same all the time"),
        said("What it says is not used. Clean it and look for what lies before it; if it stays the same, replace it."),
    ),
    "echoes": HealthWords(
        said("bad echoes"),
        said("Devices that often cannot measure"),
        said("Look for a liner, a rim or a bridge of waste in its view, and whether it still hangs straight in the middle."),
    ),
    "loss": HealthWords(
        said("losing messages"),
        said("Devices that lose messages"),
        said("A gateway may be too far away or be off at times. Look which devices around it lose messages too."),
    ),
}

ALARMS = {
    "fire": HealthWords(
        said("Fire"),
        said("Fire alarms"),
        said("Call 999 if anybody sees smoke or fire. Nobody should open the bin. Its fill is not known until it is over."),
    ),
    "heat": HealthWords(
        said("Very hot"),
        said("Heat alarms"),
        said("It may be a fire. Have somebody look at once; call 999 if anybody sees smoke. Nobody should open the bin."),
    ),
    "tilt": HealthWords(
        said("Tilted"),
        said("Tilt alarms"),
        said("The bin has been knocked over, or its lid or the sensor hangs askew. Send a crew to put it right."),
    ),
    "vandal": HealthWords(
        said("Tampered with"),
        said("Alarms of tampering"),
        said("Somebody handled the device. Check whether it is still there and whole."),
    ),
}

SAYS_NOTHING = said("Messages come, and none tells what it measures.")

TO_CREWS = {
    "fire": said("Fire alarm since %(moment)s. Do not open this bin; call 999 if you see smoke."),
    "heat": said(
        "Its sensor says since %(moment)s that it is very hot. Do not open this bin before you know that nothing burns."
    ),
    "tilt": said("Its sensor says since %(moment)s that it is knocked over or hangs askew: put it right."),
    "vandal": said("Its sensor says since %(moment)s that it was tampered with: look whether it is whole."),
}


def known_of(words: Words, known: DeviceHealth, trouble: str) -> str:
    """The figures behind a device's trouble, in a sentence of the page's language."""
    match trouble:
        case "never_heard":
            fitted = words(said("Fitted on %(day)s."), day=words.date(known.posted_at))
            return f"{fitted} {words(SAYS_NOTHING)}" if known.frames_heard else fitted
        case "silent" if known.rhythm_s:
            return words(said("It usually reports every %(span)s."), span=words.span(known.rhythm_s))
        case "battery":
            return battery(words, known)
        case "echoes" if known.invalid_share is not None and known.echoes:
            share, looks = words.percent(known.invalid_share), words.number(known.echoes)
            return words(said("%(share)s of %(looks)s looks in seven days were no use."), share=share, looks=looks)
        case "loss" if known.loss is not None and known.frames_heard is not None and known.frames_missing is not None:
            share, sent = words.percent(known.loss), words.number(known.frames_heard + known.frames_missing)
            return words(said("%(share)s of %(sent)s messages in seven days never came."), share=share, sent=sent)
    return ""


def battery(words: Words, known: DeviceHealth) -> str:
    """What is known of a battery: its level, and when it is expected to be flat or that this is not known."""
    told = [_level(words, known)]
    if known.battery_low:
        told.append(words(said("The device itself says that it is low.")))
    if known.battery_flat_at is not None and known.battery_flat_early is not None:
        flat, early = words.date(known.battery_flat_at), words.date(known.battery_flat_early)
        if known.battery_flat_late is None:
            told.append(words(said("Flat about %(flat)s, at the earliest %(early)s."), flat=flat, early=early))
        else:
            late = words.date(known.battery_flat_late)
            told.append(words(said("Flat about %(flat)s, between %(early)s and %(late)s."), flat=flat, early=early, late=late))
    elif is_flat(known.battery_pct, known.battery_mv):
        told.append(words(said("That counts as flat: change it now.")))
    elif known.battery_pct is not None or known.battery_mv is not None:
        told.append(words(said("When it will be flat is not known: too little is told, or no fall is to be seen.")))
    if known.battery_changed_at is not None:
        told.append(words(said("Replaced on %(day)s."), day=words.date(known.battery_changed_at)))
    return " ".join(told)


def _level(words: Words, known: DeviceHealth) -> str:
    if known.battery_pct is not None:
        return words(said("%(level)s left."), level=words.percent(known.battery_pct / 100))
    if known.battery_mv is not None:
        return words(said("%(level)s millivolts."), level=words.number(known.battery_mv))
    return words(said("It tells no battery: it runs on mains, or does not say."))
