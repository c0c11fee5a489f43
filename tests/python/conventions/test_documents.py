"""What the documents state of the project is so: tables, commands, links, files, numbers, words."""

import re

import pytest
import yaml

from conventions.data_model import render
from conventions.markdown import anchors, documents, links, names, prose, table
from conventions.project import PROJECT, complain, in_project
from orchestration.cli import main
from orchestration.loading.sources import SOURCES

DOCS = PROJECT / "docs"
READ = re.compile(r"(?:environ(?:\.get)?[\[(]|env_var\()\s*[\"']([A-Z_]+)[\"']")
# Set by dbt and by the shell, not by whoever runs a warehouse.
NOT_OURS = {"PATH"}
LONGEST_README = 150
FEWEST_PLACES = 20
DECISION = re.compile(r"(?<![0-9A-Za-z])K\d{1,2}(?![0-9A-Za-z])")
CODE = ("models", "macros", "seeds", "tests", "orchestration", "docs")
CODE_SUFFIXES = (".sql", ".yml", ".csv", ".md", ".py")
PATHS = re.compile(
    r"(?<![\w./<-])((?:models|macros|seeds|orchestration|tests|profiles|docs)/[\w./<>*{}-]+)(?=[`\s,;:)])"
)
# What a newcomer asks first: each is in the table of places, by these words.
ASKED = (
    "z-score",
    "calibrated z",
    "Claude Code",
    "add a source",
    "choose its price",
    "materialized",
    "thresholds",
    "species",
    "alert raised",
    "forecast made",
)
NAME = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`")
# What a document asks for and is not built.
NAMES_OF_OTHERS = {"period_cost_spike"}
MART = re.compile(r"marts\}?\}?`?\.(\w+)")
TERM = re.compile(r"^- \*\*(.+?)\*\*: (.+)$", re.MULTILINE)
# Abbreviations and names that need no glossary: of the trade, of products, of SQL.
KNOWN = {"API", "CSV", "HIGH", "HTTP", "JSON", "LOW", "MCP", "NULL", "SQL", "URL", "USD", "UTC"}
ABBREVIATION = re.compile(r"\b[A-Z]{3,}\b|\b[A-Z][a-z]+-[A-Z][a-z]+\b")


def read(name: str) -> str:
    """Return the text of a document."""
    return (DOCS / name).read_text()


def test_the_readme_is_a_page(readme):
    length = len(readme.splitlines())
    assert length <= LONGEST_README, f"README.md has {length} lines; move details into docs/."


def test_marts(project):
    rows = table(read("marts.md"), "Marts")
    complain(
        "docs/marts.md: a row for each model in models/marts, and for no other:",
        sorted(set(names(rows)) ^ set(project.marts)),
    )
    without = [row[0] for row in rows if not all(row)]
    complain("docs/marts.md: each row gives the grain and what it answers:", without)


def test_layers(project):
    rows = {row[0].strip("`"): row[1] for row in table(read("marts.md"), "Layers")}
    folders = {model["fqn"][1] for model in project.models.values()}
    complain("docs/marts.md, Layers: these folders are missing:", list(folders - rows.keys()))


def test_sources():
    complain(
        "docs/sources.md: a row for each in orchestration/loading/sources, and for no other:",
        sorted(
            set(names(table(read("sources.md"), "Sources"))) ^ {source.name for source in SOURCES}
        ),
    )


def test_vars():
    rows = table(read("vars.md"), "Vars")
    shown = {row[0].strip("`"): yaml.safe_load(row[2].strip("`")) for row in rows}
    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    nothing = object()
    complain(
        "docs/vars.md: a row for each var of dbt_project.yml with its default as YAML:",
        [
            f"{name}: {declared.get(name, 'is no var')}"
            for name in shown.keys() | declared.keys()
            if shown.get(name, nothing) != declared.get(name, nothing)
        ],
    )


def test_environment_variables():
    files = [*(PROJECT / "orchestration").rglob("*.py"), PROJECT / "profiles" / "profiles.yml"]
    found = {name for path in files for name in READ.findall(path.read_text())} - NOT_OURS
    shown = set(names(table(read("operations.md"), "Environment variables")))
    complain("docs/operations.md, Environment variables: nothing reads them:", list(shown - found))
    complain("docs/operations.md, Environment variables: not listed:", list(found - shown))


def test_commands():
    commands = set(main.list_commands(None))
    rows = names(table(read("operations.md"), "Commands"))
    shown = {name.split()[1] for name in rows}
    complain("docs/operations.md, Commands: missing, or no command:", list(shown ^ commands))
    offenders = [
        f"{in_project(path)}: tokenhouse {name}"
        for path in documents()
        for name in re.findall(r"^tokenhouse ([a-z]+)|`tokenhouse ([a-z]+)", path.read_text(), re.M)
        for name in filter(None, name)
        if name not in commands
    ]
    complain("`tokenhouse --help` does not list:", offenders)


def test_make_targets():
    makefile = (PROJECT / "Makefile").read_text()
    targets = {"help", *re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.M)}
    offenders = [
        f"{in_project(path)}: make {name}"
        for path in documents()
        for name in re.findall(r"(?:`|^\$ |^)make ([a-z-]+)(?=[\s`])", path.read_text(), re.M)
        if name not in targets
    ]
    complain("The Makefile has no such target:", offenders)


def test_no_link_is_dead():
    offenders = []
    for path in documents():
        for link in links(path.read_text()):
            target, _, anchor = link.partition("#")
            place = (path.parent / target).resolve() if target else path
            if not place.exists():
                offenders.append(f"{in_project(path)}: {link}")
            elif anchor and place.suffix == ".md" and anchor not in anchors(place.read_text()):
                offenders.append(f"{in_project(path)}: {link} (no such heading)")
    complain("A link leads nowhere; correct it:", offenders)


