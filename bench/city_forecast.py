"""How long the product's own jobs take to forecast all bins of a city.

A PostgreSQL of its own is filled with bins whose sensors were heard every hour for some weeks: each rises at its own pace, more
by day and at weekends, and is emptied when a crew comes for it. One bin in ten has no sensor and is known by crews' taps alone;
one in twenty has been silent for three days. Then each job runs once over all of them, as the clock runs it: habits are learned
(every six hours), trees are grown (once a week), and every hour the trees and the collections speak and each bin is told of
(`forecast_s` is these three together).
"""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.command import answer, arguments, rounded, say
from cli.embedded.child import own_folder
from cli.embedded.postgres import EmbeddedPostgres
from streets.jobs import bins, findings, rises
from streets.store.database import Database
from streets.store.migrate import migrate

EVERY_HOUR = ("rises", "findings", "states")
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
SCHEMA = """
INSERT INTO council (council, name) VALUES ('city', 'City');
INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l)
SELECT 'B' || n, 'city', 'Bin ' || n, 54.9 + (n %% 60) * 0.001, -1.6 + (n / 60) * 0.001, 120 FROM generate_series(1, %(bins)s) AS
n; INSERT INTO device (device, council, model) SELECT 'sensor-' || n, 'city', 'em310-udl' FROM generate_series(1, %(bins)s) AS n
WHERE n %% 10 > 0; INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm, blind_zone_mm, max_range_mm,
report_every_s) SELECT device_id, 'B' || split_part(device, '-', 2), %(now)s - interval '1 year', 900, 300, 250, 2000, 3600 FROM
device;
"""
PACES = """
CREATE TEMPORARY TABLE pace AS
SELECT n, 'B' || n AS bin_id, 0.3 + 1.7 * random() AS pct_per_h, 24 * (1 + (random() * 5)::integer) AS emptied_every_h,
    (random() * 144)::integer AS turn
FROM generate_series(1, %(bins)s) AS n;
"""
FILLS = """
INSERT INTO bin_fill (bin_id, observed_at, fill_pct)
SELECT bin_id, %(now)s - make_interval(hours => ago),
    least(100, pct_per_h * ((turn + 10000 - ago) %% emptied_every_h)
        * (1 + 0.4 * sin((10000 - ago) * 2 * pi() / 24)) * (1 + 0.3 * (((10000 - ago) / 24) %% 7 > 4)::integer)) + 4 * random()
        - 2 FROM pace CROSS JOIN generate_series(0, %(weeks)s * 168 - 1) AS ago WHERE n %% 10 > 0 AND (n %% 20 <> 1 OR ago >
        72);
"""
EMPTYINGS = """
INSERT INTO emptying (bin_id, emptied_at, seen_by, fill_before_pct)
SELECT bin_id, %(now)s - make_interval(hours => ago), CASE WHEN n %% 10 = 0 THEN 'crew' ELSE 'sensor' END,
    25 * round(least(100, pct_per_h * emptied_every_h) / 25)
FROM pace CROSS JOIN generate_series(1, %(weeks)s * 168 - 1) AS ago
WHERE (turn + 10000 - ago) %% emptied_every_h = 0 AND (n %% 20 <> 1 OR ago > 72);
"""


def fill(url: str, number: int, weeks: int) -> None:
    """Bins, sensors, fills and emptyings, straight into the tables."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT setseed(0.5)")
        for statement in (*SCHEMA.split(";")[:-1], PACES, FILLS, EMPTYINGS):
            conn.execute(statement, {"bins": number, "weeks": weeks, "now": NOW})
        conn.execute("VACUUM (ANALYZE)")


def worked_s(server: int) -> float:
    """Seconds of the processor's time that this process and those of the database server have used."""
    ticks = 0
    for told in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = told.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        if int(told.parent.name) == server:
            ticks += sum(map(int, fields[11:15]))  # its own, and that of its processes that have ended
        elif int(fields[1]) == server:
            ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def timed(what: str, work: Callable[[], str], server: int) -> tuple[float, float]:
    """Seconds that a job took, and of the processor's time with the database's, which other work on the machine changes less."""
    began, worked = time.monotonic(), worked_s(server)
    told = work()
    took_s, cpu_s = time.monotonic() - began, worked_s(server) - worked
    say(f"{what}: {took_s:.1f} s, {cpu_s:.1f} s of the processor's ({told})")
    return took_s, cpu_s


def measure(url: str, server: int) -> dict[str, float]:
    """Each job once, in the order of the clock table."""
    database = Database(url, "streets_jobs", size=2)
    database.open()

    def short(job: Callable[[psycopg.Connection, datetime], str]) -> str:
        with database.transaction() as conn:
            return job(conn, NOW)

    def grown() -> str:
        told = []
        while (one := rises.grow_trees(database, NOW)) != "none due":
            told.append(one)
        return "; ".join([*told, findings.grow_trees(database, NOW)])

    work: dict[str, Callable[[], str]] = {
        "habits": lambda: short(bins.learn_habits),
        "trees": grown,
        "rises": lambda: rises.tell_rises(database, NOW),
        "findings": lambda: findings.tell_findings(database, NOW),
        "states": lambda: short(bins.tell_states),
    }
    try:
        took = {name: timed(name, job, server) for name, job in work.items()}
    finally:
        database.close()
    took["forecast"] = (sum(took[name][0] for name in EVERY_HOUR), sum(took[name][1] for name in EVERY_HOUR))
    return {
        f"{name}{unit}": rounded(each, 1)
        for name, both in took.items()
        for unit, each in zip(("_s", "_cpu_s"), both, strict=True)
    }


def main() -> None:
    """Fill a city and time its jobs."""
    parser = arguments(__doc__)
    parser.add_argument("--bins", type=int, default=3000)
    parser.add_argument("--weeks", type=int, default=8)
    asked = parser.parse_args()
    # PostgreSQL, where we are root, runs as a user who cannot enter temporary folders of ours.
    folder = own_folder(Path(tempfile.gettempdir()) / f"streets-bench-{secrets.token_hex(4)}")
    server = EmbeddedPostgres(folder)
    try:
        server.start()
        url = server.url("postgres")
        migrate(url)
        say(f"{asked.bins} bins, {asked.weeks} weeks of hours")
        fill(url, asked.bins, asked.weeks)
        answer({**measure(url, server.process_id or 0), "bins": asked.bins, "weeks": asked.weeks})
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
