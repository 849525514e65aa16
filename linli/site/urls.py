"""Every address of the house."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health", views.health, name="health"),
    path("language", views.language, name="language"),
    path("look", views.look, name="look"),
    path("", include("linli.access.urls")),
    path("", include("linli.site.plan.urls")),
    path("", include("linli.site.people.urls")),
    path("", include("linli.site.registers.urls")),
    path("", include("linli.site.calendar.urls")),
    path("", include("linli.site.cases.urls")),
    path("inbox/", include("linli.notices.urls")),
    path("journal/", include("linli.site.history.urls")),
]

handler400 = "linli.site.errors.malformed"
handler404 = "linli.site.errors.not_found"
handler500 = "linli.site.errors.broken"
