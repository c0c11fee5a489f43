"""What a dbt build is asked to do, as dbt arguments."""

import json
import re
from dataclasses import dataclass
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError

__all__ = ["FROM_FORECASTS", "BuildOptions"]

# dbt's selector of all that is built from the tables of forecasts.
FROM_FORECASTS = "source:forecasting+"

# Where the project is, where it runs and how it reports is decided in one place (dbt.py).
_DECIDED = {
    "--target": "set TOKENHOUSE_TARGET",
    "-t": "set TOKENHOUSE_TARGET",
    "--target-path": "set DBT_TARGET_PATH",
    "--log-format": "use --verbose",
    "--project-dir": "call dbt itself",
    "--profiles-dir": "call dbt itself",
    "--profile": "call dbt itself",
}
# Vars that name tables which others write.
_IN_PLACE = ("litellm_postgres_table", "langfuse_database", "otel_traces_table")
# dbt's operators before and behind a selector: 2+name, @name, name+1.
_PARENTS = re.compile(r"^(?:@|\d*\+)")
_CHILDREN = re.compile(r"\+\d*$")


@dataclass(frozen=True)
class BuildOptions:
    """Options of a dbt build.

    Attributes
    ----------
    select, exclude : tuple of str
        dbt selectors, such as ``marts+`` or ``path:models/marts``, combined. Everything is built if
        both are empty.
    full_refresh : bool
        Whether incremental models are rebuilt from scratch.
    unit_tests : bool
        Whether dbt's unit tests run, too. They test the code on made-up rows and take as long as
        the models: they are for changes of models, and for CI.
    variables : str
        Overrides of the project's vars, as YAML or JSON; empty for none.
    everything : bool
        Whether what is current is built again, too.
    extra : tuple of str
        Further arguments for dbt, passed on unchanged.
    """

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: bool = False
    unit_tests: bool = False
    variables: str = ""
    everything: bool = False
    extra: tuple[str, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether everything is built; with extra arguments it may not be."""
        return not (self.select or self.exclude or self.extra)

    @property
    def selection(self) -> str:
        """Selection as dbt arguments; empty for everything."""
        return " ".join(
            [
                *(["--select", *self.select] if self.select else []),
                *(["--exclude", *self.exclude] if self.exclude else []),
                *self.extra,
            ]
        )

    @property
    def parsed_variables(self) -> dict[str, Any]:
        """The overridden vars.

        Raises
        ------
        BadInputError
            If they are no YAML or JSON object.
        """
        import yaml

        try:
            parsed = yaml.safe_load(self.variables) if self.variables.strip() else {}
        except yaml.YAMLError:
            parsed = None
        if not isinstance(parsed, dict):
            raise BadInputError(
                f"--vars {self.variables!r} is not a mapping of names to values; "
                "write it as '{name: value, other: value}'."
            )
        return parsed

    @property
    def variables_argument(self) -> str:
        """The overridden vars as JSON; empty for none."""
        variables = self.parsed_variables
        return json.dumps(variables, sort_keys=True) if variables else ""

    @property
    def is_planned(self) -> bool:
        """Whether what is current is left out: a selection means what it says."""
        is_asked_for = self.everything or self.full_refresh or self.unit_tests
        return self.is_full and not is_asked_for and not self.reads_in_place

    @property
    def reads_in_place(self) -> bool:
        """Whether tables of others are read where they are; nobody says when they change."""
        variables = settings.project_vars() | self.parsed_variables
        return any(variables.get(name) for name in _IN_PLACE)

    def _indirect(self) -> list[str]:
        """Return which tests are selected with the models.

        By default dbt adds every test that reads a selected model, even if it also reads models
        that may not exist yet. With a selection, only tests are added that read nothing but
        selected models and their parents.
        """
        return ["--indirect-selection", "buildable"] if self.select else []

    def _excluded(self) -> list[str]:
        """Return the exclusions: with a selection, also the tests of what is excluded.

        dbt expands exclusions as :meth:`_indirect` says, which would miss some of these tests. The
        tests of an intersection cannot be named.
        """
        if not self.select:
            return list(self.exclude)
        return [
            selector for excluded in self.exclude for selector in (excluded, *_tests_of(excluded))
        ]

    def arguments(self) -> list[str]:
        """Return the arguments for dbt, ``build`` first.

        Returns
        -------
        list of str
            Without the executable.

        Raises
        ------
        BadInputError
            If the vars cannot be read or an extra argument is decided elsewhere.
        """
        for argument in self.extra:
            name = argument.partition("=")[0]
            if name in _DECIDED:
                raise BadInputError(f"{name} cannot be passed on to dbt; {_DECIDED[name]} instead.")
        return [
            "build",
            *(["--select", " ".join(self.select)] if self.select else []),
            *(["--exclude", " ".join(self._excluded())] if self.exclude else []),
            *self._indirect(),
            *(["--full-refresh"] if self.full_refresh else []),
            *([] if self.unit_tests else ["--exclude-resource-type", "unit_test"]),
            *(["--vars", self.variables_argument] if self.variables_argument else []),
            *self.extra,
        ]


def _tests_of(excluded: str) -> list[str]:
    """Return dbt's selector of the tests that read what a selector names."""
    named = _PARENTS.sub("", excluded)
    if "," in named or _CHILDREN.search(named):
        return []
    return [f"{named}+1,resource_type:test"]
