from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TownConfig(AppConfig):
    name = "linli.town"
    label = "town"
    verbose_name = _("The made-up town")
