"""What a log folds to as bytes, and back, so that it need not be folded again.

Every object of the state is written once and referred to by its number: what is one object here is
one object there, in however many lists it stands. How a class is written follows from its fields,
so a new field needs no word here. It is data and nothing else: whoever can write such bytes cannot
make anybody run anything.
"""

import dataclasses
from collections import Counter, deque
from collections.abc import Callable, Iterator
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from dialog.domain.state import Translation
from dialog.protocol.commands import Locks
from dialog.protocol.work_records import WorkChange

TOGETHER = 500
"""Objects in one part: reading one holds up every other thread."""
LENGTH = 4
"""Bytes that say how long a part is."""
CHANGED_IN_PLACE = (WorkChange,)
"""Structs that are objects of the state like its dataclasses: they change, and stand twice."""
TOLD_APART = {it.__name__: it for it in (Locks, Translation)}
"""Structs that a mark may read."""

encode = msgspec.msgpack.Encoder().encode

T = TypeVar("T")
As = Callable[[Any], Any]


class CannotUnpack(ValueError):
    """These bytes are not of such a state."""


class Piece(NamedTuple):
    """How a field is written: as `type`, after `write`; `read` undoes that. None: as it is."""

    type: Any
    write: As | None = None
    read: As | None = None


class Form(NamedTuple):
    """How the objects of a class are written: as rows, some of whose fields are changed before."""

    of: type
    row: Any
    fields: As
    writes: list[tuple[int, As]]
    reads: list[tuple[int, As]]


class Book:
    """All objects of one state, by class; what they lean on first."""

    def __init__(self, root: type) -> None:
        self.forms: dict[type, Form] = {}
        self.rows: dict[type, list[Any]] = {}
        self.objects: dict[type, list[Any]] = {}
        self.numbers: dict[int, int] = {}
        self.root = self._referred(root)

    # ── how ──

    def _referred(self, its: type) -> Piece:
        """A number in place of an object."""
        if its not in self.forms:
            form = self._form(its)
            self.forms[its], self.rows[its], self.objects[its] = form, [], []
        form, rows, numbers = self.forms[its], self.rows[its], self.numbers

        def write(it: Any) -> int:
            number = numbers.get(id(it))
            if number is None:
                row = written(form, it)
                number = numbers[id(it)] = len(rows)
                rows.append(row)
            return number

        return Piece(int, write, self.objects[its].__getitem__)

    def _form(self, its: type) -> Form:
        if its in CHANGED_IN_PLACE:
            return Form(its, its, lambda it: it, [], [])
        hints = get_type_hints(its)
        fields = dataclasses.fields(its)
        pieces = [self._piece(hints[it.name]) if it.compare else UP for it in fields]
        return Form(
            its,
            tuple[tuple(piece.type for piece in pieces)],  # type: ignore[misc]
            attrgetter(*(it.name for it in fields)) if len(fields) > 1 else only(fields[0].name),
            [(n, it.write) for n, it in enumerate(pieces) if it.write is not None],
            [(n, it.read) for n, it in enumerate(pieces) if it.read is not None],
        )

    def _piece(self, hint: Any) -> Piece:
        if dataclasses.is_dataclass(hint) or hint in CHANGED_IN_PLACE:
            return self._referred(hint)
        if hint is object:
            return Piece(Any, tagged, untagged)
        kind, inner = get_origin(hint), get_args(hint)
        if kind in (Union, UnionType):
            return self._maybe(hint, inner)
        if kind is list:
            return in_list(hint, self._piece(inner[0]))
        if kind is dict:
            return in_dict(hint, inner[0], self._piece(inner[1]))
        return plain(hint, kind, inner)

    def _maybe(self, hint: Any, inner: tuple[Any, ...]) -> Piece:
        pieces = [self._piece(it) for it in inner]
        changed = [it for it in pieces if it.write is not None]
        if not changed:
            return Piece(hint)
        (piece,) = changed
        assert len(inner) == 2 and NoneType in inner and piece.write is not None
        return Piece(piece.type | None, unless_none(piece.write), unless_none(piece.read))

    # ── parts ──

    def parts(self) -> Iterator[bytes]:
        yield encode([len(rows) for rows in self.rows.values()])
        for rows in self.rows.values():
            for start in range(0, len(rows), TOGETHER):
                yield encode(rows[start : start + TOGETHER])

    def read(self, parts: Iterator[bytes]) -> None:
        counts = msgspec.msgpack.decode(next(parts), type=list[int])
        for (its, form), count in zip(self.forms.items(), counts, strict=True):
            decode = msgspec.msgpack.Decoder(list[form.row]).decode  # type: ignore[name-defined]
            objects = self.objects[its]
            while len(objects) < count:
                objects += map(maker(form), decode(next(parts)))
        if next(parts, None) is not None:
            raise CannotUnpack("there is more than that")


