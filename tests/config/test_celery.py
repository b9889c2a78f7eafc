"""The queue is a bell: what the settings promise about it."""

from config.celery import app
from config.heartbeat import EVERY, KEY, RUNS_OUT, queue_client, show_life


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()  # as a worker does it
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} - set(app.tasks) == set()


def test_a_worker_that_was_away_does_not_wake_to_a_pile() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] == entry["schedule"]


def test_a_message_is_done_when_its_task_is_done_and_never_runs_twice_at_once() -> None:
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.task_ignore_result) == (True, True, True)
    assert conf.task_soft_time_limit < conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]


def test_only_json_is_accepted() -> None:
    assert (app.conf.accept_content, app.conf.task_serializer) == (["json"], "json")


def test_nobody_waits_long_for_the_queue() -> None:
    options = app.conf.broker_transport_options
    assert (options["socket_timeout"], options["socket_connect_timeout"], app.conf.task_publish_retry) == (2, 2, False)


def test_the_sign_of_life_outlasts_some_missed_beats_and_then_runs_out() -> None:
    show_life()
    with queue_client(1) as queue:
        assert EVERY * 3 < queue.ttl(KEY) <= RUNS_OUT
        queue.delete(KEY)


def test_a_sign_of_life_never_fails(settings: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    show_life()
