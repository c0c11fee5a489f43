"""The rest of a path, whatever is in it: ids of others may have slashes and line ends."""

from starlette.convertors import Convertor, register_url_convertor

__all__ = ["REST"]

REST = "rest"
"""Name of the convertor, as in ``{run_id:rest}``; Starlette's own stops at the end of a line."""


class _Rest(Convertor[str]):
    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor(REST, _Rest())
