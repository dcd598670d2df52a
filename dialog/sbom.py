"""What the program is made of: its own version and every package of the lock file, as CycloneDX.

The same lock file and installation give the same bytes: no moment and nothing drawn at random.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from msgspec import Struct
from packageurl import PackageURL

from dialog import __version__

PACKAGE = Path(__file__).parent
LOCK = "requirements.lock"
OURSELVES = "dialog"
BUILD = "build"
"""The group of what is needed to install the program, and not to run it."""
BUILDERS = ("hatchling",)
"""What is in it, and asks for more."""


class Locked(Struct):
    """A package as it is locked. `via`: what asks for it; `marker`: on which machines."""

    name: str
    version: str
    marker: str
    hashes: list[str]
    via: list[str]


def lock_file() -> Path:
    """Beside the package in a checkout, inside it when installed."""
    beside = PACKAGE.parent / LOCK
    return beside if beside.is_file() else PACKAGE / f"_{LOCK}"


def locked(text: str) -> list[Locked]:
    """The packages of a lock file as `uv pip compile` writes it."""
    found: list[Locked] = []
    for line in text.splitlines():
        if begun := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; (.*?))? ?\\?$", line):
            name, version, marker = begun.groups()
            found.append(Locked(name, version, marker or "", [], []))
        elif hashed := re.match(r" +--hash=sha256:([0-9a-f]{64})", line):
            found[-1].hashes.append(hashed[1])
        elif via := re.match(r" +# via (.*)", line):
            found[-1].via += via[1].split(", ")
    return found


def bill(lock: str) -> bytes:
    """The whole bill of materials, as JSON of CycloneDX 1.6."""
    packages = locked(lock)
    ours = Component(
        name=OURSELVES,
        type=ComponentType.APPLICATION,
        version=__version__,
        bom_ref=f"{OURSELVES}@{__version__}",
        licenses=licences(OURSELVES),
    )
    its = {it.name: component(it) for it in packages}
    name = sha256(f"{__version__}\n{lock}".encode()).hexdigest()
    bom = Bom(components=its.values(), serial_number=uuid.uuid5(uuid.NAMESPACE_OID, name))
    bom.metadata.component = ours
    bom.metadata.timestamp = None  # type: ignore[assignment]
    asking = {OURSELVES: ours, **its}
    for asked, wanted in asked_by(packages):
        bom.register_dependency(asking[asked], [its[it] for it in wanted])
    for it in its.values():
        bom.register_dependency(it)
    return (JsonV1Dot6(bom).output_as_string(indent=1) + "\n").encode()


def component(it: Locked) -> Component:
    purl = PackageURL("pypi", name=it.name, version=it.version)
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(purl.to_string()),
        comment="one of its files, depending on the machine",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in it.hashes],
    )
    building = all(f":{BUILD}" in via or via in BUILDERS for via in it.via)
    return Component(
        name=it.name,
        version=it.version,
        bom_ref=f"{it.name}@{it.version}",
        purl=purl,
        licenses=licences(it.name),
        scope=ComponentScope.EXCLUDED if building else ComponentScope.REQUIRED,
        external_references=[files],
        properties=[Property(name="dialog:only-where", value=it.marker)] if it.marker else [],
    )


def licences(name: str) -> list[License]:
    """As the package itself says; none where it is not installed, or says nothing short."""
    try:
        its = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return []
    said = next(iter(its.get_all("License-Expression") or its.get_all("License") or ()), "").strip()
    if not said or "\n" in said:
        classified = (it for it in its.get_all("Classifier") or () if it.startswith("License ::"))
        said = next((it.rpartition(" :: ")[2] for it in classified), "")
    return [LicenseFactory().make_from_string(said)] if said else []


def asked_by(packages: Iterable[Locked]) -> Iterator[tuple[str, list[str]]]:
    """What asks -> what it asks for."""
    found: dict[str, list[str]] = {}
    for it in packages:
        for via in it.via:
            found.setdefault(via.partition(" ")[0], []).append(it.name)
    yield from sorted(found.items())


def others_installed(lock: str) -> list[str]:
    """Packages that are there in another version than the locked one, in words."""
    found = []
    for it in locked(lock):
        try:
            version = metadata.version(it.name)
        except metadata.PackageNotFoundError:
            continue
        if version != it.version:
            found.append(f"{it.name} is {version} here, and {it.version} in the lock file")
    return found
