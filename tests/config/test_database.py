"""Addresses of databases, as people write them."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.database import database, parse_database_url


def test_all_parts_of_an_address() -> None:
    found = parse_database_url("postgresql://app:p%40ss%2Fword@db.example:6432/redress?sslmode=require")
    assert found == {
        "NAME": "redress",
        "USER": "app",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_unix_socket() -> None:
    found = parse_database_url("postgresql://app@/redress?host=/run/pg")
    assert (found["HOST"], found["PORT"], found["USER"], found["NAME"]) == ("/run/pg", "", "app", "redress")
    assert found["OPTIONS"] == {}


def test_port_and_user_may_stand_in_the_query_too() -> None:
    found = parse_database_url("postgres:///redress?host=/run/pg&port=5433&user=app")
    assert (found["HOST"], found["PORT"], found["USER"]) == ("/run/pg", "5433", "app")


def test_an_ipv6_host() -> None:
    assert parse_database_url("postgresql://app@[::1]:5432/redress")["HOST"] == "::1"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://app@db/redress", "must begin with postgresql://"),
        ("redress", "must begin with postgresql://"),
        ("postgresql://app@db", "names no database"),
        ("postgresql://app@db/", "names no database"),
    ],
)
def test_what_is_no_address_is_refused_in_words(url: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=complaint):
        parse_database_url(url)


def test_every_connection_carries_time_limits_and_is_kept() -> None:
    entry = database("postgresql://app@/redress?host=/run/pg&connect_timeout=9")
    assert entry["OPTIONS"] == {
        "connect_timeout": "9",
        "application_name": "redress",
        "options": "-c lock_timeout=2s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s -c jit=off"
        " -c min_parallel_index_scan_size=4MB",
    }
    assert (entry["CONN_MAX_AGE"], entry["CONN_HEALTH_CHECKS"], entry["ATOMIC_REQUESTS"]) == (60, True, False)


def test_the_owner_may_take_longer_for_a_statement_but_not_for_a_lock() -> None:
    options = database("postgresql://owner@/redress", statement_timeout="0")["OPTIONS"]["options"]
    assert "statement_timeout=0 " in options
    assert "lock_timeout=2s" in options
