"""Write the words that say something about tone into seeds.

They are those of vaderSentiment 3.3.2 (MIT) and of stop-words 2025.11.4 (BSD), which have to be
installed for this command only: `pip install vaderSentiment==3.3.2 stop-words==2025.11.4`.
"""

import csv
from collections import defaultdict
from pathlib import Path

from stop_words import get_stop_words
from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

_SEEDS = Path(__file__).parents[2] / "seeds"
# Those that are written in Latin letters: no other has a word in common with English.
_LANGUAGES = (
    "cs",
    "da",
    "de",
    "en",
    "es",
    "fi",
    "fr",
    "id",
    "it",
    "nl",
    "pl",
    "pt",
    "ro",
    "sv",
    "tr",
)


def main() -> None:
    """Write the three seeds."""
    analyzer = SentimentIntensityAnalyzer()
    rows = [("valence", word, value) for word, value in analyzer.lexicon.items()]
    rows += [("booster", word, value) for word, value in BOOSTER_DICT.items()]
    rows += [("negation", word, N_SCALAR) for word in set(NEGATE)]
    rows += [("phrase", phrase, value) for phrase, value in SPECIAL_CASES.items()]
    _write("sentiment_words", ("role", "word", "value"), rows)

    # A sequence of characters is never met: emojis are read one by one.
    emojis = [item for item in analyzer.emojis.items() if len(item[0]) == 1]
    _write("sentiment_emojis", ("emoji", "description"), emojis)

    languages = defaultdict(list)
    for language in _LANGUAGES:
        for word in get_stop_words(language):
            # One list has words in quotation marks.
            bare = word.lower().replace("\u2019", "'").strip("\"' ")
            # dbt reads "null" as no word.
            if bare not in ("", "null") and not any(letter.isdigit() for letter in bare):
                languages[bare].append(language)
    _write(
        "language_words",
        ("word", "languages"),
        [(word, " ".join(sorted(set(spoken)))) for word, spoken in languages.items()],
    )


def _write(name: str, header: tuple[str, ...], rows: list[tuple]) -> None:
    with (_SEEDS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(set(rows)))


if __name__ == "__main__":
    main()
