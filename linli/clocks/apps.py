from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ClocksConfig(AppConfig):
    name = "linli.clocks"
    label = "clocks"
    verbose_name = _("Deadlines")

    def ready(self) -> None:
        """Every room's `promises.py` has said which clocks it keeps."""
        autodiscover_modules("promises")
