"""The rules of the house, held by tools."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from cli.main import app
from streets.store.migrate import MIGRATIONS

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "tool",
    [["lint-imports", "--no-cache"], ["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=["import-linter", "ruff", "ruff-format", "mypy"],
)
def test_a_tool_finds_nothing(tool: list[str]) -> None:
    run = subprocess.run([BIN / tool[0], *tool[1:]], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_every_migration_is_numbered_once_and_has_a_purpose_and_a_predecessor() -> None:
    for variant in ("plain", "timescale"):
        files = sorted([*(MIGRATIONS / "common").glob("*"), *(MIGRATIONS / variant).glob("*")], key=lambda path: path.name)
        numbers = [path.name[:4] for path in files]
        assert len(set(numbers)) == len(numbers), numbers
        for path in files:
            assert re.fullmatch(r"\d{4}_[a-z_]+\.sql", path.name), path.name
            words = path.read_text()
            assert re.match(r"-- [A-Z].{15,}", words), f"{path.name} does not say what it is for"
            assert re.search(r"^-- depends:", words, re.MULTILINE), f"{path.name} does not say what it builds on"
            assert "transactional: false" not in words, f"{path.name}: migrations are applied all or nothing"


def test_every_named_query_has_a_name_of_its_own_and_a_purpose_and_is_asked() -> None:
    store = ROOT / "streets/store"
    queries = "".join(path.read_text() for path in sorted((store / "queries").glob("*.sql")))
    names = re.findall(r"^-- name: (\w+)", queries, re.MULTILINE)
    assert sorted(set(names)) == sorted(names), "two queries of one name: the one that is read last would hide the other"
    purposes = re.findall(r"^-- name: (\w+).*\n-- [A-Z]", queries, re.MULTILINE)
    assert purposes == names, "a query without a purpose"
    words = re.findall(r'"([a-z_{}.]+)"', "".join(path.read_text() for path in store.glob("*.py")))
    asked = re.compile("|".join(re.sub(r"\{[a-z_.]+\}", r"\\w+", word) for word in words))
    assert [name for name in names if not asked.fullmatch(name)] == []


def test_both_servers_get_migrations_of_the_same_names() -> None:
    plain, timescale = ({path.name for path in (MIGRATIONS / variant).glob("*")} for variant in ("plain", "timescale"))
    assert plain == timescale


def test_only_the_clock_reads_the_time_of_day() -> None:
    readers = {
        ".py": re.compile(r"datetime\.(?:now|utcnow|today)\(|date\.today\("),
        ".sql": re.compile(r"\bnow\(\)|\bcurrent_(?:date|time|timestamp)\b|\bclock_timestamp\b", re.IGNORECASE),
    }
    may = {ROOT / "streets/clock.py", ROOT / "streets/store/queries/condition.sql"}  # the doctor compares the two clocks
    for path in tracked_files():
        if path.suffix in readers and "tests" not in path.relative_to(ROOT).parts and path not in may:
            found = readers[path.suffix].search(path.read_text())
            assert found is None, f"{path.relative_to(ROOT)} reads the clock: let it be given the time"


def test_every_setting_is_documented() -> None:
    code = "".join(path.read_text() for path in tracked_files() if path.suffix == ".py" and "tests" not in path.parts)
    example = (ROOT / ".env.example").read_text() + (ROOT / "docker-compose.yml").read_text()
    settings = set(re.findall(r"\"(STREETS_[A-Z_]+)\"", code)) | set(re.findall(r"STREETS_[A-Z_]+", example))
    missing = settings - set(re.findall(r"`(STREETS_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text()))
    assert not missing, f"docs/settings.md does not tell of {', '.join(sorted(missing))}"


def test_every_path_and_command_that_the_readme_names_is_there() -> None:
    readme = (ROOT / "README.md").read_text()
    linked = {target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", readme) if "://" not in target}
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", readme))
    rooms = {path.name for path in ROOT.iterdir() if path.is_dir()}
    for path in linked - {""} | {path for path in named if path.split("/")[0] in rooms}:
        assert (ROOT / path).exists(), f"README names {path}, which is not there"
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    for command in re.findall(r"(?:^|`|\$ )(?:\.venv/bin/)?streets ([a-z]+)", readme, re.MULTILINE):
        assert command in commands, f"README names `streets {command}`, which is not a command"
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"(?:^|`|\$ )make ([a-z]+)", readme, re.MULTILINE):
        assert target in targets, f"README names `make {target}`, which is not a target"


def test_every_command_has_words_of_help() -> None:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        assert command.help, f"streets {name} says nothing about itself"


def test_help_waits_for_no_room_to_be_imported() -> None:
    slow = {"aiosql", "fastapi", "jinja2", "numpy", "osmium", "paho", "pandas", "psycopg", "pyvrp", "scipy", "shapely", "uvicorn"}
    imported = "import sys, cli.main; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", imported], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not slow & set(run.stdout.split())


def test_no_file_names_a_machine_or_holds_a_secret() -> None:
    folder, key = r"(?<![\w.])/(?:home|root|Users|work)/\w", r"BEGIN [A-Z ]*PRIVATE KEY"
    forbidden = re.compile(rf"{folder}|{key}|(?:^|\s)https?://[^\s\"'/]*:[^\s\"'/]*@")
    for path in tracked_files():
        if path.suffix in {".lock", ".png", ".pbf", ".parquet", ".ico", ".woff2"} or path == Path(__file__):
            continue
        found = forbidden.search(path.read_text(errors="replace"))
        assert found is None, f"{path.relative_to(ROOT)} holds {found.group(0) if found else ''}"


@pytest.mark.shared_data
def test_no_recorded_data_was_copied(shared_data: Path) -> None:
    recorded = {path.stat().st_size: path for path in shared_data.rglob("*") if path.is_file() and path.stat().st_size > 2000}
    for path in tracked_files():
        twin = recorded.get(path.stat().st_size)
        assert twin is None or twin.read_bytes() != path.read_bytes(), f"{path} is {twin.name if twin else ''}"
