"""The web application: every router, and the guards around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from api import (
    assets,
    bins,
    broker,
    bumps,
    footfall,
    guards,
    health,
    language,
    ledger,
    ops,
    orders,
    places,
    planning,
    potholes,
    problems,
    pushes,
    request_log,
    revisions,
    round_events,
    rounds,
    savings,
    suitability,
    transparency,
    uplinks,
    ward_files,
    wards,
)
from api.address_limit import AddressLimit
from api.metrics import Requests
from api.pages import (
    asset_files,
    crew,
    data,
    devices,
    dial,
    home,
    installations,
    officer,
    record,
    reference,
    rejects,
    render,
    savings_assumptions,
    sign_in,
    statements,
)
from api.pages import assets as assets_pages
from api.pages import bins as bins_pages
from api.pages import health as health_pages
from api.pages import ledger as ledger_pages
from api.pages import orders as orders_pages
from api.pages import planning as planning_pages
from api.pages import potholes as potholes_pages
from api.pages import revisions as revisions_pages
from api.pages import savings as savings_pages
from api.pages import suitability as suitability_pages
from api.pages import transparency as transparency_pages
from api.pages import wards as wards_pages
from api.pages.static import Immutable
from streets import clock
from streets.planning.planner import Planner
from streets.settings import Settings
from streets.store.database import Database

JSON_ROUTERS = (
    assets.router,
    bins.router,
    bumps.router,
    footfall.router,
    health.router,
    ledger.router,
    ops.router,
    orders.router,
    places.router,
    planning.router,
    potholes.router,
    pushes.router,
    revisions.router,
    round_events.router,
    rounds.router,
    savings.router,
    suitability.router,
    transparency.router,
    uplinks.router,
    wards.router,
    ward_files.router,
)

PAGE_ROUTERS = (
    home.router,
    bins_pages.router,
    potholes_pages.router,
    wards_pages.router,
    savings_pages.router,
    data.router,
    ledger_pages.router,
    revisions_pages.router,
    statements.router,
    transparency_pages.router,
    crew.router,
    officer.router,
    planning_pages.router,
    dial.router,
    orders_pages.router,
    asset_files.router,
    assets_pages.router,
    devices.router,
    installations.router,
    health_pages.router,
    rejects.router,
    suitability_pages.router,
    savings_assumptions.router,
    record.router,
    sign_in.router,
    reference.router,
)


def create_app(settings: Settings, db: Database) -> FastAPI:
    """The application on this database. Its lifespan opens and closes the pool, the line to the broker and the planner.

    Raises api.pages.render.NotBuilt where the styles are missing. Run it with uvicorn's own access log off: ours has no queries.
    """
    render.static_names()
    gateway = broker.Gateway(settings.mqtt_url)
    planner = Planner(Database(settings.database_url, db.role, size=4), clock.now)
    requests = Requests()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        db.open()
        gateway.open()
        planner.open()
        yield
        planner.close()
        gateway.close()
        db.close()

    app = FastAPI(
        title="Smart Streets",
        version="1",
        description="Litter bins, footfall and potholes of a council's streets.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(guards.SafeHeaders, https=settings.public_url.startswith("https://")),
            Middleware(request_log.RequestLog, requests=requests),
            Middleware(guards.HeadAsGet),
            Middleware(GZipMiddleware, minimum_size=500),
            Middleware(language.LanguagePrefix),
            Middleware(guards.NoNul),
            Middleware(guards.SizeLimit),
            Middleware(guards.SameSite),
            Middleware(guards.Unexpected),
            Middleware(request_log.RouteNoted),
        ],
    )
    app.state.settings, app.state.database, app.state.broker, app.state.requests = settings, db, gateway, requests
    app.state.planner = planner
    app.state.bump_limit = AddressLimit(settings.bump_limit_per_minute)
    problems.install(app)
    for router in JSON_ROUTERS:
        app.include_router(router, responses=problems.TOLD)
    for router in PAGE_ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.state.routes = [route for router in JSON_ROUTERS + PAGE_ROUTERS for route in router.routes]
    app.mount("/static", Immutable(directory=render.BUILT))
    return app
