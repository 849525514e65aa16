// Pins: a press on the picture fills in across and down, the next press on the map longitude and latitude.

const form = document.querySelector("form[data-pins]");
const frame = document.querySelector("[data-pin-picture]");
const root = document.querySelector("[data-map]");
const picture = frame.querySelector("img");
const field = (axis, number) => form.elements[`${axis}${number}`];
const next = (axis) => [1, 2, 3].find((number) => field(axis, number).value === "") ?? 3;

function marks() {
  for (const old of frame.querySelectorAll(".pin-mark")) old.remove();
  for (const number of [1, 2, 3]) {
    if (field("x", number).value === "") continue;
    const mark = document.createElement("span");
    mark.className = "pin-mark";
    mark.textContent = String(number);
    mark.style.insetInlineStart = `${(field("x", number).value / frame.dataset.wide) * picture.clientWidth}px`;
    mark.style.insetBlockStart = `${(field("y", number).value / frame.dataset.high) * picture.clientHeight}px`;
    frame.append(mark);
  }
  const source = root.linli?.map.getSource("pins");
  const placed = [1, 2, 3].filter((number) => field("lon", number).value !== "" && field("lat", number).value !== "");
  source?.setData({
    type: "FeatureCollection",
    features: placed.map((number) => ({
      type: "Feature", properties: { number: String(number) },
      geometry: { type: "Point", coordinates: [Number(field("lon", number).value), Number(field("lat", number).value)] },
    })),
  });
}

frame.addEventListener("click", (event) => {
  const box = picture.getBoundingClientRect();
  const number = next("x");
  field("x", number).value = (((event.clientX - box.left) / box.width) * frame.dataset.wide).toFixed(1);
  field("y", number).value = (((event.clientY - box.top) / box.height) * frame.dataset.high).toFixed(1);
  marks();
});

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
  map.on("click", ({ lngLat }) => {
    const number = next("lon");
    field("lon", number).value = lngLat.lng.toFixed(7);
    field("lat", number).value = lngLat.lat.toFixed(7);
    marks();
  });
}

form.addEventListener("input", marks);
if (root.linli) begin();
else root.addEventListener("linli:map", begin, { once: true });
if (picture.complete) marks();
else picture.addEventListener("load", marks);
