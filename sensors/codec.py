"""Every device file in `devices/`, by model: the one place that turns a registered model and its bytes into readings.

A device file gives four names: MODEL, MEASURES (fields of its readings), NEEDS (what its installation record must hold)
and `decode(payload, port) -> Decoded`. One that looks up from under a container adds MEASURES_FROM = "below": its distance
grows as the container fills. Adding the file is all it takes to be found.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sensors import devices
from sensors.readings import Decoded, DecodeError


class UnknownModel(DecodeError):  # noqa: N818 said as it is met: decode(...) raises UnknownModel
    """No device file gives this model."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a device file says of itself. `name` is what its docstring begins with: maker and model as printed on the device."""

    model: str
    name: str
    measures: tuple[str, ...]
    needs: tuple[str, ...]
    decode: Callable[[bytes, int | None], Decoded]
    measures_from: str = "above"


@cache
def models() -> dict[str, Device]:
    """Every supported device by its model, in the order of their names."""
    found = {}
    for file in pkgutil.iter_modules(devices.__path__):
        module = importlib.import_module(f"{devices.__name__}.{file.name}")
        if module.MODEL in found:
            raise ImportError(f"two device files call themselves {module.MODEL}; give {file.name} a MODEL of its own")
        name = (module.__doc__ or module.MODEL).partition(",")[0]
        measures_from = getattr(module, "MEASURES_FROM", "above")
        found[module.MODEL] = Device(module.MODEL, name, module.MEASURES, module.NEEDS, module.decode, measures_from)
    return dict(sorted(found.items()))


def decode(model: str, payload: bytes, port: int | None) -> Decoded:
    """What `payload` says, read as the registered model does on LoRaWAN port `port` (None where the way has no ports).

    Raises UnknownModel for a model without a device file, DecodeError where nothing of the frame can be read.
    """
    device = models().get(model)
    if device is None:
        raise UnknownModel(f"There is no device file for model {model!r}; known are {', '.join(models())}.")
    return device.decode(payload, port)
