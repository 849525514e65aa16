// Touching an area says what it is and where its page is: beside the map on a desk, from below on a phone.

function deepest(map, point) {
  const faces = map.getStyle().layers.filter((layer) => layer.id.startsWith("area-face-")).map((layer) => layer.id);
  const found = map.queryRenderedFeatures(point, { layers: faces });
  return found.sort((a, b) => Number(b.properties.level) - Number(a.properties.level))[0];
}

/** The card of the area one touches; nothing where the page has no card. */
export function card(map, root, config) {
  const element = root.querySelector("[data-map-card]");
  let under;
  const state = (code, values) => code && map.setFeatureState({ source: "areas", sourceLayer: "area", id: code }, values);
  const mark = (code) => {
    if (code === under) return;
    state(under, { under: false });
    under = code;
    state(under, { under: true });
  };
  map.on("linli.repainted", () => {
    const code = under;
    under = undefined;
    map.once("idle", () => mark(code));
  });
  if (!element) return;
  const shut = () => {
    element.hidden = true;
    mark(undefined);
  };
  element.querySelector("[data-map-shut]")?.addEventListener("click", () => {
    shut();
    map.getCanvas().focus();
  });
  root.addEventListener("keydown", (event) => event.key === "Escape" && shut());
  const open = (feature) => {
    const { code, name, level } = feature.properties;
    mark(code);
    element.querySelector("[data-map-card-name]").textContent = name;
    element.querySelector("[data-map-card-code]").textContent = `${config.words.levels[level]} · ${code}`;
    for (const link of element.querySelectorAll("[data-map-card-to]")) {
      link.href = link.dataset.mapCardTo.replace("000000", code);
    }
    element.hidden = false;
  };
  map.on("click", (event) => {
    if (root.classList.contains("map-drawing")) return;
    const feature = deepest(map, event.point);
    if (feature) open(feature);
    else shut();
  });
  // Enter on the focused map asks about its middle, so that a keyboard reaches every area too.
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || root.classList.contains("map-drawing")) return;
    const feature = deepest(map, map.project(map.getCenter()));
    if (feature) {
      open(feature);
      element.querySelector("a")?.focus();
    }
  });
}
