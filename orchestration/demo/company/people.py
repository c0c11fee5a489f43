"""Who works at the demo's company, and with which keys: an insurer for travellers."""

import hashlib
from dataclasses import dataclass

__all__ = ["EMPLOYEES", "KEYS", "ORGANIZATION", "Employee", "Key"]

ORGANIZATION = "org_harbour"


@dataclass(frozen=True)
class Key:
    """An API key of the gateway.

    Attributes
    ----------
    alias : str
        Its name.
    team : str
        The team that pays; its id is ``team_<team>``.
    project : str
        What it is for.
    """

    alias: str
    team: str
    project: str

    @property
    def team_id(self) -> str:
        """Return the id of the team."""
        return f"team_{self.team}"

    @property
    def hash(self) -> str:
        """Return what a log knows the key by."""
        return hashlib.sha256(f"key|{self.alias}".encode()).hexdigest()


KEYS = {
    key.alias: key
    for key in (
        Key("help-center-prod", "support", "help-center"),
        Key("search-api", "platform", "policy-search"),
        Key("growth-scripts", "growth", "campaigns"),
        Key("data-batch", "data", "nightly-digest"),
    )
}


@dataclass(frozen=True)
class Employee:
    """Somebody who works with models."""

    user_id: str
    team: str


EMPLOYEES = tuple(
    Employee(f"{name}@harbour.example", team)
    for team, names in (
        ("support", ("ada", "ben", "carla")),
        ("growth", ("dina", "emil")),
        ("platform", ("farid", "grete", "hugo")),
        ("data", ("ines", "jun")),
    )
    for name in names
)
