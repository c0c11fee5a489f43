"""Where models and macros lie, how long their files are, and who answers for them."""

import re
from pathlib import Path, PurePosixPath

from conventions.project import PROJECT, complain, in_project, layer

LONGEST_SQL = 150
# Each column of a contract, or of a source's record, has a line.
ONE_COLUMN_A_LINE = "a line per column of one wide table"
LONGER_SQL = {
    "models/intermediate/experiments/int_evaluations.sql": "one way from an evaluation to its run",
    "macros/conforming/conformed_columns.sql": "the columns of all entities, on one page",
    "models/intermediate/calls/int_call_merges.sql": "one pairing, step by step",
    "models/marts/core/run_analytics.sql": ONE_COLUMN_A_LINE,
    "models/intermediate/savings/int_wasted_calls__steps.sql": "a select per kind of waste",
    "models/intermediate/savings/int_wasted_runs.sql": "a select per kind of waste",
    "models/intermediate/caching/int_cache_calls.sql": "one walk through the calls of a run",
    "models/marts/core/fct_conversations.sql": ONE_COLUMN_A_LINE,
    "models/marts/insights/mart_early_signs.sql": "a select per kind of sign",
    "models/marts/insights/mart_alerts.sql": "a select per rule, read and added as a whole",
    "models/marts/insights/mart_insight_checks.sql": "one judgement, column by column",
    "models/marts/insights/mart_insight_events.sql": "a select per kind of event",
    "models/marts/insights/mart_insights.sql": "insights and opportunities under the same columns",
    "models/marts/insights/mart_opportunities.sql": "one netting, step by step",
    "models/marts/insights/v_insight_analysis.sql": "a part of one JSON document per step",
    "models/marts/insights/v_insight_documents.sql": "two JSON documents, key by key",
    "models/marts/insights/v_notices.sql": "a select per kind of notice",
    "models/intermediate/scopes/int_scope_days__events.sql": "a select per kind of event",
    "models/intermediate/sentiment/int_message_sentiments.sql": "one judgement, step by step",
    "models/marts/quality/mart_metric_anomalies.sql": "one judgement, step by step",
    "models/marts/reliability/mart_operations.sql": "a line per column of one wide table",
    "models/staging/generic/stg_generic__calls.sql": ONE_COLUMN_A_LINE,
    "models/staging/langfuse/stg_langfuse__observations.sql": ONE_COLUMN_A_LINE,
    "models/staging/generic/stg_generic__runs.sql": ONE_COLUMN_A_LINE,
}
# dbt's own convention puts base models into base/.
FOLDERS_FOR_ONE_FILE = {"base"}
# A fact lies in core, unless an analyst looks for it elsewhere.
FACTS_ELSEWHERE = {
    "fct_evaluations": "quality",
    "fct_failure_tags": "quality",
    "fct_message_sentiments": "quality",
    "dim_experiments": "experiments",
}
MACRO = re.compile(r"\{%-?\s*(?:macro|materialization)\s+(\w+)\s*[(,]")


def _sql_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (PROJECT / folder).rglob("*.sql")]


def test_sql_files_are_short():
    lengths = {
        in_project(path): len(path.read_text().splitlines())
        for path in _sql_files("models", "macros", "tests")
    }
    complain(
        f"A file of SQL has at most {LONGEST_SQL} lines; split it, or give a reason in LONGER_SQL:",
        [
            f"{name}: {length} lines"
            for name, length in lengths.items()
            if length > LONGEST_SQL and name not in LONGER_SQL
        ],
    )
    complain(
        "LONGER_SQL lists a file that is short or gone; take it out:",
        [name for name in LONGER_SQL if lengths.get(name, 0) <= LONGEST_SQL],
    )


def test_a_folder_of_conformed_is_an_entity(project):
    offenders = [
        model["original_file_path"]
        for model in project.models.values()
        if layer(model) == "conformed"
        and len(model["fqn"]) > 3
        and not re.fullmatch(rf"int_{model['fqn'][2]}(__\w+)?", model["name"])
    ]
    complain(
        "In models/conformed/<entity>/ lie int_<entity> and int_<entity>__<source>:", offenders
    )


def test_a_file_of_macros_is_named_for_its_macro():
    texts = {path: path.read_text() for path in _sql_files("models", "macros", "tests")}
    offenders = []
    for path in _sql_files("macros"):
        names = MACRO.findall(texts[path])
        if path.stem not in names:
            offenders.append(f"{in_project(path)}: has {', '.join(names)}")
        for helper in set(names) - {path.stem}:
            call = re.compile(rf"(?<![\w.]){helper}\(")
            offenders += [
                f"{in_project(path)}: {helper}, which {in_project(other)} uses"
                for other, text in texts.items()
                if other != path and call.search(text)
            ]
    complain(
        "A file is named for its macro; others in it are its own helpers, and what several files "
        "use has a file of its own:",
        offenders,
    )


def test_no_folder_for_one_file():
    offenders = [
        in_project(folder)
        for top in ("models", "macros")
        for folder in (PROJECT / top).rglob("*/")
        if folder.name not in FOLDERS_FOR_ONE_FILE and len(list(folder.iterdir())) == 1
    ]
    complain("A folder with one file; move that into its parent:", offenders)


def test_a_folder_describes_its_own_models(project):
    offenders = []
    for model in project.models.values():
        folder = PurePosixPath(model["original_file_path"]).parent
        if folder.name == "base":
            folder = folder.parent
        described = PurePosixPath(str(model["patch_path"]).removeprefix("tokenhouse://"))
        if described.parent != folder or not described.name.startswith(f"_{folder.name}__"):
            offenders.append(f"{model['original_file_path']}: {described}")
    complain("A model is described in _<folder>__<part>.yml of its own folder:", offenders)


def test_facts_lie_where_an_analyst_looks(project):
    offenders = [
        f"{mart['original_file_path']}: {FACTS_ELSEWHERE.get(name, 'core')}"
        for name, mart in project.marts.items()
        if name.startswith(("fct_", "dim_")) and mart["fqn"][2] != FACTS_ELSEWHERE.get(name, "core")
    ]
    complain(
        "A fact or dimension lies in models/marts/core, or in the folder named here:", offenders
    )


def test_each_folder_of_marts_has_an_owner(project):
    groups = {group["name"]: group["owner"] for group in project.manifest["groups"].values()}
    offenders = [
        f"{mart['original_file_path']}: group {mart['group']}"
        for mart in project.marts.values()
        if mart["group"] != mart["fqn"][2] or not groups[mart["group"]].get("email")
    ]
    complain(
        "A folder of models/marts is a group with an owner; add it to models/_groups.yml and to "
        "dbt_project.yml:",
        offenders,
    )
    unused = groups.keys() - {mart["group"] for mart in project.marts.values()}
    complain("models/_groups.yml: no mart is in these groups:", list(unused))
