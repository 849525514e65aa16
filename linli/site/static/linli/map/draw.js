// Drawing areas on the map: fills in the form beside it, which does the same without any script.

import { snapper } from "./snapping.js";

const OUTLINES = new Set(["draw", "give", "reshape"]);
const form = document.querySelector("form[data-draw]");
const root = document.querySelector("[data-map]");
const bar = document.querySelector("[data-draw-bar]");
const end = bar.querySelector("[data-draw-end]");
const back = bar.querySelector("[data-draw-back]");
const clear = bar.querySelector("[data-draw-clear]");
const { area, others, shape } = form.elements;

let map;
let snap = () => undefined;
let corners = [];
let ended = false;
let hover;

const act = () => form.elements.act.value;
const coarse = matchMedia("(pointer: coarse)");
const reach = () => (coarse.matches ? 26 : 14);
const feature = (geometry, properties = {}) => ({ type: "Feature", geometry, properties });

function drawn() {
  const features = corners.map((place) => feature({ type: "Point", coordinates: place }, { what: "corner" }));
  const path = ended || !hover ? corners : [...corners, hover.place];
  if (path.length > 1) {
    const closed = OUTLINES.has(act()) && (ended || path.length > 2);
    features.push(closed
      ? feature({ type: "Polygon", coordinates: [[...path, path[0]]] }, { what: "outline" })
      : feature({ type: "LineString", coordinates: path }, { what: "line" }));
  }
  if (hover?.kind && !ended) features.push(feature({ type: "Point", coordinates: hover.place }, { what: hover.kind }));
  return { type: "FeatureCollection", features };
}

function show() {
  map.getSource("draw")?.setData(drawn());
  back.disabled = clear.disabled = !corners.length;
  end.disabled = ended || !whole();
}

function layers(paint) {
  const what = (...kinds) => ["in", ["get", "what"], ["literal", kinds]];
  const line = paint["area-here"];
  return [
    { id: "draw-fill", type: "fill", filter: what("outline"), paint: { "fill-color": line, "fill-opacity": 0.16 } },
    { id: "draw-line", type: "line", filter: what("outline", "line"), paint: { "line-color": line, "line-width": 2.5 } },
    {
      id: "draw-corner", type: "circle", filter: what("corner"),
      paint: { "circle-radius": 5, "circle-color": paint.halo, "circle-stroke-color": line, "circle-stroke-width": 2 },
    },
    {
      id: "draw-edge", type: "circle", filter: what("edge"),
      paint: { "circle-radius": 8, "circle-opacity": 0, "circle-stroke-color": paint["place-care"], "circle-stroke-width": 2 },
    },
    {
      id: "draw-snap", type: "circle", filter: what("corner-near"),
      paint: { "circle-radius": 9, "circle-color": paint["place-care"], "circle-opacity": 0.35, "circle-stroke-color": paint["place-care"], "circle-stroke-width": 2 },
    },
  ];
}

function lay() {
  if (!map.getSource("draw")) map.addSource("draw", { type: "geojson", data: drawn() });
  for (const layer of layers(root.linli.paint())) if (!map.getLayer(layer.id)) map.addLayer({ ...layer, source: "draw" });
  pickOut();
}

function pickOut() {
  if (!map.getSource("areas")) return;
  map.removeFeatureState({ source: "areas", sourceLayer: "area" });
  const codes = act() === "draw" ? [root.linli.config.draw.code] : [area.value, ...[...others.selectedOptions].map((o) => o.value)];
  for (const code of codes.filter(Boolean)) map.setFeatureState({ source: "areas", sourceLayer: "area", id: code }, { here: true, under: act() !== "draw" });
}

function place(point) {
  const found = snap(point, reach());
  if (found) return { place: found.place, kind: found.kind === "corner" ? "corner-near" : "edge" };
  const { lng, lat } = map.unproject([point.x, point.y]);
  return { place: [Number(lng.toFixed(7)), Number(lat.toFixed(7))] };
}

const whole = () => corners.length >= (OUTLINES.has(act()) ? 3 : 2);

