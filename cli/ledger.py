"""`streets ledger`: whether everything that came is accounted for."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import transaction

if TYPE_CHECKING:
    from streets.accounts.ledger import LedgerLine
    from streets.store.ledger import Fault, Refusals

app = typer.Typer()

COLUMNS = ("sent", "received", "stored", "duplicate", "rejected", "missing")


@app.command("ledger")
def show(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="One UTC day; all days if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Per source and device: sent (by frame counter), received, stored, duplicate, rejected, missing; exit 1 unless it balances.

    Received, stored, duplicate and rejected are by day of receipt; sent and missing by day of sending, and - where no
    counter tells. "number not kept": refused in a storm, so that up to as many of the missing came. The ledger is held against
    the frames and rejects that are stored, as far back as they are kept.
    """
    from streets.accounts.ledger import FIRST, LAST, by_device, read_ledger, total
    from streets.store import ledger as store

    first, last = (day.date(), day.date()) if day else (FIRST, LAST)
    with transaction("streets_api") as conn:
        ledger = read_ledger(conn, first, last)
        faults = [*ledger.faults, *store.differences(conn, first, last)]
        since = store.raw_kept_since(conn)
    lines, all_lines = by_device(ledger.lines), total(ledger.lines)
    if as_json:
        told = {
            "lines": [_fields(line) for line in lines],
            "reasons": [
                {"source": source, "device": device, "reason": reason, "rejected": times}
                for (source, device), counts in _reasons(ledger.refusals).items()
                for reason, times in counts.items()
            ],
            "total": _fields(all_lines),
            "balances": not faults,
            "faults": [asdict(fault) | {"day": fault.day.isoformat()} for fault in faults],
        }
        typer.echo(json.dumps(told))
    else:
        _table([*lines, all_lines], _reasons(ledger.refusals))
    typer.echo(_verdict(faults, since), err=True)
    if faults:
        raise typer.Exit(1)


def _fields(line: "LedgerLine") -> dict[str, object]:
    return {name: count for name, count in asdict(line).items() if name != "day"}


def _reasons(refusals: "Sequence[Refusals]") -> dict[tuple[str, str], Counter[str]]:
    """How many messages of each source and device were refused for which reason, over all days."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in refusals:
        counts[each.source, each.device][each.reason] += each.rejected
    return counts


def _table(lines: "list[LedgerLine]", reasons: dict[tuple[str, str], Counter[str]]) -> None:
    widths = [max(len(line.source) for line in lines), max(len(line.device) for line in lines)]
    typer.echo("  ".join(["source".ljust(widths[0]), "device".ljust(widths[1]), *(name.rjust(9) for name in COLUMNS)]))
    for line in lines:
        numbers = ("-" if (number := getattr(line, name)) is None else f"{number:,}" for name in COLUMNS)
        words = [f"{reason} {times:,}" for reason, times in reasons.get((line.source, line.device), {}).items()]
        words += [f"number not kept {line.untold:,}"] * bool(line.untold)
        why = ", ".join(words)
        cells = [line.source.ljust(widths[0]), line.device.ljust(widths[1]), *(number.rjust(9) for number in numbers), why]
        typer.echo("  ".join(cells).rstrip())


def _verdict(faults: "Sequence[Fault]", since: date | None) -> str:
    if not faults:
        kept = f"since {since}" if since else "of all days"
        return (
            "The ledger balances: received = stored + duplicate + rejected.\n"
            f"Held against what is stored: rejected = the sum of its reasons; stored = the frames kept, {kept}."
        )
    named = dict.fromkeys(f"{fault.source} {fault.device or ''}".strip() for fault in faults)
    return "\n".join([f"The ledger does not balance: {', '.join(named)}.", *map(_sentence, faults)])


def _sentence(fault: "Fault") -> str:
    what = {
        "received": f"{fault.counted:,} messages received, {fault.found:,} stored, duplicate or rejected",
        "reasons": f"{fault.counted:,} messages rejected, {fault.found:,} of them with a reason",
        "stored": f"{fault.counted:,} frames counted as stored, {fault.found:,} are there",
        "rejected": f"{fault.counted:,} messages counted as rejected, {fault.found:,} rejects are there",
    }
    return f"{fault.day} {fault.source} {fault.device or ''}: ".replace(" :", ":") + what[fault.what]
