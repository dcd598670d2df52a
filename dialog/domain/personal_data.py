"""What must not be stored, and what a moderator should look at.

Patterns only, and no list of words that people may not use: criticism is never a flag.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain

from dialog.text import characters

Behind = tuple[tuple[Callable[[str, str, int], bool], tuple[re.Pattern[str], ...]], ...]
"""Patterns of what a moderator should look at, and before them what a text must have that any of
them fits, seen quickly in it, in its lower case and in how many digits it has: most texts have
nothing of it, and a hall writes at once."""


def personal_number(text: str) -> bool:
    """Whether a Swedish personal identity number or coordination number stands in the text."""
    if _PLAIN.fullmatch(text) and _digits(text) < OF_A_PERSON // 2:
        return False
    plain = _TYPED.sub(_as_digits, _plain(text))
    return _digits(plain) >= OF_A_PERSON and any(map(_is_personal_number, _candidates(plain)))


def flags(text: str) -> list[str]:
    """What a moderator should look at: phone, email, address, url, person."""
    plain = _plain(text)
    lower = _lower(plain)
    without_email = _EMAIL.sub(" ", plain) if _like_email(lower) else plain
    digits = _digits(plain)
    found = {
        "phone": digits >= OF_A_PHONE and _is_in(_PHONES, plain, lower, digits),
        "email": without_email != plain,
        "address": digits > 0 and _is_in(_ADDRESSES, plain, lower, digits),
        "url": ("." in plain or "://" in plain) and bool(_URL.search(without_email)),
        "person": _is_in(_PERSONS, without_email, lower, digits)
        or _almost_personal_number(plain, digits),
    }
    return [flag for flag, there in found.items() if there]


def _is_in(kinds: Behind, text: str, lower: str, digits: int) -> bool:
    for must_have, patterns in kinds:
        if must_have(text, lower, digits) and any([it.search(text) for it in patterns]):
            return True
    return False


def _digits(text: str) -> int:
    """How many stand anywhere in it: what has few needs no closer look."""
    return len(_DIGIT.findall(text))


# ── characters ────────────────────────────────────────────────────────────────────────────────

_PLAIN = re.compile(r"[\t\n\x20-\x7eåäöéÅÄÖÉ]*")
"""What most texts are made of: each character is its own plain form."""
_DIGIT = re.compile(r"\d")
_BLANKS = re.compile(r"\s{2,}|[^\S \n]")
"""Those that are not one blank or one new line already."""


def _plain(text: str) -> str:
    """The same text with ordinary digits, signs and spaces, for the patterns below.

    White space of any length is one blank or one new line.
    """
    if not _PLAIN.fullmatch(text):
        text = text.translate(_AS_PLAIN)
    if text.isprintable() and "  " not in text:
        return text  # printable: a blank is the only white space in it
    return _BLANKS.sub(lambda found: "\n" if "\n" in found[0] else " ", text)


def _lower(plain: str) -> str:
    """For quick looks, as patterns that ignore case see it, to whom an i without its dot is one."""
    return plain.lower().replace("\u0307", "").replace("ı", "i").replace("\n", " ")


class _AsPlain(dict[int, str]):
    """For `str.translate`: each character's plain form, worked out when it first comes."""

    def __missing__(self, code: int) -> str:
        plain = _plain_character(chr(code))
        if code < _KEPT:  # the memory of it stays small, whatever is sent
            self[code] = plain
        return plain


_KEPT = 0x3000
_AS_PLAIN = _AsPlain()


def _plain_character(c: str) -> str:
    if c.isascii():
        return c
    digit = unicodedata.digit(c, None)
    if digit is not None:
        return str(digit)
    if characters.is_undrawn(c):
        return ""
    category = unicodedata.category(c)
    if category == "Pd" or c in "\u2212\u2043":
        return "-"
    if category == "Zs" or c == "\u2800":
        return " "
    plain = unicodedata.normalize("NFKC", c)  # such as the wide @ of Asian keyboards
    return plain if len(plain) == 1 and plain.isascii() else c


