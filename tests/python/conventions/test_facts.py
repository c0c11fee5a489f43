"""Every fact can be filtered by the same columns, under the same names (R103)."""

from conventions.project import complain, layer

SHARED = {
    "source": "LowCardinality(String)",
    "workflow_id": "String",
    "project": "String",
    "organization_id": "String",
    "team_id": "String",
    "user_id": "String",
    "environment": "LowCardinality(String)",
    "origin": "LowCardinality(String)",
    "is_widget": "Bool",
    "conversation_id": "String",
    "run_id": "String",
    "provider": "LowCardinality(String)",
    "model": "LowCardinality(String)",
    "training_method": "LowCardinality(String)",
    "experiment_name": "LowCardinality(String)",
    "variant": "LowCardinality(String)",
}


def test_every_fact_has_the_shared_columns_r103(project):
    """R103: the filters of document E are columns of every fact, of one type, and a day."""
    facts = [
        model
        for model in project.models.values()
        if layer(model) == "marts" and model["name"].startswith("fct_")
    ]
    offenders = []
    for fact in facts:
        types = {name: column["data_type"] for name, column in fact["columns"].items()}
        days = [name for name, kind in types.items() if kind in ("Date", "Nullable(Date)")]
        offenders += [
            f"{fact['original_file_path']}: {name} {kind}"
            for name, kind in SHARED.items()
            if types.get(name) != kind
        ]
        if len(days) != 1:
            offenders.append(f"{fact['original_file_path']}: one day, not {days or 'none'}")
    assert facts
    complain("Every fact has the columns that all facts are filtered by; add:", offenders)
