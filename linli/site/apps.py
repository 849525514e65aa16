from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "linli.site"
    label = "site"
    verbose_name = _("Site")

    def ready(self) -> None:
        """What is unsafe is looked for by `linli check --deploy` (it reads models, so not before this)."""
        import_module("linli.site.checks")