# ── identity numbers ──────────────────────────────────────────────────────────────────────────

OF_A_PERSON, OF_ALMOST_A_PERSON, OF_A_PHONE = 10, 6, 5
"""Digits at least, as the patterns below have them."""
_NUMBER = re.compile(
    r"(?<!\d)(?P<century>18|19|20)?(?P<year>\d\d)(?P<between>[-/. ]?)(?P<month>\d\d)(?P=between)"
    r"(?P<day>\d\d)(?P<before_last>[\W_]{0,4})"
    r"(?P<last>\d{4}|\d\d(?=[^\w\s]\d)(?P=before_last)\d\d)(?![-./:]?\d)"
)
_LAST_FOUR_APART = re.compile(
    r"(?<!\d)(?:18|19|20)?(\d\d)[-/. ]?(\d\d)[-/. ]?(\d\d)\b\D{0,40}"
    r"\b(?:sista|fyra|slutsiffror(?:na)?)\b\D{0,30}(\d\d)[-/. ]?(\d\d)(?!\d)",
    re.IGNORECASE,
)
_SPACED = re.compile(
    r"(?<!\d)(?<!\d[ -])(?!20\d\d(?P<between>-?)\d\d(?P=between)\d\d[ -]{1,3}\d\d[.:]\d\d(?!\d))"
    r"\d(?:[ -]{0,3}\d){9}(?:(?:[ -]{0,3}\d){2})?(?![ -]?\d)"
)
"""But no day with an hour."""
_ONE_BY_ONE = re.compile(
    r"(?<!\d)(?<!\d[\W_])(?<!\d[\W_]{2})(?<!\d[\W_]{3})"
    r"\d(?P<between>[\W_]{1,3})\d(?:(?P=between)\d){8}(?:(?:(?P=between)\d){2})?"
    r"(?!(?P=between)?\d)"
)
_TYPED = re.compile(r"\b[oOlI\d]+\b")
_TYPED_AS = str.maketrans("oOlI", "0011")
"""Who learned to write on an old typewriter has no other nought and one."""
_PHONE_SHAPE = re.compile(r"0\d{1,3}[ -]")
_ALMOST = re.compile(
    r"(?<!\d)(?:"
    r"(?:18|19|20)?(\d{6})[-+](?:\d\d-?\d\d|[A-Z]\d{3}|\d{0,3}[xX*]{1,4})"
    r"|(?:18|19|20)(\d{6})(?:\d{4}|[xX*]{4})"
    r")(?![\w*-])"
)
_LIKELY = (
    re.compile(r"(?<!\d)(?:18|19|20)?\d{6}[-+]?\d{4}(?=[-./:]\d)"),
    # One by one with any signs.
    re.compile(
        r"(?<!\d)(?<!\d[\W_])(?<!\d[\W_]{2})(?<!\d[\W_]{3})"
        r"\d(?:[\W_]{1,3}\d){9}(?:(?:[\W_]{1,3}\d){2})?(?![\W_]{0,3}\d)"
    ),
    # Two by two; commas and stops are of ages, of prices and of hours.
    re.compile(
        r"(?<!\d)(?<!\d[\n_])\d\d(?P<between>[\n_])\d\d(?:(?P=between)\d\d){3,4}(?![\n_]?\d)"
    ),
)


def _as_digits(word: re.Match[str]) -> str:
    return word[0].translate(_TYPED_AS) if _DIGIT.search(word[0]) else word[0]


def _candidates(text: str) -> Iterator[str]:
    """Ten digits each, written as an identity number may be written."""
    for found in _NUMBER.finditer(text):
        if not (_is_mobile_phone(found) or _is_date_and_number(found)):
            yield re.sub(r"\D", "", found[0])[-10:]
    for parts in _LAST_FOUR_APART.findall(text):
        yield "".join(parts)
    yield from _runs(text, _SPACED, _ONE_BY_ONE)


