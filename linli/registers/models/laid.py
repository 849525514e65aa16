"""How far the words of the registers follow the areas."""

from django.db import models


class Laid(models.Model):
    """One line: after which redrawing the words were last laid anew, and how far that has come since the next one."""

    redrawn = models.CharField(max_length=40, blank=True)
    going = models.CharField(max_length=40, blank=True)
    register = models.CharField(max_length=10, blank=True)
    reached = models.BigIntegerField(default=0)

    class Privacy:
        open = {"id", "redrawn", "going", "register", "reached"}
