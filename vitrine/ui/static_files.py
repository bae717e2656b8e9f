"""The static files as they are served: named by their content, so that browsers keep them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Modules import each other by hashed names too: a page never runs files of two releases."""

    support_js_module_import_aggregation = True