def _runs(text: str, *patterns: re.Pattern[str]) -> Iterator[str]:
    """Ten digits each, of runs of ten or twelve that are no phone number."""
    for found in chain.from_iterable(pattern.finditer(text) for pattern in patterns):
        digits = re.sub(r"\D", "", found[0])
        if len(digits) == 12 and digits[:2] in ("18", "19", "20"):
            yield digits[2:]
        elif len(digits) == 10 and not digits.startswith("07") and not _PHONE_SHAPE.match(found[0]):
            yield digits


def _is_mobile_phone(found: re.Match[str]) -> bool:
    """0701740605 is one, although 2007-01-14 (as a coordination number) is a day."""
    as_a_phone = not found["between"] and not found["before_last"] or len(found["last"]) > 4
    return not found["century"] and found["year"] == "07" and as_a_phone


def _is_date_and_number(found: re.Match[str]) -> bool:
    """As in "2019-03-06, 1500 people" or "2019-03-06 (1500)"."""
    gap = found["before_last"]
    return bool(found["between"] and re.search(r"\s", gap) and re.search(r"[^-+/_\s]", gap))


def _is_personal_number(digits: str) -> bool:
    return _is_date(digits[:6]) and _luhn(digits)


def _is_date(yymmdd: str) -> bool:
    """A day in any century; 60 is added to the day in a coordination number."""
    year, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:6])
    day = day - 60 if day > 60 else day
    try:
        date(2000 + year, month, day)  # 1900 was no leap year, but 2000 was
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _almost_personal_number(text: str, digits: int) -> bool:
    """Mistyped, masked, interim, or written as other numbers are too: someone should look."""
    if digits < OF_ALMOST_A_PERSON:
        return False
    almost = any(_is_date(one or other) for one, other in _ALMOST.findall(text))
    return almost or any(map(_is_personal_number, _runs(text, *_LIKELY)))


# ── what a moderator should look at ───────────────────────────────────────────────────────────

_PHONE_BEGINS = re.compile(r"(?<!\d)0\d|\+")
_PHONES: Behind = (
    (
        lambda text, lower, digits: bool(_PHONE_BEGINS.search(text)),
        (
            re.compile(r"(?<!\d)07\d(?:[ ./-]{0,3}\d){7}(?!\d)"),
            re.compile(
                r"(?<!\d)(?<!\d[-/])0[1-9]\d{0,2}(?:[ /-]{1,3}"
                r"(?:\d{3} \d{2,3}|\d{2} \d{3}|\d{2,3}(?: \d{2,3}){2,3}|\d{5,8})|\d{6,8})"
                r"(?!\d)(?!\s*(?:kr|mkr|:-))"
            ),
            re.compile(
                r"(?<![\d+])(?:\+|00)[1-9]\d{0,2}[ -]{0,2}(?:\(0\))?[ -]{0,2}"
                r"\d(?:[ /-]?\d){6,10}(?!\d)"
            ),
        ),
    ),
    (
        lambda text, lower, digits: _has_one(lower, ("tel", "tfn", "mobil", "ring", "sms")),
        (
            # A number within the town, if it says that it is one; never 116 117 and its like.
            re.compile(
                r"\b(?:tel|telefon|telefonnummer|tfn|mobil|ring|sms|smsa)\b[.: ]{0,3}"
                r"(?:mig )?(?:på )?(?!11[0-9 ])\d(?:[ -]?\d){4,8}(?![\d])(?!\s*(?:kr|mkr|:-))",
                re.IGNORECASE,
            ),
        ),
    ),
)