def test_files_that_are_named_exist():
    offenders = [
        f"{in_project(path)}: {name}"
        for path in documents()
        if path.name != "requirements.md"  # its tests are checked where it is written
        for name in PATHS.findall(prose(path.read_text()))
        if not re.search(r"[<*{]", name) and not (PROJECT / name).exists()
    ]
    complain("A document names a file that is not there:", offenders)


def test_names_in_documents_are_names_in_code():
    """A column or var that was renamed is renamed in the documents too."""
    # The definitions have the names of Dagster's jobs and sensors.
    definitions = PROJECT / "tests/python/orchestration/definitions.txt"
    files = [PROJECT / "dbt_project.yml", definitions]
    # The demo's company names the columns and kinds of its truth table.
    for folder in ("models", "macros", "seeds", "tests/singular", "orchestration/demo/company"):
        files += [path for path in (PROJECT / folder).rglob("*") if path.suffix != ".pyc"]
        files = [path for path in files if path.is_file()]
    known = {word for path in files for word in re.findall(r"\w+", path.read_text())}
    known |= {path.stem for path in files} | {source.name for source in SOURCES} | NAMES_OF_OTHERS
    # Figures name methods and presets; the changelog tells of names that are no more.
    left_out = ("docs/accuracy/", "CHANGELOG.md")
    offenders = [
        f"{in_project(path)}: {name}"
        for path in documents()
        if not in_project(path).startswith(left_out)
        for name in set(NAME.findall(prose(path.read_text()))) - known
    ]
    complain("No model, column, macro, var or seed has this name:", offenders)


def test_every_document_is_in_the_index():
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in links(read("index.md"))}
    offenders = [
        in_project(path)
        for path in DOCS.rglob("*.md")
        if path.resolve() not in listed and path.name != "index.md"
    ]
    complain("docs/index.md does not list:", offenders)


def test_the_picture_of_the_judgement_is_the_projects(project):
    """Its models and arrows are those of dbt's graph, and no arrow between them is missing."""
    section = read("architecture.md").split("## The calibrated judgement")[1]
    picture = section.split("```mermaid")[1].split("```")[0]
    names_of = dict(re.findall(r"\b(\w+)\[\"?(\w+)", picture))
    drawn = {(names_of[a], names_of[b]) for a, b in re.findall(r"(\w+) --> (\w+)", picture)}
    models = {model["name"]: model for model in project.models.values()}
    expected = {
        (parent, name)
        for name in names_of.values()
        for key in project.parents(models[name], ("model",))
        if (parent := key.split(".")[-1]) in names_of.values()
    }
    assert drawn == expected


def test_where_is():
    rows = table(read("architecture.md"), "Where is …?")
    assert len(rows) >= FEWEST_PLACES
    paths = names(rows, column=1)
    assert len(paths) == len(rows), "Each question has one path."
    complain(
        "docs/architecture.md, Where is …?: these paths are wrong:",
        [path for path in paths if not (PROJECT / path).exists()],
    )
    questions = " ".join(row[0] for row in rows)
    complain("A newcomer asks for these:", [word for word in ASKED if word not in questions])


def test_decisions_resolve():
    decided = set(re.findall(r"^## (K\d+):", read("decisions.md"), flags=re.M))
    assert decided == {f"K{number}" for number in range(1, 21)}
    files = [
        path
        for folder in CODE
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in CODE_SUFFIXES
    ]
    offenders = [
        f"{in_project(path)}: {number}"
        for path in [*files, PROJECT / "dbt_project.yml"]
        for number in set(DECISION.findall(path.read_text())) - decided
    ]
    complain("docs/decisions.md has no such decision:", offenders)


def test_the_data_model_is_up_to_date(project):
    assert read("data_model.md") == render(project.manifest), (
        "docs/data_model.md is out of date; run `make data-model` and commit it."
    )


def test_whatever_reads_marts_is_an_exposure(project):
    exposed = {
        key.split(".")[-1]
        for exposure in project.manifest["exposures"].values()
        for key in exposure["depends_on"]["nodes"]
    }
    read_by_python = {
        f"{in_project(path)}: {name}"
        for path in (PROJECT / "orchestration").rglob("*.py")
        for name in MART.findall(path.read_text())
        if name in project.marts and name not in exposed
    }
    complain("models/marts/_exposures.yml does not say who reads:", list(read_by_python))
    assert "doc.tokenhouse.__overview__" in project.manifest["docs"]


@pytest.fixture(scope="module")
def glossary() -> dict[str, str]:
    """Return what each term of the glossary means."""
    return dict(TERM.findall(read("glossary.md")))


def test_the_glossary_is_in_order(glossary):
    terms = [re.sub(r"^the ", "", term.lower()) for term, _ in TERM.findall(read("glossary.md"))]
    assert terms == sorted(terms), "docs/glossary.md is alphabetical."
    assert len(terms) == len(set(terms)), "docs/glossary.md explains a term once."
    offenders = [
        term
        for term, meaning in glossary.items()
        if not meaning.endswith(".") or re.search(r"\. [A-Z]", meaning)
    ]
    complain("docs/glossary.md gives one sentence for a term:", offenders)


def test_what_marts_are_described_with_is_explained(project, glossary):
    explained = " ".join(glossary).lower()
    offenders = {
        f"{found}: {name}"
        for name, mart in project.marts.items()
        for text in [
            mart["description"],
            *(column["description"] for column in mart["columns"].values()),
        ]
        for found in ABBREVIATION.findall(re.sub(r"`[^`]*`", "", text))
        if found not in KNOWN and found.lower() not in explained
    }
    complain("docs/glossary.md does not explain:", list(offenders))
