"""The kinds of panel our boards are made of. Every panel has an id, a title, a description and a query of its own."""

from typing import Any

from grafana_foundation_sdk.builders import common, geomap, stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models.common import FrameGeometrySourceMode
from grafana_foundation_sdk.models.dashboard import Threshold, ThresholdsMode

from dashboards.query import DATASOURCE, Query, purpose

NOT_KNOWN = "not known"


def _framed(panel: Any, panel_id: int, title: str, query: str, shape: str, width: int, height: int) -> Any:
    return (
        panel.id(panel_id)
        .title(title)
        .description(purpose(query))
        .datasource(DATASOURCE)
        .no_value(NOT_KNOWN)
        .span(width)
        .height(height)
        .with_target(Query(query, shape))
    )


def number(panel_id: int, title: str, query: str, unit: str = "short", width: int = 6) -> Any:
    """One number, large."""
    return _framed(stat.Panel().unit(unit), panel_id, title, query, "table", width, 5)


def listing(panel_id: int, title: str, query: str, unit: str = "short", width: int = 24) -> Any:
    """A table: what a screen reader and a printer can take."""
    return _framed(table.Panel().unit(unit).filterable(True), panel_id, title, query, "table", width, 10)


def curve(panel_id: int, title: str, query: str, unit: str, width: int = 24) -> Any:
    """Values over time; gaps stay gaps, because a line across them would claim to know."""
    return _framed(timeseries.Panel().unit(unit).span_nulls(False), panel_id, title, query, "time_series", width, 9)


def chart_map(panel_id: int, title: str, query: str, unit: str, width: int = 12) -> Any:
    """Points on a map without a third party's tiles; `unit` is that of the value that colours them.

    The ground is the outline file that Grafana itself serves: its default base map calls another company's server.
    """
    ground = common.MapLayerOptions().type("geojson").name("Outlines").config({"src": "public/maps/countries.geojson"})
    markers = (
        common.MapLayerOptions()
        .type("markers")
        .name(title)
        .tooltip(True)
        .location(common.FrameGeometrySource().mode(FrameGeometrySourceMode.COORDS).latitude("lat").longitude("lon"))
        .config({"showLegend": True, "style": {"size": {"fixed": 6}, "opacity": 0.8}})
    )
    panel = (
        geomap.Panel()
        .unit(unit)
        .basemap(ground)
        .layers([markers])
        .view(geomap.MapViewConfig().id("fit").all_layers(True))
        .thresholds(
            ThresholdsConfig()
            .mode(ThresholdsMode.ABSOLUTE)
            .steps([Threshold(value=None, color="green"), Threshold(value=60, color="orange"), Threshold(value=85, color="red")])
        )
    )
    return _framed(panel, panel_id, title, query, "table", width, 12)
