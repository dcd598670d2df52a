"""On which line of a TOML file a key stands; `tomllib` does not say."""

import re

from dialog.domain.texts import Path

_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_HEADER = re.compile(rf"\[(\[)?[ \t]*({_KEY})[ \t]*\]")
_ASSIGNMENT = re.compile(rf"({_KEY})[ \t]*=")
_BLANK = re.compile(r"(?:\s|#[^\n]*(?=\n|\Z))+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL
)


class Lines:
    """Key path -> line, for a text that `tomllib` could read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line_of: dict[Path, int] = {}
        self._table: Path = ()
        self._counts: dict[Path, int] = {}
        self._read()

    def find(self, path: Path) -> int | None:
        """The line of the key, or of the nearest thing around it that has one."""
        while path and path not in self.line_of:
            path = path[:-1]
        return self.line_of.get(path)

    def _read(self) -> None:
        at = self._skip(0)
        while at < len(self.text):
            if header := _HEADER.match(self.text, at):
                self._open_table(_parts(header[2]), bool(header[1]), at)
                at = header.end() + bool(header[1])
            elif assignment := _ASSIGNMENT.match(self.text, at):
                path = self._table + _parts(assignment[1])
                for end in range(len(self._table) + 1, len(path) + 1):
                    self._note(path[:end], at)
                at = self._skip_value(path, assignment.end())
            else:
                at += 1
            at = self._skip(at)

    def _open_table(self, parts: Path, of_many: bool, at: int) -> None:
        path: Path = ()
        for place, part in enumerate(parts):
            path += (part,)
            if of_many and place == len(parts) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path += (self._counts[path] - 1,)
        self._table = path
        self._note(path[:-1], at)
        self._note(path, at)

    def _skip_value(self, path: Path, at: int) -> int:
        """Where the value ends; notes where the elements of a list begin."""
        depth, element = 0, 0
        while at < len(self.text):
            at = self._skip(at, newlines=depth > 0)
            c = self.text[at : at + 1]
            if c in ("", "\n"):
                break
            if depth == 1 and c not in ",]":
                self._note((*path, element), at)
            element += depth == 1 and c == ","
            depth += (c in "[{") - (c in "]}")
            string = _STRING.match(self.text, at)
            at = string.end() if string else at + 1
        return at

    def _skip(self, at: int, newlines: bool = True) -> int:
        blank = (_BLANK if newlines else re.compile(r"[ \t\r]*(?:#[^\n]*)?")).match(self.text, at)
        return blank.end() if blank else at

    def _note(self, path: Path, at: int) -> None:
        self.line_of.setdefault(path, self.text.count("\n", 0, at) + 1)


def _parts(key: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_KEY_PART, key))
