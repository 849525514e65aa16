from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    """Finds every room's `follows` and `chores`, so that entries know who wants to hear of them and time is kept."""

    name = "linli.journal"
    label = "journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        autodiscover_modules("follows")
        autodiscover_modules("chores")
        import_module(f"{self.name}.checks")
