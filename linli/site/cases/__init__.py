"""The desks of cases: lists by clock, one case with what may be done about it, reporting, figures."""
