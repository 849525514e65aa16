"""Land as numbers: points, boundaries, tiles and plans. No Django, no database.

Words: a boundary (边界) is a Polygon or MultiPolygon in WGS-84; to mend (修复) is to make it sound again;
a cover (划分) is a set of areas under one parent without gaps or overlaps; a plan (底图) is the background.

- `points`: WGS-84, GCJ-02 (火星坐标) and BD-09 (百度坐标), Morton cells, distances
- `polygons`: read, mend, write canonically; `reading`: files people bring; `refusals`: what is not taken
- `finding`: which area a million points lie in
- `partition`: draw, cut, join and give land without gaps or overlaps
- `tiles`, `mvt`, `pyramids`, `sheets`: vector tiles, a plan in one file, borders drawn once
- `osm`: OpenStreetMap extracts
- `pinning`: a scanned plan held by three pins
"""
