"""`streets poll` as a process: killed, stopped, without a cloud, and with a file that is wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from cli.examination import of_clouds
from ingest.clouds.asking import CloudFault
from ingest.clouds.polling import clouds_of
from streets.clouds import Account, accounts_of
from streets.settings import SettingsError
from streets.store.clouds import CloudAccount
from streets.store.database import Database
from tests.clouds.cloud_servers import KEY, QUARTER, Trouble, VivacityServer
from tests.clouds.conftest import account, stand
from tests.ingest.arrivals import found
from tests.platform.processes import locked, process, until, waiting_for_locks

NOW = datetime.now(UTC)
# The last quarter that was certainly published when the tests began.
LAST = (NOW - 3 * QUARTER).replace(minute=0, second=0, microsecond=0)
NO_BROKER = "mqtt://127.0.0.1:1"
COUNTED = "SELECT count(*), count(DISTINCT period_start), sum(people_in) FROM count_reading"
ACCOUNT = {"council": "rivermouth", "name": "town-centre", "cloud": "vivacity", "address": "https://api.vivacitylabs.com"}


def written(folder: Path, *tables: dict[str, object]) -> Path:
    """A clouds file with these accounts."""
    path = folder / "clouds.toml"
    lines = [f"{name} = {value!r}" for table in tables for name, value in [("[[account]]", None), *table.items()]]
    path.write_text("\n".join(line.removesuffix(" = None") for line in lines).replace("(", "[").replace(")", "]"))
    return path


@pytest.fixture
def clouds_file(tmp_path: Path, vivacity: VivacityServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = written(tmp_path, ACCOUNT | {"address": vivacity.url, "key": KEY, "posts": ["54315"], "history_days": 5})
    monkeypatch.setenv("STREETS_CLOUDS_FILE", str(path))
    return path


@pytest.mark.usefixtures("quay", "clouds_file")
def test_killed_while_it_commits_it_loses_nothing_and_counts_nothing_twice(
    database: Database, database_url: str, vivacity: VivacityServer, tmp_path: Path
) -> None:
    stand(database, "rivermouth/vivacity-54315", "vivacity-countline")
    quarters = 4 * 24 * 4
    for number in range(quarters):
        vivacity.count("54315", LAST - number * QUARTER, number % 7, 1)
    with process(tmp_path, database_url, NO_BROKER, "poll") as poller:
        until(lambda: found(database, COUNTED)[0][0], "a piece is committed")
        with locked(database_url, "ledger"):
            waiting_for_locks(database_url)
            poller.child.kill()
            poller.child.wait()
    assert 0 < found(database, COUNTED)[0][0] < quarters
    with process(tmp_path, database_url, NO_BROKER, "poll") as poller:
        whole = (quarters, quarters, sum(number % 7 for number in range(quarters)))
        until(lambda: found(database, COUNTED)[0] == whole, whole)
        assert poller.told_to_stop() == 0
        assert KEY not in poller.text
    assert found(database, "SELECT sum(received), sum(stored), sum(duplicate) FROM ledger") == [(quarters, quarters, 0)]


@pytest.mark.usefixtures("quay", "clouds_file")
def test_it_stops_within_seconds_while_a_cloud_hangs(database_url: str, vivacity: VivacityServer, tmp_path: Path) -> None:
    vivacity.trouble.append(Trouble(silence_s=60))
    with process(tmp_path, database_url, NO_BROKER, "poll") as poller:
        until(lambda: vivacity.asked, "it has asked")
        assert poller.told_to_stop() == 0


@pytest.mark.usefixtures("quay", "clouds_file")
def test_an_officer_tries_an_account_and_is_told_that_its_key_is_refused(
    database_url: str, vivacity: VivacityServer, tmp_path: Path
) -> None:
    vivacity.trouble.append(Trouble(401))
    with process(tmp_path, database_url, NO_BROKER, "poll", "--once") as once:
        assert once.child.wait(timeout=60) == 1
    assert "answers 401" in once.text
    assert "not answered: town-centre" in once.text
    assert KEY not in once.text


def test_the_doctor_says_of_each_account_what_is_wrong_and_what_to_do() -> None:
    def asked(name: str, good_at: datetime | None, fault_kind: str | None = None) -> CloudAccount:
        return CloudAccount(name, "rivermouth", "vivacity", good_at, NOW, fault_kind, fault_kind and "it says so")

    known = [asked("well", NOW), asked("locked-out", NOW, "key"), asked("silent", NOW - timedelta(hours=4)), asked("old", NOW)]
    findings = list(of_clouds(["well", "locked-out", "silent", "new"], known, NOW))
    assert [(each.check, each.ok) for each in findings] == [
        ("cloud well", True),
        ("cloud locked-out", False),
        ("cloud silent", False),
        ("cloud new", False),
    ]
    assert "put the right one into STREETS_CLOUDS_FILE" in findings[1].do


def test_accounts_are_read_with_their_keys_from_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "vivacity.key").write_text(f"{KEY}\n")
    path = written(tmp_path, ACCOUNT | {"key_file": "vivacity.key"})
    (account,) = accounts_of({"STREETS_CLOUDS_FILE": str(path)})
    assert (account.key, account.posts, account.history) == (KEY, (), timedelta(days=7))
    assert KEY not in repr(account)
    assert accounts_of({}) == ()


WRONG = {
    "a post that is a path": (ACCOUNT | {"key": KEY, "posts": ["../x"]}, "posts must be a list"),
    "no key": (ACCOUNT, "either key or key_file"),
    "no TLS": (ACCOUNT | {"key": KEY, "address": "http://api.vivacitylabs.com"}, "must begin with https"),
    "a word that is not known": (ACCOUNT | {"key": KEY, "secret": KEY}, "and nothing else"),
    "a name for people": (ACCOUNT | {"key": KEY, "name": "Town Centre"}, "small letters"),
    "a century": (ACCOUNT | {"key": KEY, "history_days": 36_500}, "history_days must be"),
}


@pytest.mark.parametrize(("table", "says"), WRONG.values(), ids=WRONG.keys())
def test_a_clouds_file_that_is_wrong_is_refused_without_the_key(table: dict[str, object], says: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=says) as error:
        accounts_of({"STREETS_CLOUDS_FILE": str(written(tmp_path, table))})
    assert KEY not in str(error.value)


def test_a_cloud_that_nobody_knows_and_segments_that_nobody_named_are_refused(vivacity: VivacityServer) -> None:
    known: Account = account(vivacity)
    with pytest.raises(SettingsError, match="'eyes-in-the-sky'; a cloud is vivacity or telraam"):
        clouds_of([known, account(vivacity, cloud="eyes-in-the-sky")])
    with pytest.raises(SettingsError, match="must name its segments"):
        clouds_of([account(vivacity, cloud="telraam")])
    ((named, cloud),) = clouds_of([known])
    assert named is known
    with pytest.raises(CloudFault, match="the key sees no countlines"):
        cloud.posts(Event())
    cloud.close()