UP = Piece(None, lambda it: None)
"""A field that is not compared leads back up to the whole; who reads puts it right."""


def packed(root: Any) -> Iterator[bytes]:
    """The object and all that it leads to, in parts; one after the other they are its bytes. The
    same state gives the same ones, in whatever process."""
    book = Book(type(root))
    assert book.root.write is not None
    book.root.write(root)
    for part in book.parts():
        yield len(part).to_bytes(LENGTH) + part


def unpacked(its: type[T], content: bytes) -> T:
    """The object that was packed, or `CannotUnpack`. What leads back up in it is None."""
    book = Book(its)
    try:
        book.read(parts_of(content))
        (found,) = book.objects[its]
    except (msgspec.MsgspecError, StopIteration, LookupError, TypeError, ValueError) as error:
        raise CannotUnpack(str(error)) from None
    return found


def shape(its: type) -> str:
    """How it is written, in words that differ where that does."""
    return "\n".join(f"{it.__qualname__} {form.row}" for it, form in Book(its).forms.items())


def parts_of(content: bytes) -> Iterator[bytes]:
    place, view = 0, memoryview(content)
    while place < len(content):
        start = place + LENGTH
        place = start + int.from_bytes(view[place:start])
        yield view[start:place]  # type: ignore[misc]


def only(name: str) -> As:
    """The one field of an object, as a row."""
    return lambda it: (getattr(it, name),)


def written(form: Form, it: Any) -> Any:
    assert type(it) is form.of
    row = form.fields(it)
    if form.writes:
        row = list(row)
        for n, write in form.writes:
            row[n] = write(row[n])
    return row


def maker(form: Form) -> As:
    """From a row to the object."""
    its, reads = form.of, form.reads
    if its in CHANGED_IN_PLACE:
        return lambda row: row

    def make(row: tuple[Any, ...]) -> Any:
        if not reads:
            return its(*row)
        fields = list(row)
        for n, read in reads:
            fields[n] = read(fields[n])
        return its(*fields)

    return make


def plain(hint: Any, kind: Any, inner: tuple[Any, ...]) -> Piece:
    """In which no object of the state stands."""
    if kind is Counter:
        return Piece(dict[inner[0], int], dict, Counter)  # type: ignore[valid-type]
    if kind is deque:
        return Piece(list[inner], list, deque)  # type: ignore[valid-type]
    if kind is set:
        return Piece(hint, sorted)
    return Piece(hint)


def unless_none(change: As | None) -> As | None:
    return None if change is None else lambda it: None if it is None else change(it)


def in_list(hint: Any, inner: Piece) -> Piece:
    if inner.write is None:
        return Piece(hint)
    write, read = inner.write, inner.read or unchanged
    return Piece(
        list[inner.type],  # type: ignore[name-defined]
        lambda its: [write(it) for it in its],
        lambda its: [read(it) for it in its],
    )


def in_dict(hint: Any, key: Any, inner: Piece) -> Piece:
    if inner.write is None:
        return Piece(hint)
    write, read = inner.write, inner.read or unchanged
    return Piece(
        dict[key, inner.type],  # type: ignore[name-defined]
        lambda its: {key: write(it) for key, it in its.items()},
        lambda its: {key: read(it) for key, it in its.items()},
    )


def unchanged(it: Any) -> Any:
    return it


# ── what a mark may read ──────────────────────────────────────────────────────────────────────


def tagged(value: Any) -> Any:
    """Anything that rules compare, so that it still compares equal when it is read."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case tuple():
            return ["tuple", [tagged(it) for it in value]]
        case list():
            return ["list", [tagged(it) for it in value]]
        case frozenset():
            return ["set", sorted((tagged(it) for it in value), key=encode)]
        case dict():
            return ["dict", [[tagged(key), tagged(it)] for key, it in value.items()]]
        case msgspec.Struct() if type(value) in TOLD_APART.values():
            return [type(value).__name__, msgspec.to_builtins(value)]
    raise TypeError(f"no mark may read a {type(value).__name__}")


def untagged(data: Any) -> Any:
    if not isinstance(data, list):
        return data
    tag, inner = data
    match tag:
        case "tuple":
            return tuple(untagged(it) for it in inner)
        case "list":
            return [untagged(it) for it in inner]
        case "set":
            return frozenset(untagged(it) for it in inner)
        case "dict":
            return {untagged(key): untagged(it) for key, it in inner}
    return msgspec.convert(inner, TOLD_APART[tag])
