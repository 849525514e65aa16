"""Addresses of cases."""

from django.urls import path, register_converter

from . import addresses, reporting, sheets, views

register_converter(addresses.CaseConverter, "case")
register_converter(addresses.PhotoConverter, "photo")
register_converter(addresses.MoveConverter, "move")

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/report", reporting.report, name="case-report"),
    path("cases/figures", sheets.figures, name="case-figures"),
    path("cases/morning", sheets.morning, name="case-morning"),
    path("cases/give", views.give, name="cases-give"),
    path("cases/<case:ref>/", views.case, name="case"),
    path("cases/<case:ref>/raisers", views.unmasked, name="case-unmasked"),
    path("cases/<case:ref>/<move:how>", views.move, name="case-move"),
    path("photos/<photo:ref>", views.photo, name="case-photo"),
]
