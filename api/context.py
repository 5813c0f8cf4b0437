"""What a handler is given: the settings, a transaction, and the time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from streets import clock
from streets.planning.planner import Planner
from streets.settings import Settings
from streets.store.database import Connection, Database

# How long somebody who asks waits for the database before hearing that it is away.
ANSWERS_WITHIN_S = 5.0


def settings(request: Request) -> Settings:
    """The settings of this process."""
    found: Settings = request.app.state.settings
    return found


def database(request: Request) -> Database:
    """The database, for handlers that need more than one transaction."""
    found: Database = request.app.state.database
    return found


def planner(request: Request) -> Planner:
    """The thread of this process that plans in the background."""
    found: Planner = request.app.state.planner
    return found


def transaction(request: Request) -> Iterator[Connection]:
    """A transaction: committed when the handler has answered, rolled back when it raised."""
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        yield conn


Conf = Annotated[Settings, Depends(settings)]

# Of function scope, so that the commit comes before the answer: nobody is told "kept" of something that then fails to be kept.
Conn = Annotated[Connection, Depends(transaction, scope="function")]

Background = Annotated[Planner, Depends(planner)]

Now = Annotated[datetime, Depends(clock.now)]
