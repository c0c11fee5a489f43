"""Templates are translated once, and what they say stays the same."""

import marshal
from types import SimpleNamespace

import pytest
from dbt_common.clients.jinja import MacroFuzzEnvironment, get_template, render_template

from orchestration.transformation.templates import compile_templates, kept_templates

TEXT = "select {% for n in range(count) %}{{ n }}{% if not loop.last %}, {% endif %}{% endfor %}"


@pytest.fixture
def translated(monkeypatch):
    """Return the texts that Jinja really translates."""
    texts = []
    generate = MacroFuzzEnvironment._generate

    def counted(self, source, *arguments, **options):
        texts.append(source)
        return generate(self, source, *arguments, **options)

    monkeypatch.setattr(MacroFuzzEnvironment, "_generate", counted)
    return texts


def rendered(text=TEXT, native=False, **context):
    return render_template(get_template(text, context, native=native), context)


def test_the_next_process_translates_nothing(tmp_path, translated):
    path = tmp_path / "home" / "templates"
    for _ in range(2):
        with kept_templates(path):
            assert rendered(count=3) == "select 0, 1, 2"
            assert rendered(count=1) == "select 0"
    assert len(translated) == 1


def test_a_text_is_another_where_it_is_rendered_natively(tmp_path):
    path = tmp_path / "templates"
    for _ in range(2):
        with kept_templates(path):
            assert rendered("{{ count }}", count=2) == "2"
            assert rendered("{{ count }}", native=True, count=2) == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"no marshal", marshal.dumps(7), marshal.dumps((("3.2", "1", "1"), {("a", "b"): 1}))],
)
def test_what_others_made_counts_as_none(tmp_path, translated, content):
    path = tmp_path / "templates"
    path.write_bytes(content)
    for _ in range(2):
        with kept_templates(path):
            assert rendered(count=2) == "select 0, 1"
    assert len(translated) == 1


def test_a_file_of_many_versions_of_a_project_is_begun_again(tmp_path, translated, monkeypatch):
    path = tmp_path / "templates"
    with kept_templates(path):
        rendered(count=1)
        rendered("{{ count }}", count=1)
    monkeypatch.setattr("orchestration.transformation.templates._MOST", 1)
    with kept_templates(path):
        rendered(count=1)
    with kept_templates(path):
        rendered(count=1)
    assert len(translated) == 3


def test_a_home_that_cannot_be_written_only_takes_longer(tmp_path, translated):
    (tmp_path / "file").touch()
    for _ in range(2):
        with kept_templates(tmp_path / "file" / "templates"):
            assert rendered(count=2) == "select 0, 1"
    assert len(translated) == 2


def test_a_broken_template_is_complained_about_each_time(tmp_path):
    for _ in range(2):
        with kept_templates(tmp_path / "templates"), pytest.raises(Exception, match="end of"):
            rendered("{{ 1 ")


def test_afterwards_dbt_is_as_it_was(tmp_path):
    own_compile = MacroFuzzEnvironment.compile
    with kept_templates(tmp_path / "templates"):
        assert MacroFuzzEnvironment.compile is not own_compile
    assert MacroFuzzEnvironment.compile is own_compile


def test_a_project_is_translated_ahead(tmp_path, translated):
    macro = SimpleNamespace(macro_sql="{% macro one() %}1{% endmacro %}")
    broken = SimpleNamespace(macro_sql="{% macro ")
    manifest = SimpleNamespace(
        nodes={"model": SimpleNamespace(raw_code=TEXT)}, macros={"macro": macro, "broken": broken}
    )
    compile_templates(manifest, tmp_path / "templates")
    assert len(translated) == 2
    with kept_templates(tmp_path / "templates"):
        assert rendered(count=1) == "select 0"
        assert get_template(macro.macro_sql, {}).module
    assert len(translated) == 2
