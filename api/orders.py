"""`/v1/orders`: bins that must be visited and bins that cannot be, for a time and with a reason. Own council only."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.asked import RecordId
from api.context import Conn, Now
from api.faces import record
from api.problems import NotHere
from api.round_faces import json_answer
from api.shapes import shape
from api.who import Officer
from streets.assets import cells
from streets.rounds.orders import Order
from streets.store import bin_orders

router = APIRouter(tags=["orders"])

NO_NUL = r"^[^\x00]*$"
Why = Literal["complaint", "hazard", "statutory", "works", "other"]


class OrderBody(BaseModel):
    """A bin that must be visited (`must`; once, or whenever `every_days` have passed since its last visit), or that cannot be.

    It holds from `from_date` to `until_date`, both included; without an end until it is ended or, of one visit, made.
    """

    model_config = ConfigDict(extra="forbid")
    bin_id: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
    must: bool
    why: Why
    note: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(cells.sentences)]
    from_date: date
    until_date: date | None = None
    every_days: Annotated[int | None, Field(ge=1, le=366)] = None

    @model_validator(mode="after")
    def holds_together(self) -> Self:
        """An end is not before its beginning, and nobody must visit a bin every few days that cannot be visited."""
        if self.until_date is not None and self.until_date < self.from_date:
            raise ValueError("until_date is before from_date")
        if self.every_days is not None and not self.must:
            raise ValueError("every_days is for bins that must be visited")
        return self


@router.get(
    "/v1/orders", summary="Bins that must be visited, and bins that cannot be", response_model=shape("Orders", orders=list[Order])
)
def list_orders(conn: Conn, caller: Officer, ended: bool = False) -> Response:
    """The orders that stand, the newest first; with `ended` those that were ended."""
    found = bin_orders.ended(conn, caller.council) if ended else bin_orders.standing(conn, caller.council)
    return json_answer({"orders": [record(order) for order in found]})


@router.post(
    "/v1/orders",
    status_code=201,
    summary="Order that a bin must be visited, or cannot be",
    response_model=shape("OrderGiven", OrderBody, without=("model_config",), order_id=int),
)
def add_order(body: OrderBody, conn: Conn, caller: Officer, at: Now) -> Response:
    """201 with the order's number. Rounds that are planned from now on follow it."""
    order_id = bin_orders.add(conn, caller.council, **body.model_dump(), by=caller.subject, at=at)
    if order_id is None:
        raise NotHere(f"Your council has no bin {body.bin_id} in use.")
    return json_answer({"order_id": order_id, **body.model_dump()}, 201)


@router.delete(
    "/v1/orders/{order_id}",
    summary="End an order",
    response_model=shape("OrderEnded", order_id=int, ended_by=str, ended_at=datetime),
)
def end_order(order_id: RecordId, conn: Conn, caller: Officer, at: Now) -> Response:
    """It is kept with who ended it and when."""
    if not bin_orders.end(conn, caller.council, order_id, caller.subject, at):
        raise NotHere("Your council has no such order that stands.")
    return json_answer({"order_id": order_id, "ended_by": caller.subject, "ended_at": at})
