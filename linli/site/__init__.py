"""The front of the house: settings, addresses, base page, home, error pages, and running it all. Imported by no one.

settings    one file, typed readers of the environment that fail loudly
command     the `linli` command
plan        pages about areas and the map, until the registers stand
history     pages of the journal
running     serving, working, backing up, restoring, upgrading
"""
