"""The shapes in which programs are told of rounds."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from api.shapes import Geometry, many, shape
from streets.store.rounds import NotToday, PlannedRound, PlannedStop

SUMMARY = shape("RoundInFigures", PlannedRound, bins=int, bins_done=int)
OUTCOME: dict[str, Any] = {"told_at": datetime | None, "observed_fill": int | None, "note": str | None}
STOP = shape("Stop", PlannedStop, without=("leg_line",), number=int | None, why_text=str, state=str, **OUTCOME)
LEFT = shape("NotToday", NotToday, why_text=str, state=str)
DAY = shape("Day", council=str, service_date=date, rounds=many(SUMMARY), not_today=many(LEFT))
WORK: dict[str, Any] = {"stops": many(STOP), "tips": many(STOP), "not_today": many(LEFT)}
ROUND = shape("Round", PlannedRound, bins=int, bins_done=int, **WORK)
FEATURE = shape("RoundFeature", type=Literal["Feature"], id=str, geometry=Geometry | None, properties=dict[str, Any])
ROUNDS_ON_MAP = shape("RoundsOnMap", type=Literal["FeatureCollection"], features=many(FEATURE))
KEPT = shape("Kept", id=UUID, kept=bool, new=bool, received_at=datetime)
MARK = shape("Mark", round_id=UUID, mark=str)
