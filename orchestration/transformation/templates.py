"""dbt's templates as Python code, kept from one build to the next.

Jinja translates each model, test and macro to Python before it renders it: of a build of a few
hundred nodes, a fifth of the time that dbt itself takes. The translation depends on the text of the
template alone. dbt makes an environment for each template, from text, for which Jinja's own cache
of bytecode is not asked.
"""

import contextlib
import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

from dbt_common.clients.jinja import MacroFuzzEnvironment, get_environment

from orchestration.transformation.replaced import replaced

__all__ = ["compile_templates", "kept_templates"]

# A project has some two thousand. A file with more is of many versions of one, and begun again.
_MOST = 10_000
# What the translation of a text depends on besides the text.
_MADE_BY = (sys.version, version("jinja2"), version("dbt-common"))


@contextmanager
def kept_templates(path: Path) -> Iterator[None]:
    """Let dbt take the translations of templates from a file, and add those that are new to it.

    Parameters
    ----------
    path : Path
        The file. One of another version of Python, Jinja or dbt counts as none.
    """
    codes = _read(path)
    known = len(codes)
    own_compile = MacroFuzzEnvironment.compile

    def compile_once(
        self: MacroFuzzEnvironment, source: Any, *arguments: Any, **options: Any
    ) -> Any:
        # dbt translates texts without a name. Anything else is not of templates.
        if arguments or options or not isinstance(source, str):
            return own_compile(self, source, *arguments, **options)
        key = (type(self).__name__, source)
        if key not in codes:
            codes[key] = own_compile(self, source)
        return codes[key]

    try:
        with replaced(MacroFuzzEnvironment, compile=compile_once):
            yield
    finally:
        if len(codes) > known:
            _write(path, codes)


def compile_templates(manifest: Any, path: Path) -> None:
    """Translate all models, singular tests and macros of a project into a file.

    Parameters
    ----------
    manifest : dbt.contracts.graph.manifest.Manifest
        The project.
    path : Path
        The file.
    """
    texts = {node.raw_code for node in manifest.nodes.values()}
    texts |= {macro.macro_sql for macro in manifest.macros.values()}
    with kept_templates(path):
        environment = get_environment()
        for text in sorted(text for text in texts if "{" in text):
            # What is no template fails where it is used, with the name of the file.
            with contextlib.suppress(Exception):
                environment.compile(text)


def _read(path: Path) -> dict[tuple[str, str], CodeType]:
    try:
        made_by, codes = marshal.loads(path.read_bytes())
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return dict(codes) if made_by == _MADE_BY and len(codes) <= _MOST else {}


def _write(path: Path, codes: dict[tuple[str, str], CodeType]) -> None:
    # Several processes may do this at once: each puts a whole file in place.
    written = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written.write_bytes(marshal.dumps((_MADE_BY, codes)))
        written.replace(path)
    except OSError:
        # A build without it only takes longer.
        with contextlib.suppress(OSError):
            written.unlink(missing_ok=True)
