"""Helpers for pages: showing a page or a part of it, lists, refusals. Knows no models.

pages        page(), went_well()
middleware   the request's one clock; refusals shown as page, fragment or JSON
proxies      what a proxy says of a visitor, believed only of ours
troubles     a database that is busy, gone or full, as a refusal that says when to come back
lists        keyset-paged lists
once         asked(), insert(), update(): what happens a great many times is put into words once
addresses    references in addresses
look         theme and print size, kept in cookies
progress     long work on a terminal: a bar with rate and time left, plain lines elsewhere
"""
