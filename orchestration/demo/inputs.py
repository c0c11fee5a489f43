"""Input documents of many structures and sizes, as the JSON text that a session logs."""

import functools
import json
from random import Random

__all__ = ["odd_input", "shaped_input"]

_WORDS = (
    "the order arrived late and customer asks for refund because package was damaged during "
    "transport please confirm delivery address invoice number total amount payment due within "
    "thirty days our team reviewed agreement section covers liability renewal notice product "
    "quality support answer question about account settings new feature report shows growth"
)
_FOREIGN = (
    "Straße größer façade naïve señor mañana żółć čeština Ελλάδα Москва доставка заказ 東京 納品 "
    "品質 客户 退款 환불 배송 مرحبا طلب שלום 🚚 ✅"
)
_FILLER_CHARS = 400_000


@functools.cache
def _filler(is_foreign: bool) -> str:
    rng = Random(f"filler|{is_foreign}")
    words = _WORDS.split() + (_FOREIGN.split() * 2 if is_foreign else [])
    return " ".join(rng.choices(words, k=_FILLER_CHARS // 5))[:_FILLER_CHARS]


def _text(rng: Random, chars: int) -> str:
    filler = _filler(rng.random() < 0.15)
    chars = max(1, min(chars, len(filler) // 2))
    start = int(rng.random() * (len(filler) - chars))
    return filler[start : start + chars]


def shaped_input(rng: Random, shape: str, chars: int) -> str:
    """Return an input of one structure.

    Parameters
    ----------
    rng : Random
        Source of the words.
    shape : str
        ``text``, ``document``, ``records``, ``list`` or ``thread``.
    chars : int
        About how long the JSON text shall be, in characters; the envelope of a structure is its
        least length.

    Returns
    -------
    str
        JSON text.
    """
    return json.dumps(_SHAPES[shape](rng, chars), ensure_ascii=False)


def _plain(rng: Random, chars: int) -> dict:
    return {"text": _text(rng, chars - 32), "lang": rng.choice(("en", "de", "ja"))}


def _document(rng: Random, chars: int) -> dict:
    number = max(1, min(12, chars // 600))
    size = (chars - 120) // number - 50
    sections = [
        {"heading": _text(rng, 12), "body": _text(rng, size), "notes": []} for _ in range(number)
    ]
    meta = {"author": "a. writer", "tags": ["new", "vip", "eu"][: rng.randrange(4)]}
    return {"document": {"meta": meta, "sections": sections}, "options": {}}


def _records(rng: Random, chars: int) -> dict:
    number = max(1, (chars - 30) // 80)
    names = [_text(rng, 240)[start : start + 24] for start in range(0, 216, 24)]
    first = rng.randrange(9000)
    rows = [
        {"id": i, "name": names[i % 9], "price": (first + 37 * i) % 9999 / 100, "ok": i % 7 != 0}
        for i in range(number)
    ]
    return {"rows": rows}


def _list(rng: Random, chars: int) -> list:
    number = max(1, min(40, chars // 90))
    return [_text(rng, chars // number - 4) for _ in range(number)]


def _thread(rng: Random, chars: int) -> dict:
    depth = max(1, min(12, chars // 250))
    thread: dict = {}
    for level in range(depth):
        thread = {
            "from": f"user{level % 3}",
            "body": _text(rng, chars // depth - 40),
            "reply": thread,
        }
    return thread


_SHAPES = {
    "text": _plain,
    "document": _document,
    "records": _records,
    "list": _list,
    "thread": _thread,
}


def odd_input(rng: Random) -> str:
    """Return an input that is no object: empty, a scalar, or text that is not JSON.

    Parameters
    ----------
    rng : Random
        Decides which.

    Returns
    -------
    str
        The input as it is logged.
    """
    return rng.choice(
        (
            "",
            "{}",
            "[]",
            "42",
            json.dumps(_text(rng, 60), ensure_ascii=False),
            "Please look at: " + _text(rng, 200),
            json.dumps({"text": _text(rng, 300)})[:-9],
        )
    )
