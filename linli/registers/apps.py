from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "linli.registers"
    label = "registers"
    verbose_name = _("Registers")

    def ready(self) -> None:
        """Every room's `facts.py` has put its facts into the book."""
        autodiscover_modules("facts")
