"""The shapes in which programs are told of assets, devices and installations."""

from typing import Any

from api.shapes import many, shape
from streets.assets.rows import BinRow, CounterRow, DeviceRow
from streets.store.changes import NotedChange
from streets.store.installations import Version
from streets.store.inventory import FoundAsset, FoundDevice

HISTORY: dict[str, Any] = {"installations": list[Version], "changes": list[NotedChange]}
FOUND_ASSETS = shape("FoundAssets", assets=list[FoundAsset])
BIN_RECORD = shape("BinRecord", BinRow, **HISTORY)
COUNTER_RECORD = shape("CounterRecord", CounterRow, **HISTORY)
ABOUT = shape("About", name=str, value=str, since=str)
DEVICE_RECORD = shape("DeviceRecord", DeviceRow, about=many(ABOUT), **HISTORY)
FOUND = shape("FoundDevice", FoundDevice, support=str)
FOUND_DEVICES = shape("FoundDevices", devices=many(FOUND))
INSTALLATIONS = shape("Installations", installations=list[Version])
REMARK = shape("Remark", where=str, what=str, code=str, column=str | None)
LINE = shape("ChangedLine", where=str, name=str, state=str, was=dict[str, Any], became=dict[str, Any])
COUNTS = {"new": int, "changed": int, "unchanged": int}
REPORT = shape("FileReport", **COUNTS, applied=bool, remarks=many(REMARK), lines=many(LINE))
