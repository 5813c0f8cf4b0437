"""The application as tests call it."""

from dataclasses import dataclass

from fastapi import FastAPI


@dataclass(frozen=True, slots=True)
class Served:
    """Where the application is, its database, and the secrets of the tokens.

    These are: crew, officer, operator, device, chirpstack, other_council.
    """

    url: str
    database_url: str
    secrets: dict[str, str]
    app: FastAPI

    def bearer(self, who: str) -> dict[str, str]:
        """The header that says who calls."""
        return {"Authorization": f"Bearer {self.secrets[who]}"}