function finish() {
  const outline = OUTLINES.has(act());
  if (!whole()) return;
  ended = true;
  shape.value = JSON.stringify(outline
    ? { type: "Polygon", coordinates: [[...corners, corners[0]]] }
    : { type: "LineString", coordinates: corners });
  show();
  (form.elements.name.value || !["draw", "cut"].includes(act()) ? form.querySelector(".button") : form.elements.name).focus();
}

function restart() {
  corners = [];
  ended = false;
  shape.value = "";
  show();
}

function add(point) {
  if (ended) restart();
  const first = corners.length > 2 && OUTLINES.has(act()) && map.project(corners[0]);
  if (first && Math.hypot(first.x - point.x, first.y - point.y) < reach()) {
    finish();
    return;
  }
  corners.push(place(point).place);
  show();
}

/** The area of the list that lies under a point of the screen. */
function under(point) {
  const known = new Set([...area.options].map((option) => option.value));
  const faces = map.getStyle().layers.filter((each) => each.id.startsWith("area-face-")).map((each) => each.id);
  return map.queryRenderedFeatures([point.x, point.y], { layers: faces }).map((each) => each.properties.code).find((code) => known.has(code));
}

function choose(point) {
  const code = under(point);
  if (!code) return;
  if (!area.value) area.value = code;
  else if (code === area.value) area.value = "";
  else for (const option of others.options) if (option.value === code) option.selected = !option.selected;
  pickOut();
}

function press(point) {
  if (act() === "join") choose(point);
  else if (act() !== "draw" && !area.value) choose(point);
  else if (act() === "give" && !others.selectedOptions.length) choose(point);
  else add(point);
}

function undoCorner() {
  if (ended) {
    ended = false;
    shape.value = "";
  } else corners.pop();
  show();
}

const KEYS = {
  Enter: finish,
  Backspace: undoCorner,
  Escape: restart,
  " ": () => press(map.project(map.getCenter())),
};

function keys(event) {
  const does = KEYS[event.key];
  if (!does) return;
  event.preventDefault();
  does();
}

function chosen() {
  for (const field of form.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(act());
  const how = bar.querySelector("[data-draw-how]");
  how.textContent = how.dataset[act()];
  root.classList.toggle("map-pointing", act() === "join");
  if (map) {
    restart();
    pickOut();
  }
}

const number = /^[-+]?\d{1,3}(\.\d+)?$/;

/** Corners as they are typed, one to a line; nothing while a line is not yet a corner. */
function typed(text) {
  const lines = text.split("\n").map((line) => line.split(/[\s,，;；]+/).filter(Boolean)).filter((parts) => parts.length);
  return lines.every((parts) => parts.length === 2 && parts.every((part) => number.test(part))) ? lines.map((parts) => parts.map(Number)) : [];
}

/** What is written in the form is on the map: an outline that was refused, so that it can be mended, or typed corners. */
function recalled() {
  try {
    const told = JSON.parse(shape.value);
    corners = told.type === "Polygon" ? told.coordinates[0].slice(0, -1) : told.coordinates ?? [];
  } catch {
    corners = typed(shape.value);
  }
  ended = corners.length > 0;
}

async function begin() {
  ({ map } = root.linli);
  root.classList.add("map-drawing");
  bar.hidden = false;
  map.doubleClickZoom.disable();
  recalled();
  lay();
  show();
  map.on("linli.repainted", () => map.once("idle", lay));
  map.on("click", (event) => press(event.point));
  map.on("mousemove", (event) => {
    hover = act() === "join" ? undefined : place(event.point);
    show();
  });
  map.on("mouseout", () => {
    hover = undefined;
    show();
  });
  map.getCanvas().addEventListener("keydown", keys);
  const answer = await fetch(root.linli.config.draw.children);
  if (answer.ok) snap = snapper(map, await answer.json());
  root.dataset.draw = "ready";
}

form.addEventListener("change", (event) => {
  if (event.target.name === "act") chosen();
  else if (map) pickOut();
});
shape.addEventListener("input", () => {
  if (!map) return;
  recalled();
  show();
});
end.addEventListener("click", finish);
back.addEventListener("click", undoCorner);
clear.addEventListener("click", restart);
chosen();
if (root.linli) begin();
else root.addEventListener("linli:map", begin, { once: true });
