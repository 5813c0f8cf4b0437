"""`streets token`: who may call."""

import json
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote
from uuid import UUID

import typer

from cli.assets import named
from cli.database import transaction
from streets import clock
from streets.settings import settings_of

if TYPE_CHECKING:
    from streets.store.tokens import Token

app = typer.Typer(
    name="token", no_args_is_help=True, help="Make, list and revoke the tokens of crews, officers, devices and the operator."
)

DAYS = {"crew": 90, "officer": 30, "device": 365, "operator": 30}

Council = Annotated[str | None, typer.Option(help="The council that it belongs to; the operator's belongs to none.")]


def sign_in_link(public_url: str, secret: str) -> str:
    """The address that signs a person in, on the device that opens it."""
    return f"{public_url}/sign-in?token={quote(secret)}"


@app.command()
def create(
    subject: Annotated[
        str, typer.Option(callback=named, help="Who holds it: a person, a vehicle, or a network server's application.")
    ],
    role: Annotated[str, typer.Option(help="crew, officer, device or operator.")],
    council: Council = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long; by default crew 90, officer 30, device 365, operator 30.")
    ] = None,
) -> None:
    """Make a token and show its secret, this once: on stdout the secret, on stderr the link to sign in with.

    For a webhook the subject is the application that the network server sends for: my-app@tenant (The Things Stack), the
    application's id (ChirpStack, Helium, LORIOT), or the AS ID (ThingPark). For a direct device or a Xovis sensor it is the
    device: council/name. The operator of the installation sees the refused messages of which nobody can tell whose they are.
    """
    from streets.store import tokens

    if role not in tokens.ROLES:
        raise typer.BadParameter(f"the role is one of {', '.join(tokens.ROLES)}, not {role!r}", param_hint="--role")
    if (council is None) != (role == tokens.OPERATOR):
        raise typer.BadParameter("the operator's token belongs to no council, every other to one", param_hint="--council")
    settings = settings_of()
    try:
        with transaction("streets_officer") as conn:
            secret, token = tokens.create(conn, council or tokens.NO_COUNCIL, role, subject, clock.now(), days or DAYS[role])
    except tokens.NoSuchCouncil as error:
        typer.echo(f"streets: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(secret)
    typer.echo(
        f"token {token.token_id} of {role} {subject} holds until {token.expires_at:%d %B %Y}; the secret is not kept.", err=True
    )
    if role != "device":
        typer.echo(f"sign in: {sign_in_link(settings.public_url, secret)}", err=True)


@app.command("list")
def show(
    council: Annotated[str | None, typer.Option(help="Only this council's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """List tokens, the newest first; never a secret, which nobody has."""
    from streets.store import tokens

    with transaction("streets_officer") as conn:
        found = tokens.listed(conn, council)
    lines = [_told(token) for token in found]
    if as_json:
        typer.echo(json.dumps(lines))
        return
    for line in lines:
        typer.echo("  ".join(str(word) for word in line.values()))


def _told(token: "Token") -> dict[str, str | None]:
    return {
        "token_id": str(token.token_id),
        "council": token.council,
        "role": token.role,
        "subject": token.subject,
        "expires_at": token.expires_at.isoformat(),
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
    }


@app.command()
def revoke(token_id: Annotated[UUID, typer.Argument(help="As `streets token list` shows it.")]) -> None:
    """End a token, and every session begun with it, now."""
    from streets.store import tokens

    with transaction("streets_officer") as conn:
        ended = tokens.revoke(conn, token_id, clock.now())
    if not ended:
        typer.echo(f"streets: there is no token {token_id} that was not revoked before", err=True)
        raise typer.Exit(1)
    typer.echo(f"token {token_id} is revoked", err=True)
