"""Bytes that a fuzzer makes from what decoders do with them: `python -m tests.sensors.fuzz CORPUS -runs=20000 -seed=1`.

The first byte of an input chooses the model, the second the port; the rest is the frame. Vectors of the device files are what
it begins with (`seeds`). It ends with an error for the first input that a decoder neither reads nor refuses in a sentence.
"""

import json
import sys
from pathlib import Path
from types import ModuleType

PORTS = (85, 2, 1, 5, 6, 7, 3, 14, 190, 10, 26, 27, 28, None)


def seeds(folder: Path) -> None:
    """Write the vectors of every device file into `folder`, as inputs."""
    from sensors import codec, devices

    for number, model in enumerate(codec.models()):
        vectors = json.loads((Path(devices.__path__[0]) / f"{model.replace('-', '_')}.vectors.json").read_text())
        for place, vector in enumerate(vectors):
            payload, port = vector["payload"], vector["port"]
            try:
                frame = json.dumps(payload).encode() if isinstance(payload, dict) else bytes.fromhex(payload)
            except ValueError:
                frame = payload.encode()
            chosen = PORTS.index(port) if port in PORTS else 0
            (folder / f"{model}-{place}").write_bytes(bytes([number, chosen]) + frame)


def look_at(data: bytes, codec: ModuleType, readings: ModuleType) -> None:
    """Decode an input. Raises AssertionError, or what the decoder raised, where it broke."""
    if len(data) < 2:
        return
    names = tuple(codec.models())
    try:
        decoded = codec.decode(names[data[0] % len(names)], data[2:], PORTS[data[1] % len(PORTS)])
    except readings.DecodeError as refusal:
        assert str(refusal).endswith("."), refusal
        return
    json.dumps([[readings.told(reading) for reading in decoded.readings], decoded.about, decoded.refused], allow_nan=False)


def main() -> None:
    """Let the fuzzer run with the arguments of the command line, which are libFuzzer's."""
    import atheris

    with atheris.instrument_imports(include=["sensors"]):
        from sensors import codec, readings

        codec.models()

    atheris.Setup(sys.argv, lambda data: look_at(data, codec, readings))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
