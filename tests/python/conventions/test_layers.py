"""Where models lie, what they are called and what they may read."""

import re

from conventions.project import PROJECT, complain, is_of_one_source, layer
from orchestration import settings

LAYERS = {
    "staging": ("stg_", "base_"),
    "conformed": ("int_",),
    "intermediate": ("int_",),
    "baselines": ("baseline_",),
    "scores": ("score_",),
    "regressions": ("regression_",),
    "predictions": ("prediction_",),
    "marts": (),  # Named for who reads them: the documents' names, fct_, dim_, daily_, mart_, v_.
}
MOST_REFS = 7
LONGEST_VIEW_CHAIN = 3

CONFORMED_MODELS = "macros/conforming/conformed_models.sql"
CONFORMED_COLUMNS = "macros/conforming/conformed_columns.sql"
REGISTERED = re.compile(r"'(int_\w+__\w+)'")
ENTITY = re.compile(r"^ {8}'(\w+)': \{", re.M)
UNION = re.compile(r"union_of_sources\('(\w+)'\)")

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SQL_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
HARD_CODED = re.compile(r"(?<!array )\b(?:from|join)\s+[`\"]?\w+[`\"]?\s*\.\s*[`\"]?\w+", re.I)


def test_every_layer_has_a_prefix():
    assert tuple(LAYERS) == settings.built_layers()


def test_layer_is_folder_is_schema(project):
    offenders = [
        f"{model['original_file_path']}: schema {model['schema']}"
        for model in project.models.values()
        if layer(model) not in LAYERS or model["schema"] != layer(model)
    ]
    complain(
        "A model lies in a folder of models/ that is a layer, and its schema is that layer; "
        f"move it to one of {', '.join(LAYERS)}, or set +schema for the folder in dbt_project.yml:",
        offenders,
    )


def test_prefix_is_layer(project):
    foreign = tuple(prefix for prefixes in LAYERS.values() for prefix in prefixes)
    offenders = [
        f"{model['original_file_path']}: begins with {' or '.join(LAYERS[layer(model)]) or 'none'}"
        for model in project.models.values()
        if not model["name"].startswith(LAYERS[layer(model)] or "")
        or (layer(model) == "marts" and model["name"].startswith(foreign))
    ]
    complain("A model's name begins with its layer's prefix; rename it:", offenders)


def test_staging_is_named_for_its_source(project):
    offenders = [
        f"{model['original_file_path']}: stg_{model['fqn'][2]}__<entities>"
        for model in project.models.values()
        if layer(model) == "staging"
        and not re.fullmatch(rf"(stg|base)_{model['fqn'][2]}__\w+", model["name"])
    ]
    complain("A staging model is named for the source whose folder it lies in:", offenders)


def test_no_schema_or_tag_of_its_own(project):
    offenders = [
        model["original_file_path"]
        for model in project.models.values()
        if model["tags"]
        or re.search(r"config\([^)]*\b(schema|tags|database)\s*=", model["raw_code"])
    ]
    complain("The folder decides schema and selection; take schema and tags out of:", offenders)


def test_staging_reads_its_source_only(project):
    """What an incremental staging model computes again, all layers know from one list."""
    versions = "model.tokenhouse.int_run_versions"
    offenders = [
        f"{model['original_file_path']}: reads {parent}"
        for model in project.models.values()
        if layer(model) == "staging"
        for parent in project.parents(model, ("model", "seed", "snapshot"))
        if parent != versions and project.models[parent]["fqn"][:3] != model["fqn"][:3]
    ]
    complain(
        "A staging model reads sources and staging of its own folder; join one layer down:",
        offenders,
    )


def test_only_staging_reads_sources(project):
    offenders = [
        f"{model['original_file_path']}: reads {parent}"
        for model in project.models.values()
        if layer(model) != "staging"
        for parent in project.parents(model, ("source",))
    ]
    complain("Only staging reads sources; read the staging model of the source:", offenders)


def test_layers_read_no_marts(project):
    offenders = [
        f"{model['original_file_path']}: reads {parent}"
        for model in project.models.values()
        if layer(model) != "marts"
        for parent in project.parents(model, ("model",))
        if layer(project.models[parent]) == "marts"
    ]
    complain("Marts are for readers; what other layers need is a layer down:", offenders)


def test_no_hard_coded_relations(project):
    offenders = [
        f"{node['original_file_path']}: {found[0]}"
        for node in (*project.models.values(), *project.data_tests.values())
        for found in [HARD_CODED.search(SQL_COMMENT.sub("", JINJA.sub(" ", node["raw_code"])))]
        if found
    ]
    complain("Relations are named by ref() and source(), so that dbt knows of them:", offenders)


def test_few_refs(project):
    offenders = [
        f"{model['original_file_path']}: {len(parents)} refs"
        for model in project.models.values()
        for parents in [project.parents(model, ("model", "seed", "snapshot"))]
        # Those that read every source have as many refs as there are sources.
        if len(parents) > MOST_REFS
        and not re.search(r"union_of_sources\(|in var\('sources'\)", model["raw_code"])
    ]
    complain(f"More than {MOST_REFS} refs are a missing int_ model; split:", offenders)


def test_every_source_is_unioned(project):
    """A source's conformed model that nothing unions is a source that no mart knows of."""
    by_source = {
        model["name"]: model
        for model in project.models.values()
        if layer(model) == "conformed" and is_of_one_source(model)
    }
    registered = set(REGISTERED.findall((PROJECT / CONFORMED_MODELS).read_text()))
    complain(
        f"Add it to {CONFORMED_MODELS}, under its entity and source:",
        [by_source[name]["original_file_path"] for name in by_source.keys() - registered],
    )
    complain(
        f"{CONFORMED_MODELS} names models that models/conformed/ does not have, or not by default:",
        list(registered - by_source.keys()),
    )


def test_every_entity_has_one_union(project):
    """What sources bring under an entity's name comes together in one model."""
    unions = [
        entity for model in project.models.values() for entity in UNION.findall(model["raw_code"])
    ]
    known = set(ENTITY.findall((PROJECT / CONFORMED_COLUMNS).read_text()))
    assert known
    complain(
        f"One model unions each entity of {CONFORMED_COLUMNS}, {{{{ union_of_sources('…') }}}}:",
        [entity for entity in known | set(unions) if unions.count(entity) != 1],
    )


def test_view_chains_are_short(project):
    lengths: dict[str, int] = {}

    def length(key: str) -> int:
        if key not in lengths:
            model = project.models[key]
            above = [length(parent) for parent in project.parents(model, ("model",))]
            is_view = model["config"]["materialized"] == "view"
            lengths[key] = 1 + max(above, default=0) if is_view else 0
        return lengths[key]

    offenders = [
        f"{model['original_file_path']}: {length(key)} views on each other"
        for key, model in project.models.items()
        if length(key) > LONGEST_VIEW_CHAIN
    ]
    complain(
        "ClickHouse computes a chain of views again for each query; make one a table:", offenders
    )


def test_views_of_marts_read_marts(project):
    """Readers of a snapshot have the marts and the reference data, and nothing below."""
    offenders = []
    for model in project.models.values():
        if layer(model) != "marts" or model["config"]["materialized"] != "view":
            continue
        for parent in model["depends_on"]["nodes"]:
            above = project.models.get(parent)
            if above is not None and layer(above) != "marts":
                offenders.append(f"{model['original_file_path']}: {above['name']}")
    complain("A view of the marts reads marts and seeds only; make it a table:", offenders)