_EMAIL = re.compile(
    r"[\w.+-]+(?:@|\s@\s)[\w-]+(?:\s?\.\s?[\w-]+)+"
    r"|[\w.+-]+\s*(?:[(\[{]\s?(?:at|ät|a|snabel-? ?a)\s?[)\]}]|\bsnabel-? ?a\b)\s*[\w-]+"
    r"(?:\s*(?:\.|[(\[{]?\b(?:punkt|dot)\b[)\]}]?)\s*[\w-]+)+"
    r"|[\w+-]+\s(?:at|ät)\s[\w-]+\s(?:punkt|dot)\s[a-z]{2,}\b",
    re.IGNORECASE,
)

_URL = re.compile(
    r"https?://\S|\bwww\.\w|\b[\w-]{2,}\.(?:se|nu|com|org|net|eu|info|fi|no|dk)(?:/\S+)?\b",
    re.IGNORECASE,
)


def _like_email(lower: str) -> bool:
    """Whether it has what every address has: most texts have nothing of it."""
    return _has_one(lower, ("@", "(", "[", "{", "snabel", " at ", " ät "))


_UNIT = r"(?!\s?(?:km|m|mil|meter|kilometer|år|gånger|min|minuter|timmar|kr|st|bilar|%)\b)"
_STREETS = [
    "gatan",
    "vägen",
    "stigen",
    "gränden",
    "gränd",
    "torget",
    "allén",
    "backen",
    "slingan",
    "liden",
]
_WAYS = ["väg", "gata", "gränd", "stig", "torg", "allé", "plan", "backe"]
_OF_WAYS = [f"s {it} " for it in _WAYS]
_ADDRESSES: Behind = (
    (
        lambda text, lower, digits: _has_one(lower, _STREETS),
        (
            re.compile(
                r"\b(?!riks|läns|motor|europa|cykel|gång|skolväg)\w{2,}"
                rf"(?:{'|'.join(_STREETS)})\s\d{{1,3}}(?!\d)" + _UNIT,
                re.IGNORECASE,
            ),
        ),
    ),
    (
        lambda text, lower, digits: _has_one(lower, _OF_WAYS),
        (re.compile(rf"\b[A-ZÅÄÖ]\w+s\s(?:{'|'.join(_WAYS)})\s\d{{1,3}}(?!\d)"),),
    ),
    (
        lambda text, lower, digits: "lgh" in lower or "lägenhet" in lower,
        (re.compile(r"\b(?:lgh|lägenhet)\.?\s?\d{4}\b", re.IGNORECASE),),
    ),
    (
        lambda text, lower, digits: digits >= 5 and _has_inner_capital(text),
        (re.compile(r"(?<!\d)(?<!\d )[1-9]\d\d \d\d\s{1,2}[A-ZÅÄÖ][a-zåäöé]{2,}"),),
    ),
)

_OF_SOMEBODY = ("min", "mitt", "vår", "vårt", "hans", "hennes", "deras")
_RELATIVES = (
    *("son", "dotter", "barn", "barnbarn", "pojke", "flicka", "man", "fru", "sambo", "mamma"),
    *("pappa", "mor", "far", "farmor", "farfar", "mormor", "morfar", "bror", "syster", "kusin"),
    *("kompis", "vän", "granne", "chef", "lärare", "elev", "kollega", "klasskamrat"),
)
_ROLES = (
    ("", ("fröken", "magister", "ledaren", "kommunalrådet", "oppositionsrådet"), ""),
    ("", ("politikern", "tjänstemannen", "tjänstepersonen", "sköterskan", "vaktmästaren"), ""),
    ("", ("rektor", "tränare", "doktor", "kurator"), "n?"),
    ("", ("grann",), "(?:e|en)"),
    (r"\w{0,12}", ("lärar", "chef"), "e?n?"),
    (r"\w{0,12}", ("handläggare",), "n?"),
    (r"\w{0,8}", ("sekreterare", "ordförande"), "n?"),
)
"""What may stand before a word, the words, and their endings."""
_TITLES = ("herr", "fru")
_DEEDS = ("misshandla", "våldt", "knarka", "lang", "missbruka")
_SENSITIVE_WORDS = (
    *("adhd", "autis*", "asperger*", "epilepsi", "cancer", "depression", "deprimerad"),
    *("psykisk* sjuk*", "diagnos*", "dement", "demens", "missbruk*", "alkoholist", "knark*"),
    *("langar", "hiv", "schizofreni", "bipolär", "självmord*", "gravid", "homosexuell"),
    *("bisexuell", "lesbisk", "transperson", "muslim*", "jude", "judinna", "judisk", "hindu"),
    *("rom", "romsk", "misshandl*", "våldt*", "dömd", "åtalad", "kriminell", "tjuv", "pedofil*"),
    *("med i facket", "med i moskén", "med i kyrkan"),
    *("medlem i facket", "medlem i moskén", "medlem i kyrkan", "fackligt ansluten"),
)
"""`*`: with any ending."""


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(words)})"


