"""Keeping Linli running: serving, working, backing up, restoring, upgrading, checking.

locks         one server and one worker to a data folder
marks         small files that say what was begun, and what was cut off
refusals      everything the commands here refuse, in one list
schema        which migrations stand, and bringing them up to the code in one transaction
beginning     `linli init`: an empty, real installation
demo          `linli demo`: the made-up town, its accounts, server and worker
serving       `linli serve`
working       `linli worker`
certificates  the township's own root and server certificate
copies        `linli backup`: one whole file, while everyone works
engines       what differs between SQLite and PostgreSQL in a copy
bringing      `linli restore`: a copy takes the place of what is there, wholly or not at all
swapping      putting new files in the place of old ones so that a cut in the middle can be undone
moving        `linli move`: all rows into a database of the other kind
pouring       one table after the other, counted and digested on both sides
upgrading     `linli upgrade`: forward, or back to where it was
"""
