"""What differs between a laptop and production, and what is refused in words."""

import stat

import pytest

from dialog.settings import BadSetting, from_environment, kept_secret, prepare


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


@pytest.mark.parametrize("home", ["dialog.example.se", "ftp://x.se", "https://x.se/dialog"])
def test_the_address_people_type_must_lead_to_a_host(home):
    with pytest.raises(BadSetting, match="DIALOG_HOME"):
        from_environment(home=home)


def test_an_address_with_colons_is_written_in_brackets():
    assert from_environment(host="::1", port=8473).home_url == "http://[::1]:8473"
