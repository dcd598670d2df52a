"""What a check finds, and the verdict over all of them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from dialog.logs import words_of

State = Literal["ok", "warn", "fail"]
WIDTH = 14


class Finding(Struct):
    """One thing that was looked at. `do`: what to do about it, if it is not ok."""

    check: str
    state: State
    says: str
    do: str = ""


Check = Callable[[], Iterable[Finding]]


def ok(check: str, says: str) -> Finding:
    return Finding(check, "ok", says)


def warn(check: str, says: str, do: str) -> Finding:
    return Finding(check, "warn", says, do)


def fail(check: str, says: str, do: str) -> Finding:
    return Finding(check, "fail", says, do)


def looked(name: str, check: Check) -> Iterator[Finding]:
    """What the check finds; that it broke, if it did: no check may keep the others from theirs."""
    try:
        yield from check()
    except Exception as error:
        yield fail(name, f"it could not be looked at: {words_of(error)}", "say so to the authors")


class Report(Struct):
    """All of it, in the order in which it was looked at."""

    findings: list[Finding]

    @property
    def go(self) -> bool:
        return not any(it.state == "fail" for it in self.findings)

    def as_json(self) -> str:
        said = {"verdict": "go" if self.go else "no-go", "checks": self.findings}
        return msgspec.json.encode(said).decode()

    def verdict(self) -> str:
        count = {
            state: sum(it.state == state for it in self.findings) for state in ("fail", "warn")
        }
        counted = [
            f"{n} {word}" for word, n in (("failing", count["fail"]), ("to look at", count["warn"]))
        ]
        return f"{'GO' if self.go else 'NO-GO'}: {len(self.findings)} checks, {', '.join(counted)}"


def lines_of(finding: Finding) -> str:
    """For a terminal."""
    line = f"  {finding.state:5} {finding.check:{WIDTH}} {finding.says}"
    return f"{line}\n{'':{WIDTH + 9}}→ {finding.do}" if finding.do else line
