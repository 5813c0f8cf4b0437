"""Whether anything is lost or stored twice while something breaks: a table, one fault a row, each message looked for in the end.

Every row is a run of its own with real processes: PostgreSQL, a broker, `streets ingest`, and devices that publish with QoS 1
and send again what was not confirmed. `lost` is neither stored nor kept as a reject with its reason; `duplicated` counts rows
beyond one a message, in frames or readings. `seconds_to_recover` is the time from the end of the fault until what the broker
confirmed is committed within a second, and stays so. A row marked `control` shows that the trial can fail. The table is told
on stderr, too. Exit 1: something was lost, stored twice or not balanced, ingest ended by itself, or the control lost nothing.
"""

import sys

# This folder: its scripts bear names of packages.
sys.path.pop(0)

from dataclasses import asdict, dataclass
from random import Random

from bench.command import answer, arguments, rounded, say
from bench.trial import strikes
from bench.trial.site import INGEST, Site
from bench.trial.stream import Disturbance, frames, garbage, late, repeated, steady, wrong_clock
from bench.trial.strikes import Strike, to_broker, to_database
from bench.trial.trial import PATIENCE_S, Trial
from bench.trial.ways import three_ways
from streets import clock

DOWN_S = 120.0
# Longer than the broker waits before it hands over again.
CONTROL_WAITS_S = 20.0
CARELESS = (sys.executable, "-P", "-m", "bench.trial.careless")


@dataclass(frozen=True, slots=True)
class Fault:
    """A row: what strikes, what else is wrong with the stream, how long that lasts, and its share of the messages asked for."""

    name: str
    strike: Strike = strikes.nothing
    disturbances: tuple[Disturbance, ...] = ()
    lasts_s: float = 15.0
    share: float = 1.0
    fills_disk: bool = False
    consumer: tuple[str, ...] = INGEST
    control: bool = False


def faults(down_s: float) -> list[Fault]:
    """The rows."""
    return [
        Fault("none", lasts_s=10),
        Fault("ingest killed", strikes.ingest_killed),
        Fault("ingest killed between COMMIT and PUBACK", strikes.ingest_killed_before_acknowledging, lasts_s=20),
        Fault("broker killed", strikes.broker_killed, lasts_s=20),
        Fault("PostgreSQL killed", strikes.database_killed),
        Fault("PostgreSQL restarted", strikes.database_restarted),
        Fault("database down", strikes.database_down(down_s), lasts_s=down_s + 20),
        Fault("PostgreSQL read-only", strikes.database_read_only),
        Fault("network to the database silent", strikes.pulled(to_database), lasts_s=30),
        Fault("network to the database reset", strikes.reset(to_database)),
        Fault("network to the broker silent", strikes.pulled(to_broker), lasts_s=30),
        Fault("network to the broker reset", strikes.reset(to_broker)),
        Fault("disk full", strikes.disk_full(), fills_disk=True),
        Fault("10 % garbage", disturbances=(garbage,), lasts_s=10),
        Fault("10 % sent twice", disturbances=(repeated,), lasts_s=10),
        Fault("hours late, out of order", disturbances=(late,), lasts_s=10),
        Fault("wrong clocks", disturbances=(wrong_clock,), lasts_s=10),
        Fault("by MQTT, webhook and back-fill", three_ways, (frames,), share=0.1),
        Fault("all at once", strikes.all_at_once, (late, wrong_clock, garbage, repeated), lasts_s=50, fills_disk=True),
        Fault("control: acknowledges on arrival, killed", strikes.ingest_killed, consumer=CARELESS, control=True),
    ]


def run(fault: Fault, messages: int, broker: str, seed: int) -> dict[str, object]:
    """One row."""
    random = Random(seed)
    stream = steady(int(fault.share * messages), clock.now())
    for disturbance in fault.disturbances:
        stream = disturbance(stream, random)
    with Site(broker, fault.fills_disk, fault.consumer) as site:
        trial = Trial(site, stream, len(stream.order) / fault.lasts_s, CONTROL_WAITS_S if fault.control else PATIENCE_S)
        seconds = trial.run(fault.strike)
        more = {
            "seconds_to_recover": None if seconds is None else rounded(seconds, 1),
            "ended_by_itself": site.ends_unasked,
            "control": fault.control,
        }
        return asdict(trial.reckon()) | more


COLUMNS = ("sent", "stored", "refused", "lost", "duplicated", "seconds_to_recover")
HEAD = """| fault | sent | stored | refused, with its reason | lost | stored twice | s to recover |
|---|---|---|---|---|---|---|"""


def told(row: dict[str, object]) -> str:
    """A row of the table."""
    cells = ("never" if row[column] is None else f"{row[column]:,}" for column in COLUMNS)
    return f"| {row['fault']} | {' | '.join(cells)} |"


def main() -> None:
    """Run the rows that were asked for."""
    parser = arguments(__doc__)
    parser.add_argument("--messages", type=int, default=20_000, help="sent in each row")
    parser.add_argument("--broker", choices=("nats", "mosquitto"), default="nats")
    parser.add_argument("--down", type=float, default=DOWN_S, metavar="SECONDS", help="how long the database is down in its row")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", metavar="FAULT", help="rows by name")
    asked = parser.parse_args()
    chosen = [fault for fault in faults(asked.down) if not asked.only or fault.name in asked.only]
    rows = {}
    for number, fault in enumerate(chosen, 1):
        say(f"{number} of {len(chosen)}: {fault.name}, for {fault.lasts_s:.0f} s …")
        rows[fault.name] = run(fault, asked.messages, asked.broker, asked.seed)
        say(told({"fault": fault.name, **rows[fault.name]}))
    say("\n".join([HEAD, *(told({"fault": name, **row}) for name, row in rows.items())]))
    answer(rows)
    sys.exit(0 if all(map(as_it_should, rows.values())) else 1)


def as_it_should(row: dict[str, object]) -> bool:
    """Whether nothing was lost or stored twice, the ledger balances and ingest ran on; of a control: whether it lost any."""
    if row["control"]:
        return bool(row["lost"])
    return not (row["lost"] or row["duplicated"] or row["ended_by_itself"]) and bool(row["balances"])


if __name__ == "__main__":
    main()
