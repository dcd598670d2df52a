"""Texts to vectors by the best model there is, and which that was.

A municipality's own endpoint if one is set, else the packaged e5, else common letters. Each text
is embedded once a model; a failing endpoint costs a fallback and nothing that was computed.
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from dialog.analysis import space
from dialog.analysis.e5 import ModelMissing, PackagedE5
from dialog.analysis.embedding import LEXICAL, Embedder, Vectors
from dialog.analysis.vectors import pack, tidy, unpack
from dialog.endpoint import Endpoint, Unreachable
from dialog.settings import Settings

log = logging.getLogger(__name__)

AT_A_TIME = 64
"""Texts after which what is computed is kept, so that a death or a failure costs no more."""

Fallback = Literal["", "missing", "unreachable"]
"""Why it is not the model that was wanted: not installable here, or its endpoint is down."""


class Embedded(NamedTuple):
    """`model` (name-version) made every one of the vectors: one row a text, of length 1 or 0."""

    vectors: Vectors
    model: str
    fallback: Fallback


class Cache(Protocol):
    """Where vectors are kept, by dialogue, model and the hash of a text. It may forget."""

    def known(self, dialogue: str, model: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]: ...

    def keep(self, dialogue: str, model: str, vectors: Mapping[bytes, bytes]) -> None: ...


class MemoryCache:
    """For as long as the process lives."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, bytes], bytes] = {}

    def known(self, dialogue: str, model: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        keys = {hash: (dialogue, model, hash) for hash in hashes}
        return {hash: self.kept[key] for hash, key in keys.items() if key in self.kept}

    def keep(self, dialogue: str, model: str, vectors: Mapping[bytes, bytes]) -> None:
        self.kept.update({(dialogue, model, hash): row for hash, row in vectors.items()})


def embedders(settings: Settings, cache: Cache | None = None, threads: int = 1) -> "Embedders":
    """Those that `settings` name. `cache`: a `DatabaseCache`, or one in memory."""
    endpoint = None
    if settings.embeddings_url:
        endpoint = Endpoint(
            settings.embeddings_url,
            settings.embeddings_model,
            settings.embeddings_key,
            settings.embeddings_prefix,
        )
    return Embedders(endpoint, MemoryCache() if cache is None else cache, threads)


@dataclass(eq=False)
class Embedders:
    """The models in the order they are wanted. It takes seconds or more: never on an event loop."""

    endpoint: Endpoint | None = None
    cache: Cache = field(default_factory=MemoryCache)
    threads: int = 1
    packaged: Embedder | None = None
    missing: bool = field(default=False, init=False)

    def vectors(self, texts: Sequence[str], dialogue: str = "") -> Embedded:
        """Vectors of `texts`, all by one model. `dialogue` is whose vectors they are."""
        fallback: Fallback = ""
        if self.endpoint is not None:
            try:
                return self._embedded(self.endpoint, texts, dialogue, fallback)
            except Unreachable:
                fallback = "unreachable"
        packaged = self._packaged()
        if packaged is not None:
            return self._embedded(packaged, texts, dialogue, fallback)
        # Not kept: its vectors depend on all the texts, and cost little.
        return Embedded(LEXICAL.embed(texts), label(LEXICAL), fallback or "missing")

    def again(self, model: str, texts: Sequence[str], dialogue: str = "") -> Vectors | None:
        """Vectors of `texts` by `model`; None if it cannot be had just now, or its vectors depend
        on what else is embedded."""
        if model == label(LEXICAL):
            return None
        found = self.vectors(texts, dialogue)
        return found.vectors if found.model == model else None

    def beside(self, posts: Embedded, texts: Sequence[str], dialogue: str = "") -> Vectors | None:
        """Where `texts` lie among the posts of an area, in their space; None as in `again`."""
        found = self.again(posts.model, texts, dialogue)
        return None if found is None else space.beside(posts.vectors, found, posts.model)

    def _packaged(self) -> Embedder | None:
        """The packaged model, loaded when first needed; None if it cannot be had here."""
        if self.packaged is None and not self.missing:
            try:
                self.packaged = PackagedE5(self.threads)
            except ModelMissing as error:
                self.missing = True
                log.warning("grouping by common letters, not by meaning: %s", error)
        return self.packaged

    def _embedded(
        self, model: Embedder, texts: Sequence[str], dialogue: str, fallback: Fallback
    ) -> Embedded:
        keys = [key_of(text) for text in texts]
        wanted = {key: text for key, text in zip(keys, texts, strict=True) if key is not None}
        rows = self.cache.known(dialogue, label(model), list(wanted))
        new = {key: text for key, text in wanted.items() if key not in rows}
        rows |= self._computed(model, new, dialogue)
        if not of_one_width(rows):  # another model behind the same name
            rows = self._computed(model, wanted, dialogue)
        if not of_one_width(rows):
            raise Unreachable("vectors of different lengths")
        vectors = unpack([None if key is None else rows[key] for key in keys])
        return Embedded(vectors, label(model), fallback)

    def _computed(
        self, model: Embedder, wanted: Mapping[bytes, str], dialogue: str
    ) -> dict[bytes, bytes]:
        """key -> row, kept a part at a time."""
        keys = list(wanted)
        computed: dict[bytes, bytes] = {}
        for start in range(0, len(keys), AT_A_TIME):
            part = keys[start : start + AT_A_TIME]
            rows = pack(model.embed([wanted[key] for key in part]))
            new = dict(zip(part, rows, strict=True))
            self.cache.keep(dialogue, label(model), new)
            computed |= new
        return computed


def of_one_width(rows: Mapping[bytes, bytes]) -> bool:
    return len({len(row) for row in rows.values()}) <= 1


def label(model: Embedder) -> str:
    return f"{model.name}-{model.version}"


def key_of(text: str) -> bytes | None:
    """What a text is kept under; None if it has nothing to say."""
    given = tidy(text)
    return hashlib.sha256(given.encode()).digest() if given else None
