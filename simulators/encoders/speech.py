"""How one model speaks: the forms of its frames, what each can say, and the bytes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sensors.readings import Reading
from simulators.encoders.quantities import Alarms, OneOf, Quantity

WORDS = ("cannot_measure", "fault")
SAY_NOTHING = {"line", "observed_at", "total_bits", "period_s"}
"""Fields that are no reading without others."""
Encode = Callable[..., bytes]
"""The readings of one frame, each checked before, to its bytes."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a model's frames, on LoRaWAN port `port` (None where the way has no ports).

    `says` has each field of a reading that it can hold; `always` those that every such frame has, where the one of
    distance_mm and cannot_measure stands for the other; `together` those that are sent all or not at all. With a word of
    `cannot_measure` or `fault` other fields may be bound to what `with_word` says of it. A frame holds up to `readings` readings.
    """

    port: int | None
    says: Mapping[str, Quantity]
    encode: Encode
    always: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    with_word: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    readings: int = 1

    def say(self, *readings: Any) -> bytes:
        """The frame of these readings. Raises ValueError, in a sentence, for what this device cannot say."""
        if not 1 <= len(readings) <= self.readings:
            raise ValueError(f"A frame of this form holds 1 to {self.readings} readings, not {len(readings)}.")
        for reading in readings:
            self._check(reading)
        return self.encode(*readings)

    def nearest(self, reading: Any, names: tuple[str, ...] = ()) -> Any:
        """What this device would say of what is so: in its range and as finely as it can, without what it does not measure.

        Of `names` alone, if there are any.
        """
        given = reading._asdict()
        quantities = self.quantities(given)
        said = {name: quantities[name].nearest(given[name]) for name in names or quantities if given[name] is not None}
        return type(reading)(**said)

    def words_of(self, name: str) -> tuple[str, ...]:
        """The words that can be said in `cannot_measure`, `fault` or `alarms`."""
        quantity = self.says.get(name)
        return tuple(quantity) if isinstance(quantity, OneOf | Alarms) else ()

    def quantities(self, given: Mapping[str, Any]) -> Mapping[str, Quantity]:
        """What can be said of each field beside the words that are given."""
        words = [given[name] for name in WORDS if given.get(name) in self.with_word]
        return {**self.says, **self.with_word[words[0]]} if words else self.says

    def _check(self, reading: Any) -> None:
        given = {name: value for name, value in reading._asdict().items() if value is not None and value != ()}
        if given.get("line") == 1 and "line" not in self.says:
            del given["line"]
        if given.keys() <= SAY_NOTHING:
            raise ValueError("The reading says nothing.")
        quantities = self.quantities(given)
        for name, value in given.items():
            if name not in quantities:
                raise ValueError(f"This device does not say {name}; it says {', '.join(quantities)}.")
            if value not in quantities[name]:
                raise ValueError(f"Of {name} this device says {quantities[name]}, not {value}.")
        if "distance_mm" in given and "cannot_measure" in given:
            raise ValueError("A distance and a word why there is none cannot be said at once.")
        self._check_company(given)

    def _check_company(self, given: Mapping[str, Any]) -> None:
        """What has to stand beside what."""
        heard = {"distance_mm", *given} if "cannot_measure" in given else set(given)
        missing = [name for name in self.always if name not in heard]
        for names in self.together:
            missing += [name for name in names if name not in heard] if any(name in heard for name in names) else []
        alarms = self.says.get("alarms")
        if isinstance(alarms, Alarms):
            missing += [name for word in given.get("alarms", ()) if (name := alarms.beside[word]) and name not in given]
        if missing:
            raise ValueError(f"A frame of this device that says so says {', '.join(missing)} too.")


@dataclass(frozen=True, slots=True)
class Speaker:
    """How a model speaks: live, from its memory (`stored`), of its own state; None where it does not.

    `measures` is the type of its readings. `begins` are frames (port, bytes) that hold no reading: attributes, versions.
    `reach_mm` is from where to where the town takes a level sensor to measure. `usual` are the fields of its report (empty: all
    that it can say), `hourly` those that a counter tells once an hour in a frame of their own.
    Where it `is_asked`, no device speaks: a cloud is asked.
    """

    model: str
    measures: type[Reading]
    live: Form
    stored: Form | None = None
    state: Form | None = None
    begins: tuple[tuple[int | None, bytes], ...] = ()
    reach_mm: tuple[int, int] | None = None
    usual: tuple[str, ...] = ()
    hourly: tuple[str, ...] = ()
    is_asked: bool = False

    @property
    def port(self) -> int | None:
        """The LoRaWAN port of its live frames."""
        return self.live.port

    @property
    def stamps(self) -> bool:
        """Whether its reports say the time by its own clock."""
        return "observed_at" in (self.usual or self.live.says)

    def say(self, *readings: Reading) -> bytes:
        """A live frame of these readings. Raises ValueError for what this device cannot say."""
        return self.live.say(*readings)

    def report(self, *truths: Reading) -> bytes:
        """Its usual report of what is so."""
        return self.live.encode(*(self.live.nearest(truth, self.usual) for truth in truths))

    def hourly_report(self, *truths: Reading) -> bytes:
        """What it tells once an hour, of what is so."""
        return self.live.encode(*(self.live.nearest(truth, self.hourly) for truth in truths))

    def can_say(self, name: str, word: str | None = None) -> bool:
        """Whether live frames have the field, and of words (`cannot_measure`, `fault`, `alarms`) this one."""
        return name in self.live.says and (word is None or word in self.live.words_of(name))


def unix_s(reading: Any) -> int:
    """The device's own time of a stored reading, in Unix seconds."""
    return int(reading.observed_at.timestamp())
