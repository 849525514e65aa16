// How a drawn plan looks: layers in the order in which paint is laid, land first, names last.

import { MEDIUM, REGULAR } from "./fonts.js";

const kind = ["get", "kind"];
const is = (...kinds) => ["in", kind, ["literal", kinds]];
const polygons = ["==", ["geometry-type"], "Polygon"];
const lines = ["==", ["geometry-type"], "LineString"];

/** A width that doubles with each zoom level from a real width: streets keep their metres when one comes near. */
function growing(...stops) {
  return ["interpolate", ["exponential", 1.6], ["zoom"], ...stops];
}

function linear(...stops) {
  return ["interpolate", ["linear"], ["zoom"], ...stops];
}

// Pixels wide at zooms 12, 14, 16 and 19.
const STREETS = {
  lane: [0, 0.5, 2.6, 18],
  local: [0.5, 1.2, 5, 34],
  main: [0.9, 2.4, 8, 54],
  trunk: [1.4, 3.4, 11, 76],
};
const ZOOMS = [12, 14, 16, 19];

function width(street, more = 0) {
  return growing(...ZOOMS.flatMap((zoom, i) => [zoom, STREETS[street][i] + (i ? more : more / 2)]));
}

function land(paint) {
  return [
    {
      id: "relief", type: "fill", "source-layer": "relief",
      paint: { "fill-color": paint.relief, "fill-opacity": linear(9, 0.16, 14, 0.13, 17, 0.09) },
    },
    {
      id: "relief-line", type: "line", "source-layer": "relief", minzoom: 13,
      paint: { "line-color": paint["relief-line"], "line-width": 0.5, "line-opacity": linear(13, 0, 14, 0.5) },
    },
    {
      id: "green", type: "fill", "source-layer": "green",
      paint: {
        "fill-color": [
          "match", kind,
          "wood", paint.wood, "field", paint.field, "square", paint.square, "cemetery", paint.cemetery, paint.park,
        ],
        "fill-opacity": ["match", kind, "wood", 0.75, "field", 0.7, 1],
      },
    },
    {
      id: "compound", type: "fill", "source-layer": "compound", minzoom: 12,
      paint: { "fill-color": paint.compound, "fill-opacity": linear(12, 0, 13, 0.9) },
    },
    {
      id: "compound-line", type: "line", "source-layer": "compound", minzoom: 14,
      paint: { "line-color": paint["compound-line"], "line-width": linear(14, 0.4, 17, 1), "line-opacity": 0.9 },
    },
    { id: "water", type: "fill", "source-layer": "water", filter: polygons, paint: { "fill-color": paint.water } },
    {
      id: "water-edge", type: "line", "source-layer": "water", filter: polygons,
      paint: { "line-color": paint["water-line"], "line-width": linear(10, 0.3, 14, 0.7, 18, 1.4) },
    },
    {
      id: "stream", type: "line", "source-layer": "water", filter: lines,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": paint["water-line"], "line-width": growing(11, 0.5, 14, 1.2, 17, 4, 19, 12) },
    },
  ];
}

function buildings(paint) {
  const civic = is("school", "clinic", "hall", "station");
  const work = is("market", "shop", "office", "factory");
  return [
    {
      id: "building", type: "fill", "source-layer": "building", minzoom: 13,
      paint: {
        "fill-color": ["case", civic, paint["building-civic"], work, paint["building-work"], paint.building],
        "fill-opacity": linear(13, 0, 14, 0.75, 15, 1),
        "fill-antialias": true,
      },
    },
    {
      id: "building-line", type: "line", "source-layer": "building", minzoom: 14.5,
      paint: { "line-color": paint["building-line"], "line-width": linear(15, 0.4, 18, 1.1) },
    },
  ];
}

const joined = { "line-cap": "round", "line-join": "round" };
const onGround = ["!=", ["get", "bridge"], 1];
const bridge = ["==", ["get", "bridge"], 1];

function casing(street, paint, minzoom, filter, suffix = "") {
  return {
    id: `${street}-casing${suffix}`, type: "line", "source-layer": "street", minzoom,
    filter: ["all", is(street), filter],
    layout: suffix ? { "line-cap": "butt", "line-join": "round" } : joined,
    paint: {
      "line-color": paint[`${street === "lane" ? "local" : street}-line`],
      "line-width": width(street, suffix ? 2.6 : 1.5),
      "line-opacity": linear(minzoom, suffix ? 1 : 0.4, minzoom + 1, 1),
    },
  };
}

function filling(street, paint, minzoom, filter, suffix = "") {
  return {
    id: `${street}${suffix}`, type: "line", "source-layer": "street", minzoom,
    filter: ["all", is(street), filter],
    layout: joined,
    paint: { "line-color": paint[street === "lane" ? "local" : street], "line-width": width(street) },
  };
}

/** Far away a street is a hairline in the colour of its edge; from here on it has two edges and a body. */
const BODY_FROM = { lane: 15, local: 14, main: 12.5, trunk: 11 };

function hairline(street, paint) {
  return {
    id: `${street}-hair`, type: "line", "source-layer": "street", maxzoom: BODY_FROM[street], filter: is(street),
    layout: joined,
    paint: {
      "line-color": paint[`${street === "lane" ? "local" : street}-line`],
      "line-width": growing(8, 0.35, 11, 0.7, 15, street === "lane" ? 0.9 : 1.6),
      "line-opacity": street === "trunk" || street === "main" ? 1 : linear(12, 0.55, 14, 1),
    },
  };
}

