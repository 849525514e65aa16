// Corners and edges near the pointer, so that a new border lies along the old one. The server decides; this shows.

/** Every ring of every polygon in a FeatureCollection, as lists of [lon, lat]. */
function rings(collection) {
  const found = [];
  for (const { geometry } of collection.features) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const polygon of polygons) found.push(...polygon);
  }
  return found;
}

function nearest(a, b, p) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length)) : 0;
  return { x: a.x + t * dx, y: a.y + t * dy, t };
}

/** A function that gives the corner or the place on an edge within reach of a point of the screen, or nothing. */
export function snapper(map, collection) {
  const lines = rings(collection);
  return (point, reach) => {
    const sides = [map.unproject([point.x - reach, point.y + reach]), map.unproject([point.x + reach, point.y - reach])];
    const near = ([lon, lat]) => lon >= sides[0].lng && lon <= sides[1].lng && lat >= sides[0].lat && lat <= sides[1].lat;
    const apart = (a, b) =>
      Math.max(a[0], b[0]) < sides[0].lng || Math.min(a[0], b[0]) > sides[1].lng ||
      Math.max(a[1], b[1]) < sides[0].lat || Math.min(a[1], b[1]) > sides[1].lat;
    let corner;
    let edge;
    for (const ring of lines) {
      for (let i = 0; i + 1 < ring.length; i += 1) {
        if (apart(ring[i], ring[i + 1])) continue;
        const [a, b] = [map.project(ring[i]), map.project(ring[i + 1])];
        for (const [at, place] of [[a, ring[i]], [b, ring[i + 1]]]) {
          const far = Math.hypot(at.x - point.x, at.y - point.y);
          if (near(place) && far <= reach && far < (corner?.far ?? Infinity)) corner = { far, place, kind: "corner" };
        }
        const on = nearest(a, b, point);
        const far = Math.hypot(on.x - point.x, on.y - point.y);
        if (far <= reach && far < (edge?.far ?? Infinity)) {
          const { lng, lat } = map.unproject([on.x, on.y]);
          edge = { far, place: [lng, lat], kind: "edge" };
        }
      }
    }
    return corner ?? edge;
  };
}
