// Pins: a press on the picture fills in across and down, one on the map longitude and latitude, of the pin in hand.
// In hand is the pin one touched last, then the next that is not whole. Arrow keys and Enter do what a pointer does.

const form = document.querySelector("form[data-pins]");
const frame = document.querySelector("[data-pin-picture]");
const sheet = frame.querySelector("[data-pin-sheet]");
const cross = frame.querySelector("[data-pin-cross]");
const root = document.querySelector("[data-map]");
const picture = frame.querySelector("img");
const rows = [...form.querySelectorAll("[data-pin]")];
const AXES = ["x", "y", "lon", "lat"];
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SIZES = [1, 8];

const field = (axis, number) => form.elements[`${axis}${number}`];
const has = (number, ...axes) => axes.every((axis) => field(axis, number).value !== "");
const open = () => [1, 2, 3].find((number) => !has(number, ...AXES));

let inHand = open() ?? 1;
let size = 1;
let at = { x: 0.5, y: 0.5 };

function marks() {
  for (const old of sheet.querySelectorAll(".pin-mark")) old.remove();
  for (const number of [1, 2, 3].filter((each) => has(each, "x", "y"))) {
    const mark = document.createElement("span");
    mark.className = "pin-mark";
    mark.textContent = String(number);
    mark.style.insetInlineStart = `${(field("x", number).value / frame.dataset.wide) * 100}%`;
    mark.style.insetBlockStart = `${(field("y", number).value / frame.dataset.high) * 100}%`;
    sheet.append(mark);
  }
  for (const row of rows) row.toggleAttribute("data-in-hand", Number(row.dataset.pin) === inHand);
  root.linli?.map.getSource("pins")?.setData({
    type: "FeatureCollection",
    features: [1, 2, 3].filter((number) => has(number, "lon", "lat")).map((number) => ({
      type: "Feature", properties: { number: String(number) },
      geometry: { type: "Point", coordinates: [Number(field("lon", number).value), Number(field("lat", number).value)] },
    })),
  });
}

function set(values) {
  for (const [axis, value] of Object.entries(values)) field(axis, inHand).value = value;
  if (has(inHand, ...AXES)) inHand = open() ?? inHand;
  marks();
}

function place(across, down) {
  at = { x: Math.min(1, Math.max(0, across)), y: Math.min(1, Math.max(0, down)) };
  cross.style.insetInlineStart = `${at.x * 100}%`;
  cross.style.insetBlockStart = `${at.y * 100}%`;
}

const pinPicture = () => set({ x: (at.x * frame.dataset.wide).toFixed(1), y: (at.y * frame.dataset.high).toFixed(1) });

frame.addEventListener("click", (event) => {
  const box = picture.getBoundingClientRect();
  if (!box.width || event.clientX > box.right || event.clientY > box.bottom) return;
  place((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  pinPicture();
});

frame.addEventListener("keydown", (event) => {
  if (event.key in STEPS) {
    const far = (event.shiftKey ? 80 : 8) / picture.clientWidth;
    const [across, down] = STEPS[event.key];
    place(at.x + across * far, at.y + (down * far * picture.clientWidth) / picture.clientHeight);
    cross.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (event.key === "Enter" || event.key === " ") pinPicture();
  else return;
  event.preventDefault();
});
frame.addEventListener("focus", () => { cross.hidden = !frame.matches(":focus-visible"); });
frame.addEventListener("blur", () => { cross.hidden = true; });

for (const button of document.querySelectorAll("[data-pin-zoom]")) {
  button.addEventListener("click", () => {
    const middle = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2];
    const before = size;
    size = Math.min(SIZES[1], Math.max(SIZES[0], size * Number(button.dataset.pinZoom)));
    sheet.style.inlineSize = `${size * 100}%`;
    frame.scrollLeft = (middle[0] * size) / before - frame.clientWidth / 2;
    frame.scrollTop = (middle[1] * size) / before - frame.clientHeight / 2;
  });
}

for (const row of rows) {
  const take = () => {
    inHand = Number(row.dataset.pin);
    marks();
  };
  row.addEventListener("focusin", take);
  const clear = row.querySelector("[data-pin-clear]");
  clear.hidden = false;
  clear.addEventListener("click", () => {
    for (const axis of AXES) field(axis, row.dataset.pin).value = "";
    take();
  });
}

function begin() {
  const { map, paint } = root.linli;
  root.classList.add("map-drawing");
  const lay = () => {
    if (map.getSource("pins")) return;
    map.addSource("pins", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    map.addLayer({ id: "pins", type: "circle", source: "pins", paint: { "circle-radius": 11, "circle-color": paint()["area-here"], "circle-stroke-width": 2, "circle-stroke-color": paint().halo } });
    map.addLayer({ id: "pin-numbers", type: "symbol", source: "pins", layout: { "text-field": ["get", "number"], "text-font": ["sans-serif"], "text-size": 12, "text-allow-overlap": true }, paint: { "text-color": paint().halo } });
    marks();
  };
  lay();
  map.on("linli.repainted", () => map.once("idle", lay));
  const pin = ({ lng, lat }) => set({ lon: lng.toFixed(7), lat: lat.toFixed(7) });
  map.on("click", ({ lngLat }) => pin(lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pin(map.getCenter());
  });
  root.dataset.pins = "ready";
}

form.addEventListener("input", marks);
document.querySelector("[data-pin-tools]").hidden = false;
place(at.x, at.y);
marks();
if (root.linli) begin();
else root.addEventListener("linli:map", begin, { once: true });
