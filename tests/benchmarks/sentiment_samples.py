"""Rated sentences and texts in many languages, and what the warehouse makes of them."""

import io
import json
import os
import re
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

__all__ = [
    "LANGUAGES",
    "NAMES",
    "Samples",
    "rated_sentences",
    "score_in_warehouse",
    "texts_by_language",
]

_PROJECT = Path(__file__).parents[2]
NAMES = {
    "tweets": "Tweets",
    "amazonReviewSnippets": "Product reviews",
    "movieReviewSnippets": "Film reviews",
    "nytEditorialSnippets": "Editorials",
}
LANGUAGES = (
    "de",
    "es",
    "fr",
    "it",
    "nl",
    "pl",
    "pt",
    "sv",
    "tr",
    "cs",
    "fi",
    "ru",
    "ja",
    "zh_Hans",
)

Samples = Mapping[str, tuple[list[str], np.ndarray]]


def rated_sentences(sdist: Path) -> Samples:
    """Return the sentences of each sample with their mean ratings, from -4 to 4."""
    samples = {}
    with tarfile.open(sdist) as outer:
        [name] = [name for name in outer.getnames() if name.endswith("hutto_ICWSM_2014.tar.gz")]
        packed = outer.extractfile(name)
        with tarfile.open(fileobj=io.BytesIO(packed.read())) as inner:
            for key in NAMES:
                file = inner.extractfile(f"hutto_ICWSM_2014/{key}_GroundTruth.txt")
                lines = file.read().decode("utf-8", "replace").splitlines()
                rows = [line.split("\t", 2) for line in lines]
                # Back quotes are code in a chat; here they are quotes.
                samples[key] = (
                    [row[2].replace("`", "'").strip() for row in rows],
                    np.array([float(row[1]) for row in rows]),
                )
    return samples


def texts_by_language(wheel: Path) -> dict[str, list[str]]:
    """Return short texts of people who translated Django, of at least four words."""
    texts = {}
    with zipfile.ZipFile(wheel) as files:
        for language in LANGUAGES:
            found: set[str] = set()
            for name in files.namelist():
                if name.endswith(f"/{language}/LC_MESSAGES/django.po"):
                    entries = files.read(name).decode().split("\n\n")
                    for entry in entries[1:]:
                        translated = re.search(r'^msgstr (".*"(?:\n".*")*)', entry, re.MULTILINE)
                        text = "".join(re.findall(r'"(.*)"', translated[1])) if translated else ""
                        text = re.sub(r"%\(\w+\)\w|%\w|\\n|<[^>]*>|\{\w*\}", " ", text)
                        if len(text.split()) >= 4 or (
                            language in ("ja", "zh_Hans") and len(text) >= 8
                        ):
                            found.add(" ".join(text.split()).replace("`", "'"))
            texts[language] = sorted(found)
    return texts


def score_in_warehouse(texts: Sequence[str]) -> dict[str, tuple[float, str]]:
    """Load texts as messages of a chat, build what scores them and read it."""
    distinct = list(dict.fromkeys(texts))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messages.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number, text in enumerate(distinct):
                row = {
                    "id": str(number),
                    "conversation_id": f"talk{number // 50}",
                    "role": "user",
                    "content": text,
                    "created_at": "2026-01-05T10:00:00Z",
                }
                file.write(json.dumps(row) + "\n")
        environment = {"TOKENHOUSE_HOME": str(Path(folder) / "home")}
        _run(environment, "load", str(path))
        only = "{sources: [chat]}"
        _run(environment, "build", "--vars", only, "--select", "+int_message_sentiments")
        rows = _run(
            environment,
            "query",
            "--format",
            "JSONL",
            "select message_id, sentiment_score, language from intermediate.int_message_sentiments",
        )
    scored = {}
    for line in rows.splitlines():
        row = json.loads(line)
        text = distinct[int(row["message_id"].rsplit("/", 1)[1])]
        scored[text] = (row["sentiment_score"] or 0.0, row["language"])
    return scored


def _run(environment: Mapping[str, str], *arguments: str) -> str:
    return subprocess.run(
        ["tokenhouse", *arguments],
        env=os.environ | environment,
        cwd=_PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
