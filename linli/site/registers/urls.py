"""Addresses of the registers."""

from django.urls import path, register_converter

from . import addresses, disputes, importing, likenesses, views

register_converter(addresses.RecordConverter, "record")
register_converter(addresses.DisputeConverter, "dispute")
register_converter(addresses.BatchConverter, "batch")
register_converter(addresses.RegisterConverter, "register")

urlpatterns = [
    path("registers/", views.registers, name="registers"),
    path("registers/<register:register>/", views.records, name="register"),
    path("registers/<register:register>/export", views.export, name="register-export"),
    path("facts/", views.facts, name="facts"),
    path("tags/", views.tags, name="tags"),
    path("records/<record:ref>/", views.record, name="record"),
    path("records/<record:ref>/unmasked", views.unmasked, name="record-unmasked"),
    path("records/<record:ref>/confirm", views.confirm, name="record-confirm"),
    path("records/<record:ref>/dispute", disputes.dispute, name="record-dispute"),
    path("imports/", importing.imports, name="imports"),
    path("imports/<batch:ref>/", importing.one, name="import"),
    path("imports/<batch:ref>/refused.xlsx", importing.refused, name="import-refused"),
    path("likenesses/", likenesses.likenesses, name="likenesses"),
    path("likenesses/<int:number>/", likenesses.one, name="likeness"),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/<dispute:ref>/", disputes.one, name="dispute"),
]