function streets(paint) {
  const order = ["lane", "local", "main", "trunk"];
  const level = (filter, suffix) => [
    ...order.map((street) => casing(street, paint, BODY_FROM[street], filter, suffix)),
    ...order.map((street) => filling(street, paint, BODY_FROM[street], filter, suffix)),
  ];
  return [
    ...order.map((street) => hairline(street, paint)),
    {
      id: "path", type: "line", "source-layer": "street", minzoom: 14, filter: is("path"),
      paint: {
        "line-color": paint.path, "line-width": growing(14, 0.5, 16, 1, 19, 4), "line-dasharray": [3, 2],
      },
    },
    ...level(onGround, ""),
    ...level(bridge, "-bridge"),
    {
      id: "rail", type: "line", "source-layer": "street", filter: is("rail"),
      paint: { "line-color": paint.rail, "line-width": growing(8, 0.5, 13, 1.2, 16, 3.2, 19, 9) },
    },
    {
      id: "rail-gap", type: "line", "source-layer": "street", minzoom: 12.5, filter: is("rail"),
      paint: {
        "line-color": paint["rail-gap"], "line-width": growing(13, 0.6, 16, 1.8, 19, 6), "line-dasharray": [6, 6],
      },
    },
  ];
}

const shown = (paint, colour = paint.text) => ({
  "text-color": colour, "text-halo-color": paint.halo, "text-halo-width": 1.4, "text-halo-blur": 0.4,
});

function streetNames(paint) {
  return [
    {
      id: "street-name", type: "symbol", "source-layer": "street", minzoom: 13,
      filter: [
        "all", ["!=", ["coalesce", ["get", "name"], ""], ""],
        ["step", ["zoom"], is("trunk"), 13.8, is("trunk", "main"), 15, is("trunk", "main", "local"), 16, is("trunk", "main", "local", "lane")],
      ],
      layout: {
        "symbol-placement": "line", "symbol-spacing": 340,
        "text-field": ["get", "name"], "text-font": REGULAR, "text-max-angle": 30, "text-padding": 4,
        "text-size": [
          "interpolate", ["linear"], ["zoom"],
          13, ["match", kind, "trunk", 11.5, 10.5], 16.5, ["match", kind, "trunk", 13, "main", 12.5, 11], 19, ["match", kind, "trunk", 17, "main", 16, 14],
        ],
        "symbol-sort-key": ["match", kind, "trunk", 0, "main", 1, "local", 2, 3],
      },
      paint: shown(paint, paint["text-soft"]),
    },
    {
      id: "stream-name", type: "symbol", "source-layer": "water", minzoom: 14, filter: lines,
      layout: {
        "symbol-placement": "line", "text-field": ["get", "name"], "text-font": REGULAR, "text-size": 11,
      },
      paint: shown(paint, paint["water-text"]),
    },
    {
      id: "house-number", type: "symbol", "source-layer": "building", minzoom: 16.5,
      layout: {
        "text-field": ["to-string", ["coalesce", ["get", "number"], ""]], "text-font": REGULAR,
        "text-size": linear(16.5, 9.5, 19, 13), "text-padding": 3,
      },
      paint: { ...shown(paint, paint["text-soft"]), "text-halo-color": paint.building, "text-halo-width": 1 },
    },
  ];
}

/** Which rank of a place is named from which zoom on. */
const RANK_FROM = ["step", ["zoom"], 1, 12, 2, 14, 3, 15, 4, 16.5, 5];

function placeNames(paint) {
  const colour = [
    "match", kind,
    ["park", "hill", "square"], paint["place-green"], "river", paint["water-text"],
    "clinic", paint["place-care"], "school", paint["place-school"], paint.place,
  ];
  const pictured = is("school", "clinic", "park", "market", "hall", "station", "canteen", "shop", "square");
  const named = {
    "text-field": ["get", "name"], "text-font": ["case", ["<=", ["get", "rank"], 2], ["literal", MEDIUM], ["literal", REGULAR]],
    "text-size": [
      "interpolate", ["linear"], ["zoom"], 11, ["match", ["get", "rank"], 1, 12, 10], 17, ["match", ["get", "rank"], 1, 15, 2, 13, 12],
    ],
    "text-max-width": 8, "symbol-sort-key": ["get", "rank"], "text-padding": 6,
  };
  return [
    {
      id: "place", type: "symbol", "source-layer": "place", minzoom: 10,
      filter: ["all", ["!", pictured], ["<=", ["get", "rank"], RANK_FROM]],
      layout: named, paint: shown(paint, colour),
    },
    {
      id: "place-pictured", type: "symbol", "source-layer": "place", minzoom: 12,
      filter: ["all", pictured, ["<=", ["get", "rank"], RANK_FROM]],
      layout: {
        ...named, "icon-image": ["concat", "place-", kind], "icon-size": linear(13, 0.8, 17, 1),
        "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 0.85,
        "text-justify": "auto", "text-optional": true, "icon-padding": 1,
      },
      paint: shown(paint, colour),
    },
  ];
}

/** The plan's layers: the ground itself, and the names that lie above the borders of areas. */
export function ground(source, paint) {
  const from = (layers) => layers.map((layer) => ({ ...layer, id: `${source}/${layer.id}`, source }));
  return {
    below: from([...land(paint), ...buildings(paint), ...streets(paint)]),
    above: from([...streetNames(paint), ...placeNames(paint)]),
  };
}
