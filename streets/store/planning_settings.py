"""What councils plan with, in versions."""

from datetime import date

from streets.rounds.dial import Setting
from streets.store.database import Connection, execute, row, rows

FIELDS = ("applies_from", "set_by", "set_at", "why", "pence_per_overflow", "pence_per_km", "pence_per_hour", "service_s")


def of_day(conn: Connection, council: str, service_date: date) -> Setting:
    """What the rounds of a day are planned with; the software's own assumptions where nobody set anything."""
    return row(conn, "planning_setting_of", Setting, council=council, service_date=service_date) or Setting()


def versions(conn: Connection, council: str) -> list[Setting]:
    """Every version that officers set, the newest first."""
    return rows(conn, "planning_settings", Setting, council=council)


def add(conn: Connection, council: str, setting: Setting) -> None:
    """Keep a new version."""
    execute(conn, "add_planning_setting", council=council, **{name: getattr(setting, name) for name in FIELDS})
