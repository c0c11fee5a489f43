"""What customers write: questions, and what they say once they were answered."""

from random import Random

__all__ = ["closing", "question"]

_QUESTIONS = (
    "Does my policy cover a cancelled flight to {place}?",
    "I broke my leg in {place}. How do I file a claim?",
    "My luggage did not arrive in {place}. What do you pay?",
    "How do I add my daughter to my policy before we fly to {place}?",
    "Why was my claim for {place} rejected?",
)
_PLACES = ("Lisbon", "Oslo", "Hanoi", "Quito", "Dakar", "Perth")
_HAPPY = (
    "Thank you, that was very helpful!",
    "Great, that answers my question. One more thing: is dental care covered?",
    "Perfect, thanks a lot for the quick help. And what about delays?",
)
_UNHAPPY = (
    "That is wrong. I am really annoyed, please read my question again.",
    "This does not help me at all. What a terrible answer.",
    "You already said that, and it is still not what I asked. Very disappointing.",
)


def question(dice: Random) -> str:
    """Return a first question."""
    return dice.choice(_QUESTIONS).format(place=dice.choice(_PLACES))


def closing(dice: Random, is_happy: bool) -> str:
    """Return what somebody writes after an answer."""
    return dice.choice(_HAPPY if is_happy else _UNHAPPY)
