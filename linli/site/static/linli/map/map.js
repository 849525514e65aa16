// Finds the maps of a page and brings each to life. Without this script the page's list says the same.

import { card } from "./card.js";
import { palette, whenThemeChanges } from "./palette.js";
import { style } from "./style.js";
import { lay } from "./symbols.js";
import { equip } from "./tools.js";

let library;

/** MapLibre, fetched once, and only by pages that have a map. */
function maplibre(config) {
  library ??= import(config.library).then((module) => {
    module.setWorkerUrl(new URL(config.worker, location.href).href);
    return module;
  });
  return library;
}

function words(config) {
  return {
    "CooperativeGesturesHandler.WindowsHelpText": config.words.wheel,
    "CooperativeGesturesHandler.MacHelpText": config.words.wheelMac,
    "CooperativeGesturesHandler.MobileHelpText": config.words.fingers,
    "Map.Title": config.words.map,
  };
}

function options(config, root, paint) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const [west, south, east, north] = config.bounds;
  const away = Math.max(east - west, north - south, 0.02) * 2;
  return {
    container: root.querySelector("[data-map-canvas]"),
    style: style(config, paint),
    bounds: config.bounds,
    fitBoundsOptions: { padding: config.padding ?? 24, maxZoom: 17 },
    maxBounds: config.kept === false ? undefined : [
      Math.max(west - away, -180), Math.max(south - away, -85), Math.min(east + away, 180), Math.min(north + away, 85),
    ],
    minZoom: 4, maxZoom: 19.5, maxPitch: 0, pitchWithRotate: false, dragRotate: false,
    attributionControl: false, localIdeographFontFamily: false, locale: words(config),
    cooperativeGestures: config.cooperative ?? false,
    fadeDuration: still ? 0 : 120, reduceMotion: still, hash: config.hash ?? false,
    refreshExpiredTiles: false, crossSourceCollisions: true,
  };
}

function pickOut(map, codes, mark) {
  for (const code of codes) map.setFeatureState({ source: "areas", sourceLayer: "area", id: code }, { [mark]: true });
}

/** What lies at a point: all else beside the one the page is about is a link to its own. */
function spots(map, config, Marker) {
  for (const { lon, lat, name, href, here } of config.spots ?? []) {
    const element = document.createElement(href ? "a" : "span");
    element.className = here ? "map-spot map-spot-here" : "map-spot";
    if (href) element.href = href;
    else element.setAttribute("role", "img");
    element.setAttribute("aria-label", name);
    element.title = name;
    new Marker({ element, anchor: here ? "bottom" : "center" }).setLngLat([lon, lat]).addTo(map);
  }
}

/** One map: made, equipped, answering to the theme. The promise gives the map when it is first drawn. */
export async function start(root) {
  const config = JSON.parse(document.getElementById(root.dataset.mapConfig).textContent);
  const { Map, Marker } = await maplibre(config);
  let paint = palette(root);
  const map = new Map(options(config, root, paint));
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", config.words.map);
  map.getCanvas().setAttribute("aria-describedby", `${root.id}-how`);
  const rebuilt = () => {
    lay(map, paint);
    if (config.areas) pickOut(map, config.here ?? [], "here");
  };
  map.on("styleimagemissing", () => lay(map, paint));
  map.once("style.load", rebuilt);
  await new Promise((then) => map.once("load", then));
  const applyLegend = equip(map, root, config.bounds);
  whenThemeChanges(() => {
    paint = palette(root);
    map.setStyle(style(config, paint), { diff: true });
    lay(map, paint);
    applyLegend();
    map.fire("linli.repainted", { paint });
  });
  if (config.areas) card(map, root, config);
  spots(map, config, Marker);
  root.dataset.state = "ready";
  root.linli = { map, config, paint: () => paint };
  root.dispatchEvent(new CustomEvent("linli:map", { bubbles: true }));
  return map;
}

function failed(root, error) {
  root.dataset.state = "failed";
  const word = root.querySelector("[data-map-word]");
  if (word) word.textContent = word.dataset.failed;
  console.error(error);
}

/** A map starts when it comes near the window, so that a page's words are there first. */
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    start(target).catch((error) => failed(target, error));
  }
}, { rootMargin: "200px" });

for (const root of document.querySelectorAll("[data-map]")) near.observe(root);
