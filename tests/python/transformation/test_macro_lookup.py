"""Macros that are made when they are called are those that dbt would have made."""

import pytest
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import Macro
from dbt_common.clients.jinja import get_template, render_template

from orchestration.transformation import macro_lookup
from orchestration.transformation.macro_lookup import macros_when_called

PACKAGES = ["dbt_engine", "dbt"]


def macro(package, name, says):
    text = f"{{% macro {name}() %}}{says}{{% endmacro %}}"
    identity = f"macro.{package}.{name}"
    path = f"macros/{name}.sql"
    return identity, Macro(
        name=name,
        resource_type="macro",
        package_name=package,
        path=path,
        original_file_path=path,
        unique_id=identity,
        macro_sql=text,
    )


MACROS = dict(
    [
        macro("ours", "greeting", "ours {{ subject() }}"),
        macro("ours", "subject", "you"),
        macro("ours", "dbt_version", "ours, not a version"),
        macro("theirs", "greeting", "theirs"),
        macro("theirs", "only_theirs", "theirs alone"),
        macro("dbt", "table", "of dbt"),
        macro("dbt", "subject", "dbt"),
        macro("dbt_engine", "table", "of the engine"),
    ]
)
TEXTS = [
    "{{ greeting() }}",
    "{{ dbt.table() }} {{ table() }}",
    "{{ dbt.subject() }}",
    "{{ theirs.greeting() }}",
    "{{ only_theirs is defined }}",
    "{{ dbt_version() }}",
    "{{ context['greeting']() }} {{ context.get('greeting')() }}",
    "{{ 'greeting' in context }} {{ 'nothing' in context }} {{ context.get('nothing', 7) }}",
    "{{ nothing is defined }} {{ invocation_id is defined }} {{ builtins.dbt_version }}",
    "{{ [greeting(), subject()] | join(' ') }}",
]


class Config:
    """What a context needs of a project."""

    project_name = "ours"
    cli_vars: dict = {}  # noqa: RUF012 - dbt reads it

    class credentials:  # noqa: N801 - dbt's name
        type = "engine"

    def __getattr__(self, name):
        return None

    def to_target_dict(self):
        return {"name": "embedded"}


def said(text, monkeypatch, package="ours", native=False):
    monkeypatch.setattr("dbt.adapters.factory.get_adapter_package_names", lambda kind: PACKAGES)
    context = ManifestContext(Config(), Manifest(macros=MACROS), package).to_dict()
    return render_template(get_template(text, context, native=native), context)


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("package", ["ours", "theirs"])
@pytest.mark.parametrize("text", TEXTS)
def test_templates_say_the_same(text, package, native, monkeypatch):
    expected = said(text, monkeypatch, package, native)
    with macros_when_called():
        assert said(text, monkeypatch, package, native) == expected


def test_a_unit_test_overrides_macros(monkeypatch):
    monkeypatch.setattr("dbt.adapters.factory.get_adapter_package_names", lambda kind: PACKAGES)
    with macros_when_called():
        contexts = [
            ManifestContext(Config(), Manifest(macros=MACROS), "ours").to_dict() for _ in range(2)
        ]
        contexts[0]["dbt"]["table"] = lambda: "another"
        contexts[0]["subject"] = lambda: "me"
        template = get_template("{{ dbt.table() }}, {{ subject() }}", {})
        assert [render_template(template, context) for context in contexts] == [
            "another, me",
            "of the engine, you",
        ]


def test_only_macros_that_are_called_are_made(monkeypatch):
    made = []

    own = macro_lookup.MacroGenerator

    def counted(macro, *arguments):
        made.append(macro.name)
        return own(macro, *arguments)

    monkeypatch.setattr(macro_lookup, "MacroGenerator", counted)
    with macros_when_called():
        assert said("{{ greeting() }}", monkeypatch) == "ours you"
    # That of a name that is also a value of dbt's own is made to see whose it is.
    assert made == ["dbt_version", "greeting", "subject"]
