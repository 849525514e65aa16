"""Deadlines

When something is due: by the clock, by working hours or by working days, with lunch, holidays and make-up days.
"""
