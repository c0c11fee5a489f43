"""dbt's macros, made callable when a node calls them.

For each node, dbt makes an object of each of a thousand macros, twice, and copies them into what
the node's templates can name: of all that it does for a node, a quarter. A node calls some dozens.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dbt.clients.jinja import MacroGenerator
from dbt.context import base
from dbt.context.macros import MacroNamespace
from dbt.context.manifest import ManifestContext
from dbt_common.clients.jinja import MacroFuzzTemplate, NativeSandboxTemplate

from orchestration.transformation.replaced import replaced

__all__ = ["macros_when_called"]

_PARTS = ("global_namespace", "local_namespace", "global_project_namespace")


class _Macros(Mapping[str, MacroGenerator]):
    """Macros by name, each made when it is asked for."""

    def __init__(self, macros: dict[str, Any], make: Callable[[Any], MacroGenerator]):
        self._macros, self._make = macros, make
        self._made: dict[str, MacroGenerator] = {}

    def __getitem__(self, name: str) -> MacroGenerator:
        if name not in self._made:
            self._made[name] = self._make(self._macros[name])
        return self._made[name]

    def __setitem__(self, name: str, macro: Any) -> None:
        # Unit tests put other macros into the place of some.
        self._made[name] = macro

    def __contains__(self, name: object) -> bool:
        return name in self._made or name in self._macros

    def __iter__(self) -> Iterator[str]:
        return iter(self._macros)

    def __len__(self) -> int:
        return len(self._macros)


class _Context(dict[str, Any]):
    """What templates of a node can name: its own values, else a macro."""

    macros: Mapping[str, Any] | None = None

    def __missing__(self, name: str) -> Any:
        if self.macros is None:
            raise KeyError(name)
        return self.macros[name]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (self.macros is not None and name in self.macros)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


@contextmanager
def macros_when_called() -> Iterator[None]:
    """Let dbt make macros when they are called, and not all of them for each node."""
    begin, to_dict = base.BaseContext.__init__, ManifestContext.to_dict
    known: dict[tuple[Any, ...], dict[str, Any]] = {}
    # Known by their identity, which is theirs as long as they are.
    manifests: list[Any] = []

    def begin_with_context(self: Any, *arguments: Any, **options: Any) -> None:
        begin(self, *arguments, **options)
        self._ctx = _Context(self._ctx)

    def build_when_called(self: Any) -> MacroNamespace:
        builder = self._get_namespace_builder()
        key = (id(self.manifest), builder.root_package, builder.search_package)
        if key not in known:
            manifests.append(self.manifest)
            known[key] = _by_name(
                builder.build_namespace(self.manifest.get_macros_by_package(), {})
            )

        def make(macro: Any) -> MacroGenerator:
            return MacroGenerator(macro, self._ctx, builder.node, builder.thread_ctx)

        parts = {part: _Macros(known[key][part], make) for part in _PARTS}
        packages = {name: _Macros(macros, make) for name, macros in known[key]["packages"].items()}
        return MacroNamespace(**parts, packages=packages)  # type: ignore[arg-type]

    def to_context(self: Any) -> dict[str, Any]:
        if not isinstance(self._ctx, _Context) or not isinstance(self.namespace, MacroNamespace):
            return to_dict(self)  # type: ignore[no-untyped-call]
        context = super(ManifestContext, self).to_dict()
        # A macro counts before a value of the same name.
        for name in [name for name in context if name in self.namespace]:
            del context[name]
        self._ctx.macros = self.namespace
        return context

    with (
        replaced(base.BaseContext, __init__=begin_with_context),
        replaced(ManifestContext, _build_namespace=build_when_called, to_dict=to_context),
        # As for dbt's other templates: a copy would have the node's own values only.
        replaced(NativeSandboxTemplate, new_context=MacroFuzzTemplate.new_context),
    ):
        yield


def _by_name(namespace: MacroNamespace) -> dict[str, Any]:
    """Return the macros of a namespace, without the node that it was made for."""

    def macros(generators: Mapping[str, MacroGenerator]) -> dict[str, Any]:
        return {name: generator.macro for name, generator in generators.items()}

    return {
        **{part: macros(getattr(namespace, part)) for part in _PARTS},
        "packages": {name: macros(generators) for name, generators in namespace.packages.items()},
    }
