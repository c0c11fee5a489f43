"""Reading the project's Markdown: tables, links, names in code quotes."""

import re
from pathlib import Path

from conventions.project import PROJECT

__all__ = ["anchors", "documents", "links", "names", "prose", "table"]

CELLS = re.compile(r"(?<!\\)\|")
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
IN_QUOTES = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OTHERS = (".venv", ".git", ".tokenhouse", "target", "node_modules")


def documents() -> list[Path]:
    """Return every Markdown file of the project; those of dbt's doc blocks are none."""
    return [
        path
        for path in sorted(PROJECT.rglob("*.md"))
        if not set(path.relative_to(PROJECT).parts) & set(OTHERS)
        and path.relative_to(PROJECT).parts[0] != "models"
    ]


def prose(text: str) -> str:
    """Return a text without its fenced blocks."""
    return FENCED.sub("", text)


def table(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table below a heading, each as its cells."""
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.M)
    assert len(section) == 2, f"There is no heading {heading!r}, or several."
    lines = section[1].split("\n\n|", maxsplit=1)[1].split("\n\n")[0].splitlines()
    rows = [CELLS.split(line.strip().strip("|")) for line in lines[2:]]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in rows]


def names(rows: list[list[str]], column: int = 0) -> list[str]:
    """Return the names in code quotes in a column."""
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[column])]


def links(text: str) -> list[str]:
    """Return the targets of links and pictures, but those of the web."""
    found = LINK.findall(IN_QUOTES.sub("", prose(text)))
    targets = [next(filter(None, groups)) for groups in found]
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(text: str) -> set[str]:
    """Return what a link may name after #: headings in lower case, words between hyphens."""
    return {
        re.sub(r"[^\w\- ]", "", IN_QUOTES.sub(lambda m: m[0].strip("`"), heading).lower()).replace(
            " ", "-"
        )
        for heading in HEADING.findall(prose(text))
    }
