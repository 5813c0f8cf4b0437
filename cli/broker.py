"""`streets broker`: the configuration of a nats-server that serves this deployment."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.database import transaction

app = typer.Typer()
broker = typer.Typer(no_args_is_help=True, help="The MQTT broker's configuration.")
app.add_typer(broker, name="broker")

# Who takes part besides devices: the setting with the password, what may be published, what may be read.
PARTIES = {
    "ingest": ("STREETS_MQTT_INGEST_PASSWORD", (), ("v3/#", "application/#", "loriot/#", "streets/v1/#")),
    "api": ("STREETS_MQTT_API_PASSWORD", ("v3/#", "application/#", "loriot/#", "streets/v1/#"), ()),
    "network": ("STREETS_MQTT_NETWORK_PASSWORD", ("v3/#", "application/#", "loriot/#", "streets/v1/+/thingpark/+/uplink"), ()),
}

# The simulated town of a demonstration speaks for every device; it is let in only where it has a password.
TOWN_PASSWORD = "STREETS_MQTT_TOWN_PASSWORD"  # noqa: S105 - the name of a setting


@broker.command()
def config(
    file: Annotated[Path, typer.Argument(help="where nats.conf goes; only its owner will be able to read it")],
    flush_each_second: Annotated[
        bool,
        typer.Option(
            "--flush-each-second",
            help="Flush to disk once a second, not before each acknowledgement: for more than a thousand messages a second.",
        ),
    ] = False,
) -> None:
    """Write nats.conf: the parties of this deployment, and every direct device that holds a token, each with its own topic.

    Devices come from the database of STREETS_DATABASE_URL. After a change: write it again, then `nats-server --signal reload`.
    """
    from cli.embedded.broker_config import BrokerUser, broker_config, direct_device
    from streets.clock import now
    from streets.settings import secrets_of
    from streets.store.tokens import broker_logins

    passwords = secrets_of(os.environ, {name: party[0] for name, party in PARTIES.items()})
    users = [BrokerUser(name, publish, subscribe) for name, (_, publish, subscribe) in PARTIES.items()]
    if os.environ.get(TOWN_PASSWORD):
        users.append(BrokerUser("town", publish=("v3/#", "application/#", "loriot/#", "streets/v1/#")))
        passwords["town"] = os.environ[TOWN_PASSWORD]
    with transaction("streets_officer") as conn:
        for login in broker_logins(conn, now()):
            users.append(direct_device(login.device))
            passwords[login.device] = login.broker_hash
    text = broker_config(
        users, passwords, listen="127.0.0.1:4222", mqtt_listen="0.0.0.0:1883", store="/data", durable=not flush_each_second
    )
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
        written.write(text)
    typer.echo(f"{file}: {len(users)} users", err=True)
