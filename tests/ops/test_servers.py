import os

import pytest

from tests import servers


@pytest.fixture
def without_redis(monkeypatch):
    monkeypatch.setitem(servers.NAMES, "redis-server", ["no-such-program"])


def test_a_missing_server_skips_its_tests_and_says_why(monkeypatch, without_redis):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-program is not installed"):
        servers.need("redis-server")


def test_a_missing_server_is_a_failure_in_ci(monkeypatch, without_redis):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-program is not installed"):
        servers.need("redis-server")


def test_the_tests_have_a_folder_and_a_database_of_their_own(settings):
    assert settings.VAR_DIR.is_relative_to(os.environ["TESTS_DIR"])
    assert settings.REDIS_URL == ""
    assert settings.SITE_URL == "http://127.0.0.1:8000"
