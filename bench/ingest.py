"""How fast ingest brings messages from the broker into committed rows, beside what broker and database could do at most.

All in one run, on the same broker and the same database server: the fastest reader we can write, which acknowledges at once and
stores nothing (the broker's limit); `streets ingest`, processes as users run them; a naive script; and COPY alone with the same
rows. Live: read while they are published. Draining: published while nobody reads, then read. Medians of repeats taken in turn.
"""

import sys

# Python looks first in this file's folder, where modules have the names of our packages.
sys.path.pop(0)

import gc
import platform
from pathlib import Path
from statistics import median, quantiles

from bench import inflow, wire
from bench.arrivals import direct, envelopes
from bench.command import answer, arguments, rounded, say
from bench.ground import BROKERS, Ground

TOPIC = "streets/v1/#"
# Enough to be more than the broker hands over before it waits for acknowledgements.
FLUSHED_MESSAGES = 20_000
NAIVE_MESSAGES = 5_000
PACED_PER_S, PACED_S = 1_000, 10
NETWORKS = ("tts", "chirpstack")
COMPARED = (
    ("live", "messages_per_s", "fastest reader", "broker_limit_per_s"),
    ("draining a backlog", "drain_per_s", "fastest reader", "drain_limit_per_s"),
    ("live", "messages_per_s", "naive script", "naive_per_s"),
    ("draining a backlog", "drain_per_s", "COPY alone", "copy_limit_per_s"),
    ("live, broker flushes each message", "flushed_per_s", "fastest reader", "flushed_limit_per_s"),
    ("draining, broker flushes each message", "flushed_drain_per_s", "fastest reader", "flushed_drain_limit_per_s"),
)


def main() -> None:
    """Measure, and answer with one line of JSON."""
    parser = arguments(__doc__)
    parser.add_argument("--messages", type=int, default=100_000, metavar="N", help="in each part (default 100000)")
    parser.add_argument("--processes", type=int, default=1, metavar="P", help="ingest processes side by side (default 1)")
    parser.add_argument("--broker", choices=BROKERS, default="nats")
    parser.add_argument("--repeats", type=int, default=3, metavar="R", help="of the parts that are compared (default 3)")
    asked = parser.parse_args()
    with Ground(asked.broker, asked.processes) as ground:
        figures = measure(ground, asked.messages, asked.processes, asked.repeats)
    if asked.broker == "nats":
        with Ground(asked.broker, 1, durable=True) as ground:
            figures |= _flushed(ground)
    say(table(figures))
    say(f"taken with {interpreter()}")
    asked_for = {"broker": asked.broker, "messages": asked.messages, "processes": asked.processes}
    answer(asked_for | {"interpreter": interpreter()} | figures)


