"""What differs between a laptop and production, and what is refused in words."""

import stat

import pytest

from dialog.reports.letterhead import letterhead
from dialog.settings import BadSetting, from_environment, kept_secret, prepare
from dialog.store.database import UnusableDatabase, in_words, open_database


def test_a_secret_is_drawn_once_and_kept_for_its_owner(tmp_path):
    first = kept_secret(tmp_path / "secret")
    assert len(first) >= 32
    assert kept_secret(tmp_path / "secret") == first
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_secret_that_anybody_could_guess_stops_the_start(tmp_path, secret):
    (tmp_path / "secret").write_text(secret)
    with pytest.raises(BadSetting, match="too short"):
        prepare(from_environment(data=tmp_path))


@pytest.mark.parametrize("port", ["abc", "99999", "-1"])
def test_a_port_must_be_one(port):
    with pytest.raises(BadSetting, match="port"):
        from_environment(port=port)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_is_reached_as_platforms_write_its_address(scheme, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://u:p@h:5432/dialog?sslmode=require")
    wanted = "postgresql+psycopg://u:p@h:5432/dialog?sslmode=require"
    assert from_environment().database == wanted
    assert from_environment(database="sqlite:///here.db").database == "sqlite:///here.db"


@pytest.mark.parametrize("url", ["hunter2@there", "http://:hunter2@there", "redis://:x@y:hunter2"])
def test_the_address_of_redis_must_be_one_and_is_not_repeated(url):
    with pytest.raises(BadSetting, match="DIALOG_REDIS") as failure:
        from_environment(redis=url)
    assert "hunter2" not in str(failure.value)


def test_a_malformed_address_of_a_database_is_refused_without_saying_it():
    with pytest.raises(UnusableDatabase, match="it is no address") as failure:
        open_database("postgresql+psycopg://u:p@h:hunter2/dialog")
    assert "hunter2" not in str(failure.value)


def test_what_is_wrong_in_the_work_with_a_database_is_not_blamed_on_its_address():
    with pytest.raises(ValueError, match="of the work"), in_words("sqlite://"):
        raise ValueError("of the work")


@pytest.mark.parametrize("home", ["dialog.example.se", "ftp://x.se", "https://x.se/?dialog"])
def test_the_address_people_type_must_lead_to_a_host(home):
    with pytest.raises(BadSetting, match="DIALOG_HOME"):
        from_environment(home=home)


@pytest.mark.parametrize("path", ["/a//b", "//b", "/../b", "/a%2fb", "/a b", "/a;b", "/ö", "/a.b"])
def test_a_path_means_one_thing_to_everybody(path):
    with pytest.raises(BadSetting, match="such as /dialog"):
        from_environment(home=f"https://x.se{path}")


def test_everything_stands_under_the_path_of_the_address():
    settings = from_environment(home="https://x.se/tjanster/dialog/")
    assert settings.under == "/tjanster/dialog"
    assert settings.home_url == "https://x.se/tjanster/dialog"
    assert settings.at("/staff") == "/tjanster/dialog/staff"
    assert from_environment(home="https://x.se/").under == ""


def test_an_address_with_colons_is_written_in_brackets():
    assert from_environment(host="::1", port=8473).home_url == "http://[::1]:8473"


# ── an endpoint for embeddings ────────────────────────────────────────────────────────────────

ENDPOINT = {"embeddings_url": "https://ai.example.se/v1", "embeddings_model": "m"}


def test_without_a_setting_there_is_no_endpoint():
    assert from_environment().embeddings_url == ""


def test_an_endpoint_is_read_from_the_environment_its_prefix_as_it_is_written(monkeypatch):
    given = ENDPOINT | {"embeddings_key": "k", "embeddings_prefix": "query: "}
    for name, value in given.items():
        monkeypatch.setenv(f"DIALOG_{name.upper()}", value)
    settings = from_environment()
    assert {name: getattr(settings, name) for name in given} == given


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ai.example.se/v1",
            "ftp://ai.example.se",
            "https://",
            "https://x.se:port",
            "https://x y",
        ),
        *("https://ada:pass@x.se/v1", "https://x.se/v1?version=1", "https://x.se/v1#a"),
        *("https://x.se/\nv1", "https://x.se:99999", "https://å.se/v1"),
    ],
)
def test_the_address_of_an_endpoint_must_be_one_and_is_not_repeated(url):
    with pytest.raises(BadSetting, match="DIALOG_EMBEDDINGS_URL") as wrong:
        from_environment(**ENDPOINT | {"embeddings_url": url})
    assert "pass@" not in str(wrong.value)


@pytest.mark.parametrize("model", ["", "m" * 101, "m\n"])
def test_an_endpoint_is_asked_for_a_model(model):
    with pytest.raises(BadSetting, match="DIALOG_EMBEDDINGS_MODEL"):
        from_environment(**ENDPOINT | {"embeddings_model": model})


@pytest.mark.parametrize("name", ["model", "key", "prefix"])
def test_the_rest_of_an_endpoint_is_nothing_without_its_address(name):
    with pytest.raises(BadSetting, match="DIALOG_EMBEDDINGS_URL is not set"):
        from_environment(**{f"embeddings_{name}": "x"})


@pytest.mark.parametrize("key", ["sk- 1", "sk-1\n", "nyckelå"])
def test_a_key_that_no_header_can_carry_is_refused_without_saying_it(key):
    with pytest.raises(BadSetting, match="DIALOG_EMBEDDINGS_KEY") as wrong:
        from_environment(**ENDPOINT | {"embeddings_key": key})
    assert key not in str(wrong.value)


def test_the_key_is_not_in_what_is_printed_of_the_settings():
    assert "sk-1" not in repr(from_environment(**ENDPOINT | {"embeddings_key": "sk-1"}))


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


@pytest.mark.parametrize("image", [PNG, b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_a_logo_may_be_png_or_svg(tmp_path, monkeypatch, image):
    (tmp_path / "logo").write_bytes(image)
    monkeypatch.setenv("DIALOG_LOGO", str(tmp_path / "logo"))
    assert from_environment().logo == tmp_path / "logo"


@pytest.mark.parametrize(
    "content, complaint", [(None, "no such file"), (b"GIF89a", "PNG"), (PNG * 200_000, "at most")]
)
def test_a_logo_that_cannot_be_shown_stops_the_start(tmp_path, monkeypatch, content, complaint):
    if content is not None:
        (tmp_path / "logo").write_bytes(content)
    monkeypatch.setenv("DIALOG_LOGO", str(tmp_path / "logo"))
    with pytest.raises(BadSetting, match=f"DIALOG_LOGO.*{complaint}"):
        from_environment()


def test_the_letterhead_is_what_the_settings_say(monkeypatch):
    monkeypatch.setenv("DIALOG_LETTERHEAD_UNIT", "Kommunledningskontoret")
    monkeypatch.setenv("DIALOG_LETTERHEAD_ADDRESS", r"Box 43\n568 21 Skillingaryd")
    found = letterhead(from_environment(), "Vaggeryds kommun")
    assert found.unit == "Kommunledningskontoret"
    assert found.address.splitlines() == ["Box 43", "568 21 Skillingaryd"]
    assert (found.logo, found.logo_alt) == (b"", "Vaggeryds kommun")
