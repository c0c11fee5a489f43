"""What is described, typed, contracted and tested."""

import re
from pathlib import PurePosixPath

from conventions.project import PROJECT, complain, is_of_one_source, key_of_groups, layer

KEY_TESTS = ("unique", "unique_combination_of_columns")
QUESTION = re.compile(r"[A-Z][^.?]+\?.* One row per ")
CODE = re.compile(r"(?<![0-9A-Za-z])(?:R\d{3}|K\d{1,2})(?![0-9A-Za-z])")
SIGNATURE = re.compile(r"\{%-?\s*macro\s+(\w+)\s*\(")
ARGUMENT = re.compile(r"(\w+)\s*(?:=.*)?", re.DOTALL)


def test_every_relation_says_its_grain(project):
    relations = (project.models, project.seeds, project.source_tables)
    offenders = [
        node["original_file_path"] + ": " + node["name"]
        for nodes in relations
        for node in nodes.values()
        if node["name"] not in project.marts
        and not node["description"].strip().lower().startswith("one row per ")
    ]
    complain(
        'A description begins with the grain, "One row per …"; write it in the yml:', offenders
    )


def test_every_mart_says_its_question(project):
    """Whoever looks for a table has a question; codes of requirements are no help to them."""
    offenders = [
        f"{mart['patch_path']}: {name}"
        for name, mart in project.marts.items()
        if not QUESTION.match(" ".join(mart["description"].split()))
    ]
    complain('A mart is described by its question, then its grain, "One row per …":', offenders)
    coded = [
        f"{mart['patch_path']}: {name} ({found[0]})"
        for name, mart in project.marts.items()
        for text in [
            mart["description"],
            *(column["description"] for column in mart["columns"].values()),
        ]
        if (found := CODE.search(text))
    ]
    complain("Say it in words; codes belong to docs/requirements.yml:", coded)


def test_every_public_column_is_described_and_typed(project):
    offenders = [
        f"{node['patch_path'] or node['original_file_path']}: {node['name']}.{column['name']}"
        for nodes in (project.marts, project.seeds)
        for node in nodes.values()
        for column in node["columns"].values()
        if not (column["description"] and column["data_type"])
    ]
    offenders += [
        f"{table['original_file_path']}: {table['name']}.{column['name']}"
        for table in project.source_tables.values()
        for column in table["columns"].values()
        if not (column["description"] and column["data_type"])
    ]
    complain("Columns of marts, seeds and sources have description and data_type:", offenders)


def test_every_seed_and_source_declares_its_columns(project):
    offenders = [
        f"{table['original_file_path']}: {table['name']}"
        for table in project.source_tables.values()
        if not table["columns"]
    ]
    for seed in project.seeds.values():
        header = (PROJECT / seed["original_file_path"]).read_text().splitlines()[0].split(",")
        declared = [set(seed["columns"]), set(seed["config"]["column_types"])]
        if any(names != set(header) for names in declared):
            offenders.append(
                f"{seed['original_file_path']}: columns and column_types in _seeds.yml"
            )
    complain("Every column is declared, and no other; correct the yml:", offenders)


def test_marts_are_public_contracts(project):
    offenders = [
        mart["original_file_path"]
        for mart in project.marts.values()
        if not (mart["contract"]["enforced"] and mart["access"] == "public" and mart["group"])
    ]
    complain(
        "Marts are public, of a group, with an enforced contract, as dbt_project.yml sets for the "
        "folder; take the model's own setting away:",
        offenders,
    )


def test_every_primary_key_is_tested(project):
    keyed = {
        test.get("attached_node")
        for test in project.data_tests.values()
        if (test.get("test_metadata") or {}).get("name") in KEY_TESTS
    }
    offenders = [
        node["original_file_path"]
        for nodes in (project.models, project.seeds)
        for key, node in nodes.items()
        if key not in keyed
        and not is_of_one_source(node)  # their union is tested
        and not is_step(project, key)
        and not (key in project.models and key_of_groups(node))
        and not node["name"].startswith("base_")
    ]
    complain(
        "The key is tested with `unique` or `unique_combination_of_columns` in the folder's yml:",
        offenders,
    )


def is_step(project, key: str) -> bool:
    """Say whether a model is a view below the marts that one model alone reads: a step of it."""
    node = project.models.get(key)
    readers = [one for one in project.models.values() if key in one["depends_on"]["nodes"]]
    return (
        node is not None
        and layer(node) != "marts"
        and node["config"]["materialized"] == "view"
        and len(readers) == 1
    )


def test_every_macro_is_documented(project):
    offenders = []
    for macro in project.macros.values():
        if macro["name"].startswith("materialization_"):
            continue  # dbt gives it a name and no description
        where = f"{macro['original_file_path']}: {macro['name']}"
        folder = PurePosixPath(macro["original_file_path"]).parent
        documented_in = f"tokenhouse://{folder}/_{folder.name}__macros.yml"
        if macro["patch_path"] != documented_in or not macro["description"]:
            offenders.append(f"{where}: description")
        documented = [a["name"] for a in macro["arguments"] if a["description"] and a["type"]]
        if documented != _arguments(macro["macro_sql"], macro["name"]):
            offenders.append(f"{where}: arguments with type and description, in their order")
    complain("Macros are documented in the yml of their folder, with all arguments:", offenders)


def test_every_generic_test_explains_itself():
    offenders = [
        f"tests/generic/{path.name}"
        for path in (PROJECT / "tests" / "generic").glob("*.sql")
        if not re.match(r"\{%-? test .*?%\}\s*\{#-? [A-Z]", path.read_text(), re.DOTALL)
    ]
    complain("A generic test opens with a comment, {#- … -#}, on what it fails for:", offenders)


def test_every_singular_test_states_its_invariant(project):
    offenders = [
        test["original_file_path"]
        for test in project.data_tests.values()
        if not test.get("test_metadata")
        and not (test["raw_code"].startswith("-- ") and test["name"].startswith("assert_"))
    ]
    complain(
        "A singular test is called assert_<invariant> and opens with the sentence that must hold:",
        offenders,
    )


def _arguments(sql: str, name: str) -> list[str]:
    """Return the names of a macro's arguments as its signature has them."""
    start = next(found.end() for found in SIGNATURE.finditer(sql) if found[1] == name)
    parts, depth = [""], 0
    for character in sql[start:]:
        if character == ")" and not depth:
            break
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [ARGUMENT.fullmatch(part.strip())[1] for part in parts if part.strip()]