_KIN = rf"\b{_any_of(_OF_SOMEBODY)}\s+(?:\w+\s)?{_any_of(_RELATIVES)}\b"
_ROLE = rf"\b{_any_of(before + _any_of(its) + ending for before, its, ending in _ROLES)}"
_CUE = rf"(?i:{_ROLE}|\b{_any_of(_TITLES)})"
_SENSITIVE = rf"\b{_any_of(_SENSITIVE_WORDS)}\b".replace("*", r"\w*")
_FIRST_NAMES = (
    "Adam|Agneta|Ahmed|Alexander|Ali|Alice|Amanda|Amina|Anders|Andreas|Anette|Anita|Anna|Ann|"
    "Annika|Anton|Arne|Astrid|Axel|Barbro|Bengt|Berit|Birgitta|Björn|Bo|Börje|Britt|Camilla|"
    "Carina|Carl|Caroline|Cecilia|Charlotte|Christer|Christina|Daniel|David|Ebba|Elias|Elin|"
    "Elisabeth|Ella|Elsa|Emelie|Emil|Emma|Erik|Eva|Fatima|Filip|Fredrik|Gun|Gunilla|Gunnar|"
    "Gustav|Göran|Hanna|Hans|Hassan|Helena|Henrik|Hugo|Håkan|Ida|Inga|Inger|Ingrid|Isak|Jan|"
    "Jenny|Jessica|Joakim|Johan|Johanna|John|Jonas|Josefin|Julia|Kalle|Karin|Karl|Katarina|Kent|"
    "Kerstin|Khadija|Kjell|Klara|Kristina|Kurt|Lars|Leif|Lena|Lennart|Liam|Linda|Linnea|Lisa|"
    "Lovisa|Lucas|Madeleine|Magnus|Maja|Malin|Margareta|Maria|Marianne|Marie|Marcus|Markus|"
    "Martin|Mats|Mattias|Michael|Mikael|Mohamed|Mohammed|Monica|Mona|Moa|Mustafa|Niklas|Nils|"
    "Noah|Olle|Olof|Omar|Oscar|Oskar|Patrik|Per|Peter|Petra|Pia|Rickard|Robert|Roger|Rolf|Sara|"
    "Sebastian|Simon|Siv|Sofia|Sonja|Stefan|Sten|Stig|Susanne|Sven|Thomas|Tomas|Therese|Tobias|"
    "Tommy|Ulf|Ulla|Ulrika|Viktor|Vilma|William|Yusuf|Zahra|Åke|Åsa|Örjan"
)
_HAS_CUE = {*(it for _, its, _ in _ROLES for it in its), *_OF_SOMEBODY, *_TITLES}
_HAS_SENSITIVE = {*(it.partition("*")[0] for it in _SENSITIVE_WORDS), *_DEEDS}
"""What each expression of its kind has in it."""
_CAPITAL = re.compile(r"\w\s[A-ZÅÄÖ][a-zåäöé]")
_CAPITALS = re.compile("[A-Z]{3}")
_TWO_CAPITALS = re.compile(r"[A-ZÅÄÖ][a-zåäöé]+\s[A-ZÅÄÖ][a-zåäöé]")


