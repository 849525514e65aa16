// The whole style of a map out of what lies under it, the areas and the colours of the moment.

import { borders } from "./borders.js";
import { ground } from "./ground.js";

/** An address of ours as the map's worker needs it: whole, with {z}/{x}/{y} left as they are. */
export function whole(path) {
  return path.startsWith("/") ? location.origin + path : path;
}

function planSource(plan) {
  return {
    type: "vector", tiles: [whole(plan.tiles)], bounds: plan.bounds, minzoom: plan.minzoom, maxzoom: plan.maxzoom,
  };
}

function scan(plan) {
  return { id: `${plan.ref}/scan`, type: "raster", source: plan.ref, paint: { "raster-fade-duration": 0 } };
}

const EDGE = 0.04;

/** A drawn town that goes on beyond its areas has an end: its ragged edge is papered over, and the paper's own edge is soft. */
function frame(plan, paint) {
  const [west, south, east, north] = plan.bounds;
  const [wide, high] = [(east - west) * EDGE, (north - south) * EDGE];
  const hole = [
    [west + wide, south + high], [west + wide, north - high], [east - wide, north - high], [east - wide, south + high],
    [west + wide, south + high],
  ];
  const [w, s, e, n] = [west - 40 * wide, south - 40 * high, east + 40 * wide, north + 40 * high];
  const paper = { type: "Polygon", coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]], hole] };
  const soft = ["interpolate", ["exponential", 2], ["zoom"], 10, 8, 14, 70, 16, 240];
  return {
    source: { type: "geojson", data: { type: "Feature", properties: {}, geometry: paper } },
    layers: [
      { id: "frame-paper", type: "fill", source: "frame", paint: { "fill-color": paint.land, "fill-antialias": false } },
      { id: "frame-soft", type: "line", source: "frame", layout: { "line-join": "round" }, paint: { "line-color": paint.land, "line-width": soft, "line-blur": soft } },
    ],
  };
}

/** Where something lies: a dot in the colour of the house, with a rim of land so that it stands off from any ground. */
function spot(place, paint) {
  return {
    source: { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: place } } },
    layers: [
      { id: "spot-rim", type: "circle", source: "spot", paint: { "circle-radius": 11, "circle-color": paint.halo } },
      { id: "spot", type: "circle", source: "spot", paint: { "circle-radius": 8, "circle-color": paint["area-here"] } },
    ],
  };
}

/** A MapLibre style: no glyphs, no sprite, nothing from any other host. */
export function style(config, paint) {
  const sources = {};
  const below = [];
  const above = [];
  for (const plan of config.plans) {
    if (plan.kind === "scan") {
      sources[plan.ref] = { type: "image", url: whole(plan.image), coordinates: plan.corners };
      below.push(scan(plan));
    } else {
      sources[plan.ref] = planSource(plan);
      const laid = ground(plan.ref, paint);
      below.push(...laid.below);
      above.push(...laid.above);
    }
  }
  const drawn = config.plans.find((plan) => plan.ragged);
  if (drawn) {
    const laid = frame(drawn, paint);
    sources.frame = laid.source;
    below.push(...laid.layers);
  }
  if (config.areas) {
    const { tiles, minzoom, maxzoom, levels } = config.areas;
    sources.areas = { type: "vector", tiles: [whole(tiles)], minzoom, maxzoom, promoteId: { area: "code", label: "code" } };
    const laid = borders("areas", paint, levels.map((each) => each.level));
    below.push(...laid.below);
    above.push(...laid.above);
  }
  if (config.spot) {
    const laid = spot(config.spot, paint);
    sources.spot = laid.source;
    above.push(...laid.layers);
  }
  return {
    version: 8,
    name: "Linli",
    sources,
    layers: [{ id: "land", type: "background", paint: { "background-color": paint.land } }, ...below, ...above],
  };
}
