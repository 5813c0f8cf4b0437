"""What each maker's devices put on the air, written from the makers' byte maps and not from our decoders.

A file a maker, which declares SPEAKERS: of each of its models how it speaks (`speech.Speaker`). Any file with SPEAKERS is
found. To add a model:

1. From the byte map write `encode(*readings) -> bytes`. It is called with what was checked before, so it only packs.
2. Say in a `Form` what the frame can hold: its port, each field with its range and resolution (`quantities`), its words
   for faults and alarms, which fields every frame has. The property tests draw readings from that, encode and decode them.
3. Where it tells from memory, a second `Form` for `stored`; what it sends at start goes into `begins`.

Then `speaker("em310-udl").say(LevelReading(distance_mm=431))` is a frame, and ValueError says what the device cannot say.
"""

import importlib
import pkgutil
from functools import cache

from simulators.encoders.speech import Speaker


@cache
def speakers() -> dict[str, Speaker]:
    """How each model speaks, in the order of their names."""
    found: dict[str, Speaker] = {}
    for file in pkgutil.iter_modules(__path__):
        for each in getattr(importlib.import_module(f"{__name__}.{file.name}"), "SPEAKERS", ()):
            if each.model in found:
                raise ImportError(f"two files say how {each.model} speaks; {file.name} is one of them")
            found[each.model] = each
    return dict(sorted(found.items()))


def speaker(model: str) -> Speaker:
    """How this model speaks. Raises ValueError for a model that nothing here speaks as."""
    found = speakers().get(model)
    if found is None:
        raise ValueError(f"Nothing speaks as {model!r}; known are {', '.join(speakers())}.")
    return found
