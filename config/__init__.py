"""How Redress is put together and run: settings, addresses, servers for one machine, health. No domain knowledge."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
