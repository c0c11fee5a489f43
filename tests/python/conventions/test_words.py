"""The field's words: what no text of the project says, and what it says instead."""

import re
from bisect import bisect
from pathlib import Path

from conventions.project import complain, in_project, tracked_paths

# Words of a name, such as `is_dear`, count too; a phrase may go on in the next line.
BANNED = {
    "dear|dearer|dearest": "expensive",
    "anew": "again",
    "mend|mends|mended|mending": "fix",
    "bears?|bearing": "has the same id, carries an id",
    "told(?! apart)": "known from, counted once, one alert per episode",
    "beside": "in addition to, next to, given",
    "as how many": "prior weight",
    "worth a word": "minimum effect size",
    "how surely": "with what probability",
    "what came(?! out)": "actual value",
    "runs that are off": "anomalous runs",
    "lack|lacks|lacked|lacking": "is missing, has no",
    "kin": "related columns",
    "likewise": "in the same way",
}
PATTERN = re.compile(
    "|".join(
        "(?<![a-z])(?:{})(?![a-z])".format(words.replace(" ", r"(?:\s|--|#)+")) for words in BANNED
    ),
    re.IGNORECASE,
)
# Texts of others, the list of renames, and the pages that list the words themselves.
EXEMPT = {
    "LICENSE",
    "requirements.lock",
    "CHANGELOG.md",
    "docs/glossary.md",
    "docs/contributing.md",
    "seeds/language_words.csv",
    "seeds/sentiment_emojis.csv",
    "seeds/sentiment_words.csv",
    in_project(Path(__file__)),
}
UNREAD_SUFFIXES = {".png", ".gz", ".db", ".sqlite", ".ico"}


def _offences(path: Path) -> list[str]:
    text = path.read_text(errors="replace")
    line_ends = [found.start() for found in re.finditer("\n", text)]
    return [
        f"{in_project(path)}:{bisect(line_ends, found.start()) + 1}: {' '.join(found[0].split())}"
        for found in PATTERN.finditer(text)
    ]


def test_only_the_fields_words():
    offenders = [
        offence
        for path in tracked_paths()
        if in_project(path) not in EXEMPT and path.suffix not in UNREAD_SUFFIXES
        for offence in _offences(path)
    ]
    instead = "; ".join(f"{banned}: {word}" for banned, word in BANNED.items())
    complain(f"Say it in the field's words ({instead}):", offenders)


def test_the_lint_finds_words_in_names_and_across_lines():
    found = [
        match[0] for match in PATTERN.finditer("is_Dear lackey akin\n-- as how\n-- many told apart")
    ]
    assert found == ["Dear", "as how\n-- many"]
