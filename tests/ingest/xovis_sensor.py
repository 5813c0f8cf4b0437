"""A stand-in for a Xovis sensor, made from its documented shapes: it counts by the minute and pushes, until somebody takes it."""

from datetime import datetime, timedelta
from typing import Any

import httpx

SERIAL = "80:1F:12:00:00:01"


class XovisSensor:
    """Two agents: 1003 pushes what its lines counted, 1006 how the sensor is. What is not taken is kept and pushed again."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.headers = address, {"Authorization": f"Bearer {token}"}
        self._packages = dict.fromkeys((1003, 1006), 0)
        self.waiting: list[dict[str, Any]] = []

    def counts(self, begins: datetime, minutes: int, lines: dict[str, tuple[int, int]], samples: int | None = None) -> None:
        """The people who crossed each line, forwards and backwards, in so many minutes of which `samples` were seen."""
        ends, seen = begins + timedelta(minutes=minutes), minutes if samples is None else samples
        logics = [
            {
                "id": number,
                "name": name,
                "info": "XLT_LINE_IN_OUT_COUNT",
                "geometries": [{"id": number, "type": "LINE", "name": name}],
                "records": [
                    {
                        "from": int(begins.timestamp() * 1000),
                        "to": int(ends.timestamp() * 1000),
                        "samples": seen,
                        "samples_expected": minutes,
                        "counts": [{"id": 1, "name": "fw", "value": fw}, {"id": 2, "name": "bw", "value": bw}],
                    }
                ],
            }
            for number, (name, (fw, bw)) in enumerate(lines.items(), 1)
        ]
        self._add(1003, "logics_data", logics=logics)

    def state(self, device: str, at: datetime, housing_c: int) -> None:
        """How the sensor finds itself."""
        states = {
            "device": {"state": {"state": device, "details": {"temperatures": {"die": housing_c + 14, "housing": housing_c}}}},
            "time": {"state": {"state": "OK", "details": {"time": at.isoformat(), "tz_offset_sec": 0}}},
            "singlesensor": {"status": {"illumination": "SUFFICIENT"}},
        }
        self._add(1006, "status_data", states=states)

    def _add(self, agent: int, member: str, **held: Any) -> None:
        self._packages[agent] += 1
        info = {"version": "5.0", "id": self._packages[agent], "agent_id": agent}
        sensor = {"serial_number": SERIAL, "type": "SINGLE_SENSOR"}
        self.waiting.append({member: {"package_info": info, "sensor_info": sensor, **held}})

    def push(self, answer_lost: bool = False) -> int:
        """Push what waits, one package after the other; the last status. With `answer_lost` the sensor hears no answer."""
        status = 0
        for package in list(self.waiting):
            status = httpx.post(f"{self.address}/v1/pushes/xovis", json=package, headers=self.headers).status_code
            if status // 100 == 2 and not answer_lost:
                self.waiting.remove(package)
        return status

    def push_at_once(self) -> int:
        """Push everything that waits as one list."""
        status = httpx.post(f"{self.address}/v1/pushes/xovis", json=self.waiting, headers=self.headers).status_code
        if status // 100 == 2:
            self.waiting.clear()
        return status
