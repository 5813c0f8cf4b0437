"""What the ingest process knows of itself, as Prometheus tells it.

The consumer calls once a batch or once a turn, never once a message, and what it calls adds plain numbers; the samples are made
when somebody asks for them (a "custom collector" of prometheus_client, whose own histograms take 0.6 µs an observation).
Moments called `taken`, `at` or `oldest` are seconds of time.monotonic(), which no clock that is put right can move; only
what is compared with a device's time is a time of day.
"""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from ingest.tally import Tally

BATCH_MESSAGES = (1, 10, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
COMMIT_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OUTCOMES = ("stored", "duplicate", "rejected")
ACKNOWLEDGEMENT_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Observations:
    """A histogram that takes many observations at once."""

    def __init__(self, edges: Sequence[float]) -> None:
        self._edges = edges
        self._counts = [0] * (len(edges) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count one observation in the bucket whose edge is the first that is not below it."""
        self._counts[bisect_left(self._edges, value)] += 1
        self._sum += value

    def add_ages(self, taken: Iterable[float], at: float) -> None:
        """Count how long before `at` each moment was; one look a bucket, however many moments."""
        moments = sorted(taken)
        older = len(moments)
        for bucket, edge in enumerate(self._edges):
            oldest_within = bisect_left(moments, at - edge)
            self._counts[bucket] += older - oldest_within
            older = oldest_within
        self._counts[-1] += older
        self._sum += len(moments) * at - sum(moments)

    def metric(self, name: str, means: str) -> HistogramMetricFamily:
        """The histogram with its cumulative buckets."""
        edges = [str(float(edge)) for edge in self._edges] + ["+Inf"]
        return HistogramMetricFamily(name, means, list(zip(edges, accumulate(self._counts), strict=True)), self._sum)


class Figures(Collector):
    """The figures of one ingest process since it began."""

    def __init__(self) -> None:
        self.in_hand = 0
        self.connected = False
        self.caught_up_at: datetime | None = None
        self.kept_at: datetime | None = None
        self.lag_s: float | None = None
        self._outcomes: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._batches = Observations(BATCH_MESSAGES)
        self._commits = Observations(COMMIT_S)
        self._acknowledgements = Observations(ACKNOWLEDGEMENT_S)
        self._oldest: float | None = None
        self._turned_at: float | None = None
        self._connections = 0
        self._database_waits = 0

    def turned(self, in_hand: int, oldest: float | None, at: float) -> None:
        """The broker was looked at: so many messages are not acknowledged yet, the first of them taken at `oldest`."""
        self.in_hand, self._oldest, self._turned_at = in_hand, oldest, at

    def caught_up(self, at: datetime) -> None:
        """Nothing is in hand, and the broker has had nothing more for a moment."""
        self.caught_up_at = at

    def online(self) -> None:
        """The broker has let us in, and every topic is subscribed to."""
        self.connected = True
        self._connections += 1

    def offline(self) -> None:
        """The connection to the broker has ended."""
        self.connected = False

    def database_waited(self) -> None:
        """A batch could not be committed, and will be tried again."""
        self._database_waits += 1

    def kept(self, tally: Tally, messages: int, commit_s: float, at: datetime) -> None:
        """A batch was committed at `at`. Its lag is the age of its freshest frame: one device may be hours late, all are not."""
        self._outcomes.update(stored=tally.stored, duplicate=tally.duplicate, rejected=tally.rejected)
        self._reasons.update(refused.reject.reason for refused in tally.refusals)
        self._batches.add(messages)
        self._commits.add(commit_s)
        self.kept_at = at
        if tally.freshest is not None:
            self.lag_s = max((at - tally.freshest).total_seconds(), 0.0)

    def acknowledged(self, taken: Iterable[float], at: float) -> None:
        """Messages that were taken off the socket at these moments have been acknowledged at `at`."""
        self._acknowledgements.add_ages(taken, at)

    def collect(self) -> Iterator[Metric]:
        """Every figure now; what is not known yet has no sample."""
        at = time.monotonic()
        frames = CounterMetricFamily("streets_ingest_frames", "Frames, by what became of them", labels=["outcome"])
        for outcome in OUTCOMES:
            frames.add_metric([outcome], self._outcomes[outcome])
        yield frames
        rejects = CounterMetricFamily("streets_ingest_rejects", "Frames refused or refused in part, by reason", labels=["reason"])
        for reason, times in sorted(self._reasons.items()):
            rejects.add_metric([reason], times)
        yield rejects
        yield self._batches.metric("streets_ingest_batch_messages", "Messages committed at once")
        yield self._commits.metric("streets_ingest_commit_seconds", "From beginning on a batch to its commit")
        yield self._acknowledgements.metric(
            "streets_ingest_acknowledgement_seconds", "From taking a message off the socket to acknowledging it"
        )
        yield CounterMetricFamily(
            "streets_ingest_reconnects", "Connections to the broker after the first", max(self._connections - 1, 0)
        )
        yield CounterMetricFamily(
            "streets_ingest_database_waits", "Batches that had to wait for the database", self._database_waits
        )
        yield GaugeMetricFamily("streets_ingest_connected", "1 while every topic is subscribed to, else 0", int(self.connected))
        yield GaugeMetricFamily("streets_ingest_messages_in_hand", "Messages taken and not acknowledged yet", self.in_hand)
        yield GaugeMetricFamily(
            "streets_ingest_oldest_in_hand_seconds", "Age of the oldest of them; 0 where there is none", self.oldest_in_hand_s(at)
        )
        yield from self._since(at)

    def _since(self, at: float) -> Iterator[Metric]:
        """What is told once it has happened."""
        told = (
            ("streets_ingest_turn_age_seconds", "Since the process last looked at the broker", self.turn_age_s(at)),
            ("streets_ingest_lag_seconds", "Age of the freshest frame of the last batch, when it was committed", self.lag_s),
            ("streets_ingest_last_commit_timestamp_seconds", "When a batch was last committed", _seconds(self.kept_at)),
            (
                "streets_ingest_caught_up_timestamp_seconds",
                "When nothing was in hand and the broker had nothing more",
                _seconds(self.caught_up_at),
            ),
        )
        for name, means, value in told:
            if value is not None:
                yield GaugeMetricFamily(name, means, value)

    def oldest_in_hand_s(self, at: float) -> float:
        """How long the oldest message that is not acknowledged has been in hand, at `at`; 0 where there is none."""
        return 0.0 if self._oldest is None else at - self._oldest

    def turn_age_s(self, at: float) -> float | None:
        """How long ago the process last looked at the broker, at `at`; None: it has not begun."""
        return None if self._turned_at is None else at - self._turned_at


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
