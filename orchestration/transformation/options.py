"""What a dbt build is asked to do, as dbt arguments."""

import json
import re
from dataclasses import dataclass
from typing import Any

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
# dbt's operators before and behind a selector: 2+name, @name, name+1.
_PARENTS = re.compile(r"^(?:@|\d*\+)")
_CHILDREN = re.compile(r"\+\d*$")


@dataclass(frozen=True)
class BuildOptions:
    """Options of a dbt build.

    Attributes
    ----------
    select, exclude : tuple of str
        dbt selectors, such as ``marts+`` or ``path:models/marts``; all of them together. Everything
        when both are empty.
    full_refresh : bool
        Whether incremental models are made anew.
    unit_tests : bool
        Whether dbt's unit tests run, too. They judge the code on made-up rows, whatever is loaded,
        and take as long as the models: they are for those who change models, and for CI.
    variables : str
        Overrides of the project's vars, as YAML or JSON; empty for none.
    extra : tuple of str
        Further arguments for dbt, as they are.
    """

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: bool = False
    unit_tests: bool = False
    variables: str = ""
    extra: tuple[str, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether every model and test is built; extra arguments may narrow it, so they do not."""
        return not (self.select or self.exclude or self.extra)

    @property
    def selection(self) -> str:
        """What is built, in words that dbt understands; empty for everything."""
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
                f"--vars {self.variables!r} is no set of names and values; "
                "write it as '{name: value, other: value}'."
            )
        return parsed

    def _indirect(self) -> list[str]:
        """Return how far tests are selected with what they test.

        dbt would add every test that reads a selected model, also those that read models beside
        it, which need not be there yet. With a selection only those are added that read nothing
        but what is selected and what that is built from.
        """
        return ["--indirect-selection", "buildable"] if self.select else []

    def _excluded(self) -> list[str]:
        """Return what is left out: with a selection, the tests that read it as well.

        What dbt excludes it expands in the way of :meth:`_indirect`, which is too little here. The
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
        variables = self.parsed_variables
        return [
            "build",
            *(["--select", " ".join(self.select)] if self.select else []),
            *(["--exclude", " ".join(self._excluded())] if self.exclude else []),
            *self._indirect(),
            *(["--full-refresh"] if self.full_refresh else []),
            *([] if self.unit_tests else ["--exclude-resource-type", "unit_test"]),
            *(["--vars", json.dumps(variables, sort_keys=True)] if variables else []),
            *self.extra,
        ]


def _tests_of(excluded: str) -> list[str]:
    """Return dbt's selector of the tests that read what a selector names."""
    named = _PARENTS.sub("", excluded)
    if "," in named or _CHILDREN.search(named):
        return []
    return [f"{named}+1,resource_type:test"]
