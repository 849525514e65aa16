"""Clocks (时限): when something is due by the working calendar of where it is done.

The reckoning is pure; what a calendar is made of (notices of holidays, hours of an area) is dated rows.

working    a working calendar: hours by weekday, holidays and make-up days (pure)
counting   when an amount of time has passed, how much has (pure)
running    a clock that runs, pauses, is extended, and its colour (pure)
blocks     a million due times at once (pure)
plain      the same minute by minute, to compare with (pure)
shipped    notices, hours and colours that come with the program
reading    a notice by its own words, or from a sheet
models     Notice, NoticeDay, OfficeHours, CalendarEdition
queries    the calendar of an area or a bureau
calendars  enter, take back, set hours: what changes calendars
promises   clocks that other rooms keep
moving     what a changed calendar moves, before and after
"""
