"""Languages that nobody speaks: Swedish, longer and with other letters, to see what breaks of it.

`python -m tests.pseudo` is `python -m dialog` with every language offered, one of them longer Latin
letters, and right-to-left letters in those that have no catalogue.
"""

import os
import re

from dialog import locales
from dialog.protocol.agenda import LANGUAGES, RIGHT_TO_LEFT

LONGER = "so"
"""The language whose place the longer one takes."""

LATIN = str.maketrans("aeiouyåäöAEIOUYÅÄÖ", "áéíóúýǻǟȫÁÉÍÓÚÝǺǞȪ")
ARABIC = str.maketrans("abcdefghijklmnopqrstuvwxyzåäö", "ابثدهفگحیجکلمنوپقرستعڤشخیزاهو")
NOT_WORDS = re.compile(r"(\{[a-z_]+\}|\n)")
TAIL = {"ltr": "ẍŵẍŵ ", "rtl": "ژخظق "}


def pseudo(words: locales.Words, language: str) -> locales.Words:
    """`words` in the language's letters, two fifths longer, with as many plural forms as it has."""
    if isinstance(words, list):
        its = [words[0 if form == "one" else 1] for form in locales.forms(language)]
        return [said(it, language) for it in its]
    return said(words, language)


def said(words: str, language: str) -> str:
    way = locales.direction(language)
    letters = ARABIC if way == "rtl" else LATIN
    parts = NOT_WORDS.split(words)
    length = sum(len(part) for part in parts[::2])
    parts[::2] = [
        (part.lower() if way == "rtl" else part).translate(letters) for part in parts[::2]
    ]
    return "".join(parts) + more(length * 2 // 5, TAIL[way])


def more(length: int, letters: str) -> str:
    """Words of five letters, so many letters in all."""
    return (letters * (length // len(letters) + 1))[:length].rstrip()


def install() -> None:
    """Let them be languages of this process."""
    read = locales._read

    def read_or_made(language: str, domain: str) -> dict[str, locales.Words]:
        own = read(language, domain)
        if language == LONGER or (not own and language in RIGHT_TO_LEFT):
            return {key: pseudo(words, language) for key, words in read("sv", domain).items()}
        return own

    locales._read = read_or_made  # type: ignore[assignment]
    os.environ["DIALOG_LANGUAGES"] = " ".join(LANGUAGES)


if __name__ == "__main__":
    from dialog.cli import main

    install()
    main()
