// Small pictures of places, drawn on a canvas when the style asks for one: nothing is fetched.

const SIZE = 18;

/** Strokes on an 18 × 18 field, as one path each. */
const PATHS = {
  school: "M9 4 L15 7 L9 10 L3 7 Z M5.5 8.5 V12 Q9 14.2 12.5 12 V8.5",
  clinic: "M9 4.5 V13.5 M4.5 9 H13.5",
  park: "M9 14.5 V10 M9 3.5 A3.6 3.6 0 1 1 8.99 3.5 Z",
  market: "M3.5 7 L5 4 H13 L14.5 7 Z M5 7 V14 H13 V7",
  hall: "M3.5 14 H14.5 M5 13.5 V8 M9 13.5 V8 M13 13.5 V8 M3.5 7.5 L9 4 L14.5 7.5 Z",
  station: "M5 4 H13 V12 H5 Z M5 8.5 H13 M6.5 12 L5 14.5 M11.5 12 L13 14.5",
  canteen: "M4 9 H14 Q14 14 9 14 Q4 14 4 9 Z M7 4 V6.5 M11 4 V6.5",
  shop: "M4.5 6 H13.5 L12.8 14 H5.2 Z M7 8 V5.5 A2 2 0 0 1 11 5.5 V8",
  square: "M4.5 4.5 H13.5 V13.5 H4.5 Z M9 7 V11 M7 9 H11",
};
const COLOURS = { school: "place-school", clinic: "place-care", park: "place-green", square: "place-green" };

function picture(kind, paint, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * ratio;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.scale(ratio, ratio);
  pen.beginPath();
  pen.arc(9, 9, 8.4, 0, Math.PI * 2);
  pen.fillStyle = paint[COLOURS[kind] ?? "place"];
  pen.fill();
  pen.lineWidth = 1;
  pen.strokeStyle = paint.halo;
  pen.stroke();
  pen.translate(9 * 0.26, 9 * 0.26);
  pen.scale(0.74, 0.74);
  pen.lineWidth = 1.7;
  pen.lineJoin = pen.lineCap = "round";
  pen.stroke(new Path2D(PATHS[kind]));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** The map has a picture for each kind of place, in the colours of the moment. */
export function lay(map, paint) {
  const ratio = Math.max(2, Math.ceil(devicePixelRatio));
  for (const kind of Object.keys(PATHS)) {
    const image = picture(kind, paint, ratio);
    if (map.hasImage(`place-${kind}`)) map.removeImage(`place-${kind}`);
    map.addImage(`place-${kind}`, image, { pixelRatio: ratio });
  }
}