def _has_one(lower: str, beginnings: Iterable[str]) -> bool:
    return any([it in lower for it in beginnings])


def _has_inner_capital(text: str) -> bool:
    """Most texts have one at their beginning at most."""
    return not text[1:].islower()


_PERSONS: Behind = (
    (
        lambda text, lower, digits: _has_inner_capital(text) and bool(_TWO_CAPITALS.search(text)),
        (
            re.compile(
                rf"\b(?:{_FIRST_NAMES})\s"
                rf"(?!\w+s\s(?:{'|'.join(_WAYS)})\b)[A-ZÅÄÖ][a-zåäöé]{{2,}}"  # but no street
            ),
            re.compile(r"\b[A-ZÅÄÖ][a-zåäöé]+\s[A-ZÅÄÖ][a-zåäöé]+sson\b"),
        ),
    ),
    (
        lambda text, lower, digits: (
            _has_inner_capital(text) and _has_one(lower, _HAS_CUE) and bool(_CAPITAL.search(text))
        ),
        (
            re.compile(rf"{_CUE}\s(?:som\s)?(?:heter\s)?[A-ZÅÄÖ][a-zåäöé]+"),
            re.compile(rf"(?i:{_KIN})\s(?:som\s)?(?:heter\s)?[A-ZÅÄÖ][a-zåäöé]+"),
        ),
    ),
    (
        lambda text, lower, digits: "sson" in lower,
        (re.compile(rf"\b(?:{_FIRST_NAMES})\s\w{{2,}}sson\b", re.IGNORECASE),),
    ),
    (
        lambda text, lower, digits: "heter" in lower,
        (
            re.compile(
                rf"(?:\b(?:jag|han|hon|hen)|{_KIN}|{_ROLE})\s(?:som\s)?heter\s\w",
                re.IGNORECASE,
            ),
        ),
    ),
    (
        lambda text, lower, digits: _has_one(lower, _HAS_SENSITIVE),
        (
            re.compile(
                rf"(?:{_KIN}|\b(?:jag|han|hon|hen)\s(?:har|är|lider)\b).{{0,40}}{_SENSITIVE}",
                re.IGNORECASE,
            ),
            re.compile(rf"{_SENSITIVE}.{{0,40}}{_KIN}", re.IGNORECASE),
            # Closer than that: a teacher may well speak of a diagnosis.
            re.compile(
                rf"{_ROLE}\s(?:\w+\s){{0,3}}(?:är|var|har|lider av)\s(?:\w+\s)?{_SENSITIVE}",
                re.IGNORECASE,
            ),
            re.compile(rf"{_ROLE}\s{_any_of(_DEEDS)}\w*", re.IGNORECASE),
        ),
    ),
    (
        lambda text, lower, digits: "@" in text or ":" in text,
        (
            re.compile(r"(?<![\w.])@[a-z][\w.]{2,}", re.IGNORECASE),
            re.compile(
                r"\b(?:insta|instagram|snap|snapchat|tiktok|facebook|fb)\s?:\s?@?\w",
                re.IGNORECASE,
            ),
        ),
    ),
    (
        lambda text, lower, digits: digits >= 2 and bool(_CAPITALS.search(text)),
        (
            re.compile(
                r"(?<![\w-])(?!SOS|GPS|USB|DNA|PCB|LTE)"
                r"[A-HJ-PR-UW-Z]{3} ?\d\d[A-HJ-PR-UW-Z0-9](?![\w-])"
            ),
        ),
    ),
    (
        lambda text, lower, digits: digits >= 2 and ("bil" in lower or "reg" in lower),
        (
            re.compile(
                r"\b(?:bil(?:en)?|reg\.?\s?nr|registreringsnummer)\s[a-z]{3} ?\d\d[a-z\d]\b", re.I
            ),
        ),
    ),
)
