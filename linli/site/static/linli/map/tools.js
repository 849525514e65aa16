// What stands on the map: nearer, farther, home, north (only when turned), the scale, the legend's switches.

const metres = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000];

function scale(map, element) {
  const draw = () => {
    const y = map.getContainer().clientHeight / 2;
    const across = map.unproject([0, y]).distanceTo(map.unproject([100, y]));
    const most = metres.findLast((each) => each <= across) ?? metres[0];
    element.style.inlineSize = `${Math.round((most / across) * 100)}px`;
    element.textContent = most < 1000 ? `${most} m` : `${most / 1000} km`;
  };
  map.on("move", draw);
  map.on("resize", draw);
  draw();
}

function buttons(map, root, home) {
  const press = {
    nearer: () => map.zoomIn(),
    farther: () => map.zoomOut(),
    home: () => map.fitBounds(home, { padding: 24 }),
    north: () => map.resetNorthPitch(),
  };
  for (const button of root.querySelectorAll("[data-map-tool]")) {
    button.addEventListener("click", () => press[button.dataset.mapTool]?.());
  }
  const nearer = root.querySelector("[data-map-tool=nearer]");
  const farther = root.querySelector("[data-map-tool=farther]");
  const north = root.querySelector("[data-map-tool=north]");
  const follow = () => {
    if (nearer) nearer.disabled = map.getZoom() >= map.getMaxZoom() - 1e-6;
    if (farther) farther.disabled = map.getZoom() <= map.getMinZoom() + 1e-6;
    if (north) {
      north.parentElement.hidden = Math.abs(map.getBearing()) < 0.5;
      north.firstElementChild.style.rotate = `${-map.getBearing()}deg`;
    }
  };
  map.on("move", follow);
  follow();
}

/** Levels one does not want to see are kept by the browser, for this person on this machine. */
const KEPT = "linli-map-levels-hidden";

function hiddenLevels() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEPT) ?? "[]"));
  } catch {
    return new Set();
  }
}

function show(map, level, visible) {
  for (const part of ["face", "gap", "line", "name"]) {
    const id = `area-${part}-${level}`;
    if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", visible ? "visible" : "none");
  }
}

function legend(map, root) {
  const hidden = hiddenLevels();
  const apply = () => {
    for (const box of root.querySelectorAll("[data-map-level]")) show(map, Number(box.dataset.mapLevel), box.checked);
  };
  for (const box of root.querySelectorAll("[data-map-level]")) {
    box.checked = !hidden.has(box.dataset.mapLevel);
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(box.dataset.mapLevel);
      else hidden.add(box.dataset.mapLevel);
      try {
        localStorage.setItem(KEPT, JSON.stringify([...hidden]));
      } catch {
        // A browser that keeps nothing still shows and hides.
      }
      apply();
    });
  }
  apply();
  return apply;
}

/** Everything on the map works; the function that comes back puts the legend's choices on a fresh style. */
export function equip(map, root, home) {
  buttons(map, root, home);
  scale(map, root.querySelector("[data-map-scale]"));
  return legend(map, root);
}
