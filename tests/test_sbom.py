"""What the program is made of."""

import json
import re
import tomllib
from pathlib import Path

from click.testing import CliRunner

from dialog.cli import main
from dialog.sbom import bill, lock_file, locked, others_installed

ROOT = Path(__file__).parent.parent
LOCK = """\
alpha==1.0 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via beta, dialog (pyproject.toml)
beta==2.0 ; sys_platform == 'linux' \\
    --hash=sha256:{c}
    # via dialog (pyproject.toml)
hatchling==3.0 \\
    --hash=sha256:{c}
    # via dialog (pyproject.toml:build)
""".format(a="a" * 64, b="b" * 64, c="c" * 64)


def test_every_locked_package_stands_in_it_with_its_version_and_every_hash():
    text = lock_file().read_text()
    found = json.loads(bill(text))
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    its = {it["name"]: it for it in found["components"]}
    pinned = dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))
    assert {name: it["version"] for name, it in its.items()} == pinned
    hashes = [h["content"] for it in its.values() for h in it["externalReferences"][0]["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", text))
    assert its["sqlalchemy"]["licenses"] == [{"license": {"id": "MIT"}}]


def test_everything_that_the_project_asks_for_is_locked():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[\[>;= ]", it)[0] for it in asked}
    assert names <= {it.name for it in locked(lock_file().read_text())}


def test_it_says_who_asks_for_what_and_what_is_only_for_installing():
    found = json.loads(bill(LOCK))
    asks = {it["ref"].partition("@")[0]: it.get("dependsOn", []) for it in found["dependencies"]}
    assert asks["dialog"] == ["alpha@1.0", "beta@2.0", "hatchling@3.0"]
    assert (asks["beta"], asks["alpha"]) == (["alpha@1.0"], [])
    scopes = {it["name"]: it["scope"] for it in found["components"]}
    assert scopes == {"alpha": "required", "beta": "required", "hatchling": "excluded"}


def test_the_same_installation_gives_the_same_bytes_and_another_lock_another_number():
    assert bill(LOCK) == bill(LOCK)
    other = LOCK.replace("alpha==1.0", "alpha==1.1")
    number = json.loads(bill(LOCK))["serialNumber"]
    assert json.loads(bill(other))["serialNumber"] != number
    assert "timestamp" not in json.loads(bill(LOCK))["metadata"]


def test_another_version_than_the_locked_one_is_said():
    assert others_installed("sqlalchemy==1.0 \\\n") != []
    assert others_installed("no-such-package-of-ours==1.0 \\\n") == []


def test_the_command_writes_it(tmp_path):
    out = tmp_path / "sbom.json"
    assert CliRunner().invoke(main, ["sbom", "--out", str(out)]).exit_code == 0
    assert out.read_bytes() == bill(lock_file().read_text())
