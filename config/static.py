"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """With a manifest (after `collectstatic`) strict; without one (tests, a fresh checkout) plain names.

    Our modules import each other by hashed names too, so that no browser mixes two versions. Only ours: Django's own switch
    for it would read every package's scripts, and some of those name files they do not ship.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
