"""For all tests: the database as production has it but for one thing, and quick passwords.

The history's tables refuse TRUNCATE; tests that commit could not be cleaned up after, so in the *test* database alone that
one trigger of each is switched off (UPDATE and DELETE stay refused). Servers are started by `tests.embedded_plugin`.
"""

import os
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings as properties
from xdist.scheduler import LoadScopeScheduling

# The same examples each time, however slow the machine; `--hypothesis-profile=search` looks for new ones.
properties.register_profile("steady", deadline=None, derandomize=True)
properties.register_profile("search", deadline=None)
properties.load_profile("steady")

NO_TRUNCATE = {
    "complaints_event": "complaints_event_no_truncate",
    "complaints_signature": "complaints_signature_no_truncate",
    "reports_signoff": "reports_signoff_no_truncate",
    "reports_publication": "reports_publication_no_truncate",
    "reports_monthreport": "reports_monthreport_no_truncate",
}

STORIES = "tests/e2e/"
# Beside the tests marked `postgres`: what asks most of the database, run once more on the oldest version of the machine.
ON_THE_OLDEST_TOO = {"test_races", "test_search", "test_anchors", "test_listing", "test_finding"}


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # its base is untyped
    """A file's tests go to one worker, which has its fixtures; all stories to one, for they share the started product. Largest first."""

    def _split_scope(self, nodeid: str) -> str:
        return STORIES if nodeid.startswith(STORIES) else nodeid.split("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in ON_THE_OLDEST_TOO:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The test database is a copy of the embedded server's empty one: with the privileges of both roles."""
    if template := os.environ.get("TEST_TEMPLATE"):
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s)", [list(NO_TRUNCATE.values())])
        there = {name for (name,) in cursor.fetchall()}
        for table, trigger in NO_TRUNCATE.items():
            if trigger in there:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


@pytest.fixture(autouse=True)
def _quick_passwords(request: pytest.FixtureRequest, settings: Any) -> None:
    """Argon2 is slow on purpose; only tests marked `passwords` pay for it."""
    if not request.node.get_closest_marker("passwords"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _files_apart(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test touches the files of whoever runs it: tidying takes away what has no row."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "files"
