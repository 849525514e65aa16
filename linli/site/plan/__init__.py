"""Pages about areas and the map (区划与地图), until the registers stand. Areas are open data: anyone may look."""
