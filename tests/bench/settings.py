"""The product's settings with two things more: the page everything is compared with, and a count of queries for whoever asks."""

from config.settings import *  # noqa: F403 - the product's own settings, all of them
from config.settings import BASE_DIR, MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = [*MIDDLEWARE, "tests.bench.bare.CountQueries"]
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], BASE_DIR / "tests" / "bench" / "templates"]
