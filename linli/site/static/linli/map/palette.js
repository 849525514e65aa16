// The colours of the map are custom properties in map.css, so that one place decides light and dark.

const NAMES = [
  "land", "relief", "relief-line", "water", "water-line", "water-text",
  "park", "wood", "field", "square", "cemetery",
  "compound", "compound-line", "building", "building-line", "building-civic", "building-work",
  "trunk", "trunk-line", "main", "main-line", "local", "local-line", "path", "rail", "rail-gap",
  "text", "text-soft", "halo", "place", "place-green", "place-care", "place-school",
  "area", "area-soft", "area-text", "area-here", "area-fill",
];

/** Every colour by name, as the theme of the moment has it. */
export function palette(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
}

/** Calls back whenever light becomes dark or dark light, by the site's switch or by the system's. */
export function whenThemeChanges(then) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(then);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
  system.addEventListener("change", then);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", then);
  };
}
