"""HTML read back with the standard parser."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = ("meta", "img", "br", "link")


@dataclass
class Parsed:
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    content: dict[str, list[str]] = field(default_factory=dict)

    def count(self, tag: str) -> int:
        return sum(it == tag for it, _ in self.tags)

    def texts(self, tag: str) -> list[str]:
        """All text inside each element of that name."""
        return self.content.get(tag, [])

    @property
    def ids(self) -> list[str]:
        return [a["id"] for _, a in self.tags if "id" in a]

    @property
    def links(self) -> list[str]:
        return [a["href"] for tag, a in self.tags if tag == "a"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Parsed()
        self.open: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append((tag, []))

    def handle_data(self, data: str) -> None:
        for _, texts in self.open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        opened, texts = self.open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"
        text = "".join(texts)
        self.found.content.setdefault(tag, []).append(text)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.found.headings.append((int(tag[1]), text))


def parsed(page: str) -> Parsed:
    """Every element, properly nested."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader.found
