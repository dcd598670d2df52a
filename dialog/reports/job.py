"""What passes between whoever wants a PDF and the process that sets it."""

from typing import Literal

from msgspec import Struct

CANNOT_BE_SET = 3
"""Exit code: the typesetter has refused the document."""


class Job(Struct):
    """`document`: the template's data as JSON. `header_columns`: for each table in order, whether
    its rows begin with a header. `timestamp`: seconds since 1970 that the file says it is from."""

    document: str
    fonts: list[str]
    header_columns: list[bool]
    timestamp: int
    logo: bytes = b""
    logo_name: str = ""
    template: Literal["document.typ", "printables.typ", "guides.typ"] = "document.typ"
