"""How well is the tone of what users write recognised? Writes docs/accuracy/sentiment.md.

Run as `python tests/benchmarks/judge_sentiment.py <vaderSentiment-3.3.2.tar.gz> <Django wheel>`.
The first brings sentences that 20 people each rated (Hutto and Gilbert, 2014), the second short
texts in many languages; `pip download --no-deps` gets both. The others that are compared have to
be installed for this command only: `pip install vaderSentiment afinn textblob py3langid`.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from afinn import Afinn
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import accuracy_score, f1_score
from textblob.en.sentiments import PatternAnalyzer
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from sentiment_samples import (
    LANGUAGES,
    NAMES,
    Samples,
    rated_sentences,
    score_in_warehouse,
    texts_by_language,
)

_PROJECT = Path(__file__).parents[2]
_RESULT = _PROJECT / "docs" / "accuracy" / "sentiment.md"


def main() -> None:
    """Score the samples by every scorer and write the figures down."""
    sdist, wheel = map(Path, sys.argv[1:3])
    samples = rated_sentences(sdist)
    spoken = texts_by_language(wheel)
    texts = [text for sample, _ in samples.values() for text in sample]
    others = [text for language in spoken.values() for text in language]
    warehouse = score_in_warehouse(texts + others)

    vader = SentimentIntensityAnalyzer()
    afinn = Afinn(emoticons=True)
    pattern = PatternAnalyzer()
    scorers: dict[str, Callable[[str], float]] = {
        "Warehouse": lambda text: warehouse[text][0],
        "vaderSentiment 3.3.2": lambda text: vader.polarity_scores(text)["compound"],
        "AFINN 0.1": lambda text: float(afinn.score(text)),
        "TextBlob 0.20 (pattern)": lambda text: float(pattern.analyze(text).polarity),
    }
    scores = {
        name: {
            key: np.array([scorer(text) for text in sample]) for key, (sample, _) in samples.items()
        }
        for name, scorer in scorers.items()
    }
    scores["Trained on the other three samples"] = trained(samples, scores["vaderSentiment 3.3.2"])
    same = np.mean(
        np.concatenate(
            [
                np.abs(scores["Warehouse"][key] - scores["vaderSentiment 3.3.2"][key]) < 0.00011
                for key in samples
            ]
        )
    )
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(sorted({language[:2] for language in LANGUAGES} | {"en"}))
    languages = {
        language: (
            np.mean([warehouse[text][1] == "en" for text in language_texts]),
            np.mean([identifier.classify(text)[0] == "en" for text in language_texts]),
            len(language_texts),
        )
        for language, language_texts in ({"en": texts} | spoken).items()
    }
    _RESULT.write_text(_page(samples, scores, float(same), languages), encoding="utf-8")


def trained(samples: Samples, vader: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Score each sample by a ridge regression on words and VADER's score of the other three."""
    scores = {}
    for key, (texts, _) in samples.items():
        rest = [other for other in samples if other != key]
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True)
        learned = words.fit_transform([text for other in rest for text in samples[other][0]])
        ratings = np.concatenate([samples[other][1] for other in rest])
        # Each sample weighs the same.
        weights = np.concatenate(
            [np.full(len(samples[o][1]), 1 / len(samples[o][1])) for o in rest]
        )
        model = Ridge(alpha=10).fit(
            hstack([learned, csr_matrix(2 * np.concatenate([vader[o] for o in rest])[:, None])]),
            ratings,
            sample_weight=weights / weights.mean(),
        )
        given = hstack([words.transform(texts), csr_matrix(2 * vader[key][:, None])])
        # The ratings' bound of half a point is where a score's .05 is.
        scores[key] = model.predict(given) / 10
    return scores


def _page(
    samples: Samples,
    scores: Mapping[str, Mapping[str, np.ndarray]],
    same: float,
    languages: Mapping[str, tuple[float, float, int]],
) -> str:
    rows = []
    for name, by_sample in scores.items():
        cells = []
        for key, (_, ratings) in samples.items():
            is_right, label = _label(ratings, 0.5), _label(by_sample[key], 0.05)
            figures = (
                accuracy_score(is_right, label),
                f1_score(is_right, label, average="macro"),
                np.corrcoef(by_sample[key], ratings)[0, 1],
            )
            cells.append(" / ".join(f"{figure:.2f}" for figure in figures))
        rows.append(f"| {name} | {' | '.join(cells)} |")
    spoken = [
        f"| {language} | {count:,} | {ours:.1%} | {theirs:.1%} |"
        for language, (ours, theirs, count) in languages.items()
    ]
    head = " | ".join(f"{NAMES[key]} ({len(texts):,})" for key, (texts, _) in samples.items())
    count = sum(len(texts) for texts, _ in samples.values())
    return f"""# How well the tone of messages is recognised

Written by `python tests/benchmarks/judge_sentiment.py`. The warehouse scores what users write by
the words and rules of VADER, in SQL (`int_message_sentiments`): nothing is downloaded, and no text
leaves the log.

## Against others that install without a download

Sentences that 20 people each rated from -4 to 4 ship with vaderSentiment's source. Below half a
point from 0 a sentence counts as neutral. Each cell: share of sentences that are recognised as
negative, neutral or positive / mean F1 of the three / correlation with the rating.

| Scorer | {head} |
|---|{"|".join(["--:"] * len(samples))}|
{chr(10).join(rows)}

VADER's rules were made with samples like these, tweets above all: in a chat, expect what it does
for reviews rather than for tweets. The last row is a ridge regression on words, pairs of words and
VADER's score, trained on the other three samples each: what a model fitted here does in a kind of
text that it has not seen. Its bounds are those of the ratings. Packages whose wheel has a larger
model (eng-spacysentiment, which needs spaCy) were not measured.

The SQL gives the same score as vaderSentiment for {same:.2%} of the {count:,} sentences. It
differs on purpose where an apostrophe is curly, where a letter follows an emoji without a space,
where the language is not known to be English, and in texts with code, quoted lines and addresses,
which are cut first.

## Language

A message is scored where it has more common words of English than of any other language, or as
many and a word of feeling; otherwise its score is NULL. Below, the sentences above, and texts of
at least four words of Django's translations: the share that is taken for English, here and by
py3langid 0.4 with the same languages to choose from.

| Language | Texts | Warehouse | py3langid |
|---|--:|--:|--:|
{chr(10).join(spoken)}

## What it cannot do

Irony, comparisons and what depends on the subject are scored by their words: to an insurer, "Why
was my claim rejected?" is a question, and scored as displeasure. Read a mean over many messages
and how it moves, not a single score.
"""


def _label(values: np.ndarray, bound: float) -> np.ndarray:
    return np.where(values <= -bound, -1, np.where(values >= bound, 1, 0))


if __name__ == "__main__":
    main()
