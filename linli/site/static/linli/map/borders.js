// Borders of areas: thin double lines by level, a name in the middle, the one meant picked out.

import { BOLD, MEDIUM } from "./fonts.js";

const level = ["to-number", ["get", "level"]];

// Pixels between the two lines of a border, and their width: the higher the level, the wider apart.
const LINES = {
  1: { gap: 4, line: 1.1 }, 2: { gap: 4, line: 1 }, 3: { gap: 3.6, line: 1 }, 4: { gap: 2.8, line: 0.95 },
  5: { gap: 1.8, line: 0.8 }, 6: { gap: 0, line: 0.9 }, 7: { gap: 0, line: 0.6 },
};
const NAMED = { 1: [4, 8], 2: [6, 10], 3: [6, 11.5], 4: [9.5, 14], 5: [12, 16], 6: [15, 24], 7: [17, 24] };
const SIZES = { 1: 17, 2: 16, 3: 15, 4: 15, 5: 13.5, 6: 12, 7: 11 };

function growing(value, far, near) {
  return ["interpolate", ["linear"], ["zoom"], 9, value * far, 14, value, 18, value * near];
}

/** Two lines with bare ground between them; where one line is enough, dashes. */
function border(of, paint) {
  const { gap, line } = LINES[of];
  const common = { type: "line", "source-layer": "border", filter: ["==", level, of] };
  if (!gap) {
    return [{
      ...common, id: `area-line-${of}`, layout: { "line-join": "round" },
      paint: { "line-color": paint["area-soft"], "line-width": growing(line, 0.7, 1.5), "line-dasharray": of === 6 ? [5, 3] : [1.5, 2] },
    }];
  }
  return [
    {
      ...common, id: `area-gap-${of}`, layout: { "line-join": "round" },
      paint: { "line-color": paint.halo, "line-width": growing(gap, 0.6, 1.6), "line-opacity": 0.85 },
    },
    {
      ...common, id: `area-line-${of}`, layout: { "line-join": "round" },
      paint: { "line-color": paint.area, "line-width": growing(line, 0.75, 1.4), "line-gap-width": growing(gap, 0.6, 1.6) },
    },
  ];
}

function name(of, paint) {
  const [from, to] = NAMED[of];
  return {
    id: `area-name-${of}`, type: "symbol", "source-layer": "label", filter: ["==", level, of], minzoom: from, maxzoom: to,
    layout: {
      "text-field": ["get", "name"], "text-font": of <= 5 ? BOLD : MEDIUM, "text-max-width": 7, "text-padding": 8,
      "text-size": ["interpolate", ["linear"], ["zoom"], from, SIZES[of] - 2.5, Math.min(to, from + 4), SIZES[of] + 1],
    },
    paint: { "text-color": paint["area-text"], "text-halo-color": paint.halo, "text-halo-width": 2, "text-halo-blur": 0.4 },
  };
}

/** Every layer of the areas' tiles: faces to touch, lines, what is chosen, names. */
export function borders(source, paint, levels) {
  const marked = (mark) => ["boolean", ["feature-state", mark], false];
  const deepestFirst = [...levels].sort((a, b) => b - a);
  const faces = levels.map((of) => ({
    id: `area-face-${of}`, type: "fill", "source-layer": "area", filter: ["==", level, of],
    paint: { "fill-color": paint["area-fill"], "fill-opacity": ["case", marked("under"), 0.14, marked("here"), 0.06, 0] },
  }));
  const here = {
    id: "area-here", type: "line", "source-layer": "area", layout: { "line-join": "round" },
    paint: {
      "line-color": paint["area-here"], "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1.6, 15, 2.6],
      "line-opacity": ["case", marked("here"), 1, 0],
    },
  };
  const from = (layers) => layers.map((layer) => ({ ...layer, source }));
  return {
    below: from([...faces, ...deepestFirst.flatMap((of) => border(of, paint)), here]),
    above: from([...levels].sort((a, b) => a - b).map((of) => name(of, paint)).reverse()),
  };
}
