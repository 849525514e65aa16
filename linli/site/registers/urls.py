"""Addresses of the registers."""

from django.urls import path, register_converter

from . import (
    addresses,
    catalogue,
    disputes,
    exports,
    importing,
    likenesses,
    lists,
    own_data,
    placing,
    publishing,
    searching,
    views,
    writing_by_hand,
)

register_converter(addresses.RecordConverter, "record")
register_converter(addresses.DisputeConverter, "dispute")
register_converter(addresses.BatchConverter, "batch")
register_converter(addresses.ExportConverter, "export")
register_converter(addresses.RegisterConverter, "register")

urlpatterns = [
    path("registers/", searching.registers, name="registers"),
    path("registers/found/<slug:token>/", searching.found, name="registers-found"),
    path("registers/<register:register>/", lists.records, name="register"),
    path("registers/<register:register>/ask", lists.ask, name="register-ask"),
    path("registers/<register:register>/export", exports.export, name="register-export"),
    path("registers/<register:register>/new", writing_by_hand.new, name="record-new"),
    path("registers/<register:register>/notice", publishing.notice, name="register-notice"),
    path("places/", placing.places, name="places"),
    path("places/name", placing.name, name="place-name"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<export:ref>/", exports.one, name="export"),
    path("exports/<export:ref>/file", exports.file, name="export-file"),
    path("facts/", views.facts, name="facts"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/<int:number>/retire", catalogue.retire, name="catalogue-retire"),
    path("tags/", views.tags, name="tags"),
    path("records/<record:ref>/", views.record, name="record"),
    path("records/<record:ref>/unmasked", views.unmasked, name="record-unmasked"),
    path("records/<record:ref>/own", own_data.own, name="record-own"),
    path("records/<record:ref>/confirm", views.confirm, name="record-confirm"),
    path("records/<record:ref>/dispute", disputes.dispute, name="record-dispute"),
    path("records/<record:ref>/correct", writing_by_hand.correct, name="record-correct"),
    path("records/<record:ref>/happened/<slug:what>", writing_by_hand.act, name="record-act"),
    path("records/<record:ref>/ties/<int:number>/end", writing_by_hand.untie, name="record-untie"),
    path("imports/", importing.imports, name="imports"),
    path("imports/<batch:ref>/", importing.one, name="import"),
    path("imports/<batch:ref>/refused.xlsx", importing.refused, name="import-refused"),
    path("imports/<batch:ref>/rows/<slug:verdict>", importing.rows, name="import-rows"),
    path("likenesses/", likenesses.likenesses, name="likenesses"),
    path("likenesses/<int:number>/", likenesses.one, name="likeness"),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/<dispute:ref>/", disputes.one, name="dispute"),
]
