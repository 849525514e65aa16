"""Areas (区划): municipality, district, township, community, grid, micro-grid; their codes, names and boundaries.

The statutory code is the tree: what lies within an area is one range of codes (see `codes`). Pages about areas
lie above, where accounts are known.

codes       levels, widths, ranges (pure; the only module that knows the widths)
models      Area, Boundary, Background, Redrawing
editions    which edition of the areas stands; the lock under which they are changed or held
directory   all standing areas in memory: tree and search
queries     the tree, search, who lies where, where a code went
naming      what is a name of an area, and how it sounds
tables      division-code tables as people bring them
importing   those tables and boundary files, looked through and brought in
keeping     one area at a time: found, rename; local codes
changes     what a redrawing is made of (pure)
planning    what it comes to (pure)
scoped      every table with an area code: counted and restamped by ranges
redrawing   merge, split, rename, move: one verb and its preview
rewriting   areas and boundaries written as it planned them
undoing     its inverse
comparing   two vintages of codes, as a plan of changes
drawing     grids and communities drawn and cut by hand
laying      backgrounds under the map
"""