def measure(ground: Ground, messages: int, processes: int, repeats: int) -> dict[str, float]:
    """Every part of the benchmark."""
    packets = list(wire.packed(direct(messages, processes)))
    # The messages are copied into the publishers' processes, and must not be walked through there.
    gc.freeze()
    limits, drain_limits, lives, drains = [], [], [], []
    for repeat in range(repeats):
        limits.append(inflow.reader_live(ground, packets, TOPIC))
        lives.append(inflow.ingest_live(ground, packets))
        drain_limits.append(inflow.reader_drain(ground, packets, TOPIC))
        drains.append(inflow.ingest_drain(ground, packets))
        say(
            f"{repeat + 1} of {repeats}: live {lives[-1].per_s:,.0f} of {limits[-1]:,.0f} a second,"
            f" draining {drains[-1].per_s:,.0f} of {drain_limits[-1]:,.0f}"
        )
    outcomes = lives + drains
    live, drain = median(each.per_s for each in lives), median(each.per_s for each in drains)
    limit, drain_limit = median(limits), median(drain_limits)
    few = list(wire.packed(direct(min(messages, NAIVE_MESSAGES), processes)))
    naive = inflow.naive_live(ground, few, TOPIC)
    copied = inflow.copy_limit(ground, packets)
    say(f"the naive script {naive:,.0f} a second, COPY alone {copied:,.0f}")
    figures = {
        "messages_per_s": rounded(live, 0),
        "drain_per_s": rounded(drain, 0),
        "broker_limit_per_s": rounded(limit, 0),
        "drain_limit_per_s": rounded(drain_limit, 0),
        "copy_limit_per_s": rounded(copied, 0),
        "naive_per_s": rounded(naive, 0),
        "ratio_to_broker": rounded(live / limit),
        "ratio_drain": rounded(drain / drain_limit),
        "ratio_to_copy": rounded(drain / copied),
        "ratio_to_naive": rounded(live / naive, 1),
        "lost": sum(each.lost for each in outcomes),
        "duplicated": sum(each.duplicated for each in outcomes),
        "rss_mb": rounded(max(each.usage.rss_mb for each in outcomes), 1),
        "cpu_us_per_message": rounded(median(each.usage.cpu_s for each in lives) / messages * 1e6, 1),
    }
    return figures | _envelopes(ground, max(messages // 4, 1)) | _latency(ground)


def _envelopes(ground: Ground, messages: int) -> dict[str, float]:
    """The same with messages as network servers wrap them."""
    figures: dict[str, float] = {}
    for network in NETWORKS:
        packets = list(wire.packed(envelopes(network, messages)))
        live, drain = inflow.ingest_live(ground, packets), inflow.ingest_drain(ground, packets)
        figures[f"{network}_per_s"], figures[f"{network}_drain_per_s"] = rounded(live.per_s, 0), rounded(drain.per_s, 0)
        figures[f"{network}_lost"] = live.lost + drain.lost
        say(f"{network}: live {live.per_s:,.0f} a second, draining {drain.per_s:,.0f}")
    return figures


def _flushed(ground: Ground) -> dict[str, float]:
    """The same where the broker flushes each message to disk before it acknowledges, as in production."""
    packets = list(wire.packed(direct(FLUSHED_MESSAGES, 1)))
    limit, live = inflow.reader_live(ground, packets, TOPIC), inflow.ingest_live(ground, packets)
    drain_limit, drain = inflow.reader_drain(ground, packets, TOPIC), inflow.ingest_drain(ground, packets)
    say(f"each message flushed by the broker: live {live.per_s:,.0f} of {limit:,.0f} a second")
    return {
        "flushed_per_s": rounded(live.per_s, 0),
        "flushed_limit_per_s": rounded(limit, 0),
        "flushed_drain_per_s": rounded(drain.per_s, 0),
        "flushed_drain_limit_per_s": rounded(drain_limit, 0),
    }


def interpreter() -> str:
    """Which Python ran, and from where: how it was built counts for a fifth of ingest's time."""
    return f"{platform.python_implementation()} {platform.python_version()} of {Path(sys.executable).resolve()}"


def table(figures: dict[str, float]) -> str:
    """The figures as a table for bench/README.md."""
    rows = [("", "`streets ingest`", "beside it, same run", "ratio")]
    for what, ours, beside, limit in COMPARED:
        if ours in figures and limit in figures:
            rows.append(
                (what, f"{figures[ours]:,.0f}/s", f"{beside} {figures[limit]:,.0f}/s", f"{figures[ours] / figures[limit]:.2f}")
            )
    for network in NETWORKS:
        live, drain = figures[f"{network}_per_s"], figures[f"{network}_drain_per_s"]
        rows.append((f"{network} envelopes, live and draining", f"{live:,.0f}/s, {drain:,.0f}/s", "", ""))
    rows.append(
        ("publish to visible at 1,000/s", f"p50 {figures['latency_p50_ms']} ms, p95 {figures['latency_p95_ms']} ms", "", "")
    )
    rows.append(
        ("memory at most, processor time", f"{figures['rss_mb']} MB, {figures['cpu_us_per_message']} µs a message", "", "")
    )
    rows.append(("lost, stored twice", f"{figures['lost']}, {figures['duplicated']}", "", ""))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---|---|---|---|", *lines[1:]])


def _latency(ground: Ground) -> dict[str, float]:
    """Publish to visible."""
    seconds = inflow.latencies(ground, PACED_PER_S, PACED_S)
    return {"latency_p50_ms": rounded(1e3 * median(seconds), 1), "latency_p95_ms": rounded(1e3 * quantiles(seconds, n=20)[-1], 1)}


if __name__ == "__main__":
    main()
