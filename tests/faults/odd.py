"""Wishes of every kind with any value that their types admit, and with some that they do not."""

import random
from typing import Annotated, Any, get_args

import msgspec
from hypothesis import strategies as st
from msgspec import inspect as of

from dialog.protocol.commands import OuterCommand
from dialog.protocol.work_commands import WorkboardCommand

TYPES: tuple[type, ...] = (*get_args(OuterCommand), *get_args(WorkboardCommand))
SLUGS = (
    *("write", "anything", "means", "tables", "check", "dots", "more-dots", "groups", "thanks"),
    *("school", "centre", "young", "old", "officials", "undisclosed", "safety", "leisure"),
    *("evening", "council", "schools", "open", "old-1", "nowhere", "a" * 60),
)
TEXTS = (
    *("More benches", "", " ", "\0", "a\u0300" * 50, "\u202e\u2066", "\ud7ff\ue000\uffff"),
    *("school", "young", "evening", "keyword", "sv", "ar", "2019-03-06", "19.55", "F1"),
    *("<b>", "=1+1", "ring 070-123 45 67", "\r\n\r\n", "'; drop table entry; --", "x" * 4000),
    *("ß" * 100, "ﷺ" * 90, "𝕏👩\u200d👧"),
)
WHOLE = (0, 1, 2, 3, 4, 5, 6, 7, 12, 17, 30, -1, 2**31, 2**53, -(2**53))
NEAR_ONE = (0.0, 0.5, 1.0, -1.0, 1e-300, 1e300)


def wish(type: type) -> st.SearchStrategy[Any]:
    """A wish of that type."""
    return value(of.type_info(type)).map(lambda it: msgspec.convert(it, type))


def value(info: of.Type) -> st.SearchStrategy[Any]:
    """What JSON would have been decoded to for this type."""
    match info:
        case of.StructType():
            return struct(info)
        case of.UnionType(types):
            return st.one_of(*map(value, types))
        case of.ListType(item, least, most) | of.VarTupleType(item, least, most):
            return st.lists(value(item), min_size=least or 0, max_size=min(most or 4, 4))
        case of.TupleType(items):
            return st.tuples(*map(value, items)).map(list)
        case of.DictType(key, item):
            return st.dictionaries(value(key), value(item), max_size=3)
    return simple(info)


def simple(info: of.Type) -> st.SearchStrategy[Any]:
    match info:
        case of.StrType():
            return text(info)
        case of.IntType(ge=least, le=most):
            fits = [
                n for n in WHOLE if (least is None or n >= least) and (most is None or n <= most)
            ]
            return st.sampled_from(fits) | st.integers(least, most if most is not None else 2**63)
        case of.FloatType():
            return st.sampled_from(NEAR_ONE)
        case of.BoolType():
            return st.booleans()
        case of.LiteralType(values):
            return st.sampled_from(values)
        case of.NoneType():
            return st.none()
    raise AssertionError(f"nothing is made up for {info}")


def text(info: of.StrType) -> st.SearchStrategy[str]:
    if info.pattern is None:
        fit = [it for it in TEXTS if len(it) <= (info.max_length or 10**6)]
        fit = [it for it in fit if len(it) >= (info.min_length or 0)]
        return st.sampled_from([*fit, *(it for it in SLUGS if fits(info, it))]) | st.text(
            min_size=info.min_length or 0, max_size=min(info.max_length or 40, 40)
        )
    known = [it for it in (*SLUGS, *TEXTS) if fits(info, it)]
    made = st.from_regex(info.pattern, fullmatch=True).filter(lambda it: fits(info, it))
    return st.sampled_from(known) | made if known else made


def fits(info: of.StrType, it: str) -> bool:
    how = {"pattern": info.pattern, "min_length": info.min_length, "max_length": info.max_length}
    asked = msgspec.Meta(**{key: limit for key, limit in how.items() if limit is not None})
    try:
        msgspec.convert(it, Annotated[str, asked])
    except msgspec.ValidationError:
        return False
    return True


def struct(info: of.StructType) -> st.SearchStrategy[Any]:
    named = {it.encode_name: value(it.type) for it in info.fields if it.required}
    left = {it.encode_name: value(it.type) for it in info.fields if not it.required}
    if info.array_like:
        return st.tuples(*(value(it.type) for it in info.fields)).map(list)
    tag = {info.tag_field: st.just(info.tag)} if info.tag_field else {}
    return st.fixed_dictionaries(tag | named, optional=left)


# ── bytes ───────────────────────────────────────────────────────────────────────────────────────


def spoilt(text: bytes, chance: random.Random) -> bytes:
    """A frame with something wrong in it."""
    at = chance.randrange(len(text) + 1)
    match chance.randrange(6):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + chance.randbytes(chance.randrange(1, 20)) + text[at:]
        case 2:
            return text[:at] + b"[" * chance.randrange(1, 5000) + text[at:]
        case 3:
            return text.replace(b":", b":" + str(10 ** chance.randrange(400)).encode(), 1)
        case 4:
            return text.replace(b'"', b'"\\ud800', chance.randrange(1, 3))
    return bytes(byte ^ (chance.random() < 0.02) * chance.randrange(256) for byte in text)


def plain(type: type) -> Any:
    """The simplest wish of that type."""
    return msgspec.convert(simplest(of.type_info(type)), type)


def simplest(info: of.Type) -> Any:
    match info:
        case of.StructType():
            needed = {it.encode_name: simplest(it.type) for it in info.fields if it.required}
            if info.array_like:
                return list(needed.values())
            return ({info.tag_field: info.tag} if info.tag_field else {}) | needed
        case of.UnionType(types):
            return simplest(types[0])
        case of.ListType(item) | of.VarTupleType(item):
            return [simplest(item)]
        case of.TupleType(items):
            return [simplest(item) for item in items]
        case of.DictType():
            return {}
    return simplest_value(info)


def simplest_value(info: of.Type) -> Any:
    match info:
        case of.StrType():
            return next(it for it in (*SLUGS, *TEXTS, "2" * 16, "f" * 64) if fits(info, it))
        case of.IntType(ge=least):
            return least or 1
        case of.FloatType():
            return 0.5
        case of.BoolType():
            return True
        case of.LiteralType(values):
            return values[0]
    return None
