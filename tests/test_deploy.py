"""The examples that are copied: they name settings, commands and ports that there are."""

import configparser
import http.client
import re
import shlex
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import uvicorn

from dialog.cli import main
from dialog.settings import Settings, from_environment
from tests.hall import ROOT
from tests.proxy import free_port, nginx

FOLDER = ROOT / "deploy"
FILES = sorted(it for it in FOLDER.rglob("*") if it.is_file())
UNITS = sorted((FOLDER / "systemd").glob("*.service"))
EXAMPLES = (".conf", ".service", ".env", ".sysusers", ".yaml")
PORTS = {"8001", "8002"}
MUST_NOT = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallFilter": "@system-service",
    "User": "dialog",
    "StateDirectoryMode": "0700",
    "UMask": "0077",
}


def section(unit: Path, name: str) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(unit)
    return dict(parser[name])


def commands() -> dict[str, list[str]]:
    """Where -> what is run there, from the command's name on."""
    found = {}
    for unit in UNITS:
        found[unit.name] = shlex.split(section(unit, "Service")["ExecStart"])[1:]
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(": ")
        found[f"Procfile, {name}"] = shlex.split(command)[1:]
    container = (FOLDER / "Containerfile").read_text()
    for place, words in re.findall(r"^(CMD) \[(.*)\]$", container, re.M):
        found[f"Containerfile, {place}"] = re.findall(r'"([^"]+)"', words)
    for n, words in enumerate(re.findall(r"command: \[((?!redis)[^]]+)\]", compose())):
        found[f"compose, {n}"] = words.split(", ")
    return found


def compose() -> str:
    return (FOLDER / "compose.yaml").read_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_that_an_example_names_is_there(file):
    settings = {f"DIALOG_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert not set(re.findall(r"DIALOG_[A-Z_]+", file.read_text())) - settings


@pytest.mark.parametrize("where", commands())
def test_every_command_that_is_run_is_one_with_these_options(where):
    name, *arguments = commands()[where]
    arguments = ["8001" if it in ("%i", "$PORT") else it for it in arguments]
    main.commands[name].make_context(name, arguments)


def test_all_forms_have_the_same_processes():
    found = commands()
    assert {words[0] for words in found.values()} == {"serve", "worker", "migrate"}
    for where, words in found.items():
        assert words[0] != "serve" or "--quiet" in words, where


def test_the_settings_of_the_example_can_be_used_one_process_or_several(monkeypatch):
    lines = (FOLDER / "systemd" / "dialog.env").read_text().splitlines()
    given = [line.partition("=") for line in lines if re.match(r"DIALOG_", line)]
    several = [line[1:].partition("=") for line in lines if re.match(r"#DIALOG_", line)]
    for name, _, value in given:
        monkeypatch.setenv(name, value)
    assert from_environment().home == "https://dialog.example.se"
    for name, _, value in several:
        monkeypatch.setenv(name, value)
    settings = from_environment()
    assert settings.database.startswith("postgresql+psycopg://") and settings.redis
    assert settings.grouping == "none"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_may_do_nothing_but_its_work(unit):
    service = section(unit, "Service")
    assert {name: service[name] for name in MUST_NOT} == MUST_NOT


def test_whoever_is_asked_to_stop_has_the_time_for_it():
    for unit in UNITS:
        service = section(unit, "Service")
        if "serve" in service["ExecStart"]:
            assert int(service["TimeoutStopSec"]) > 5, "in which uvicorn closes its lines"
            assert int(service["LimitNOFILE"]) >= Settings().connections + 256
    assert "stop_grace_period: 30s" in compose()


def test_a_restart_of_the_release_stops_nobody_who_is_at_work():
    for unit in UNITS:
        about = section(unit, "Unit")
        assert not {"Requires", "BindsTo", "PartOf"} & set(about), unit.name


def test_systemd_finds_no_fault_with_the_units(tmp_path):
    """Where there is a systemd to ask."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    names = []
    for unit in UNITS:
        name = unit.name.replace("@.", "@8001.")
        text = unit.read_text().replace("/opt/dialog/bin/dialog", sys.executable)
        (tmp_path / name).write_text(text)
        names.append(f"./{name}")
    found = subprocess.run(
        [program, "verify", *names], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    ours = [line for line in found.stderr.splitlines() if "dialog" in line]
    assert not ours


def test_proxy_units_and_containers_speak_of_the_same_ports():
    proxy = (FOLDER / "nginx.conf").read_text()
    assert set(re.findall(r"server 127\.0\.0\.1:(\d+)", proxy)) == PORTS
    assert set(re.findall(r'"127\.0\.0\.1:(\d+):8000"', compose())) == PORTS
    running = (ROOT / "docs" / "running.md").read_text()
    assert set(re.findall(r"dialog-web@(\d+)", running)) == PORTS


def test_the_proxy_gives_up_an_idle_line_before_the_web_process_does():
    """A contribution that met a closed line would be answered 502."""
    upstream = re.search(r"upstream dialog \{.*?\n\}", (FOLDER / "nginx.conf").read_text(), re.S)
    assert upstream is not None
    [seconds] = re.findall(r"keepalive_timeout (\d+)s;", upstream.group())
    assert int(seconds) < uvicorn.Config("").timeout_keep_alive


def test_the_proxys_log_has_no_join_code_when_nobody_serves():
    with nginx([f"127.0.0.1:{free_port()}"]) as proxy:
        with pytest.raises(urllib.error.HTTPError, match="502"):
            urllib.request.urlopen(f"{proxy.address}/j/482913", timeout=10)
        assert "482913" not in proxy.said()


def test_whoever_types_the_name_without_https_is_led_there():
    with nginx([f"127.0.0.1:{free_port()}"]) as proxy:
        line = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)
        line.request("GET", "/dialog/j/482913", headers={"Host": "elsewhere.example"})
        answer = line.getresponse()
        line.close()
    assert answer.status == 301
    assert answer.headers["Location"] == "https://kommun.example/dialog/j/482913"


def test_the_container_is_not_root_and_takes_only_locked_packages():
    lines = (FOLDER / "Containerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users and users[-1].partition(":")[0].isdecimal() and users[-1] != "0"
    at = next(n for n, line in enumerate(lines) if line.startswith("USER "))
    assert not [line for line in lines[at:] if line.startswith("RUN ")]
    installs = [line for line in lines if "pip install" in line]
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    for safe in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert safe in compose()


def test_the_container_takes_nothing_of_whoever_builds_it():
    """The folder it is built from may be one where the program has run."""
    left_out = (ROOT / ".dockerignore").read_text().split()
    for private in (".git", ".venv", "data", "*.db*", "*.env"):
        assert private in left_out


def test_the_page_on_running_shows_every_example():
    """Programs that stand beside them are for the page that tells of those."""
    page = (ROOT / "docs" / "running.md").read_text()
    examples = [it for it in FILES if it.suffix in EXAMPLES or it.name == "Containerfile"]
    names = [f"../{it.relative_to(ROOT)}" for it in examples]
    assert len(names) >= 9 and not [name for name in names if name not in page]
