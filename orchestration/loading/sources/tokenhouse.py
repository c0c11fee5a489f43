"""What people give the warehouse itself: budgets, and the list of what was exported."""

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="budgets",
        entity="budgets",
        title="budgets, in the columns of the seed of that name",
        run_keys=("budget_id",),
        signatures=(
            Signature(all_of=keys("budget_id", "scope_kind", "period_kind", "amount_usd")),
        ),
        formats=TABLE_FORMATS,
    ),
    Source(
        name="exports",
        entity="exports",
        title="what tokenhouse export left in the landing directory",
        run_keys=("export_id",),
        signatures=(Signature(all_of=keys("export_id", "export_type", "sha256", "expires_at")),),
    ),
)
