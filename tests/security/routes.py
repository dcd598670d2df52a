"""Every route there is, found in the application itself, so that none is forgotten."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from starlette.routing import Route

from dialog import app as start


class Door(NamedTuple):
    """One way in over HTTP. `path` as it is written, with its parameters in braces."""

    method: str
    path: str

    def at(self, **ids: str) -> str:
        """The address with these parameters; what is not named is a word that nothing has."""
        return re.sub(
            r"{(\w+)(?::\w+)?}",
            lambda it: ids.get(it[1], "77" if it[1] == "number" else "nothing-of-ours"),
            self.path,
        )

    @property
    def parameters(self) -> set[str]:
        return set(re.findall(r"{(\w+)", self.path))


def doors() -> list[Door]:
    """All of them, without HEAD, which goes where GET goes."""
    return sorted(
        Door(method, route.path)
        for route in all_routes()
        for method in (route.methods or set()) - {"HEAD"}
    )


def all_routes() -> Iterable[Route]:
    return (route for route in start.routes() if isinstance(route, Route))
