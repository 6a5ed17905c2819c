// Names on a picture of sigma: the most important first, none over another, none cut by the edge of the picture.

const LINE = 1.2; // of the size of the letters
const GAP = 3;

/** *ranked*: the nodes, the most important first; *look*: () → {ink, halo}; *forced*: () → nodes that come before all;
 *  *hidden*: (node) → whether it has no name now. */
export function name(renderer, graph, { ranked, look, forced = () => [], hidden = () => false, size = 13, font = "Be Vietnam Pro, sans-serif" }) {
  const widths = new Map();
  renderer.on("afterRender", () => {
    const context = renderer.getCanvases().labels.getContext("2d");
    const { width, height } = renderer.getDimensions();
    const room = Math.max(8, Math.round((width * height) / 11000));
    context.save();
    context.font = `${size}px ${font}`;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.textBaseline = "middle";
    const first = forced().filter((id) => graph.hasNode(id));
    const seen = new Set(first);
    const places = [];
    for (const id of [...first, ...ranked]) {
      if (places.length >= 6 * room) break;
      if ((seen.has(id) && !first.includes(id)) || hidden(id)) continue;
      const data = renderer.getNodeDisplayData(id);
      if (!data || data.hidden) continue;
      const at = renderer.framedGraphToViewport(data);
      const radius = renderer.scaleSize(data.size);
      if (at.x < -radius || at.y < -radius || at.x > width + radius || at.y > height + radius) continue;
      places.push({ id, at, radius, isForced: seen.has(id) });
    }
    const taken = [];
    let shown = 0;
    for (const place of places) {
      if (shown >= room && !place.isForced) break;
      const lines = wrap(graph.getNodeAttribute(place.id, "short") ?? graph.getNodeAttribute(place.id, "label") ?? "", width < 500 ? 18 : 26);
      if (!lines.length) continue;
      const wide = Math.max(...lines.map((line) => measured(context, line)));
      const box = free(place, wide, lines.length * size * LINE, taken, places, width, height);
      if (!box) continue;
      taken.push(box);
      shown += 1;
      write(context, lines, box);
    }
    context.restore();
    renderer.getContainer().dataset.names = JSON.stringify(taken.map(({ left, top, right, bottom }) => ({ left, top, right, bottom }))); // for tests
  });

  function measured(context, line) {
    if (!widths.has(line)) widths.set(line, context.measureText(line).width);
    return widths.get(line);
  }

  function write(context, lines, box) {
    const { ink, halo } = look();
    context.textAlign = box.align;
    const x = box.align === "left" ? box.left : box.align === "right" ? box.right : (box.left + box.right) / 2;
    lines.forEach((line, i) => {
      const y = box.top + (i + 0.5) * size * LINE;
      context.strokeStyle = halo;
      context.strokeText(line, x, y);
      context.fillStyle = ink;
      context.fillText(line, x, y);
    });
  }
}

/** The first place beside the node where the words cover no others and no other important node; null: none. */
function free({ id, at, radius, isForced }, wide, high, taken, places, width, height) {
  const away = radius + GAP;
  const sides = [
    [at.x + away, at.y - high / 2, "left"],
    [at.x - away - wide, at.y - high / 2, "right"],
    [at.x - wide / 2, at.y + away, "center"],
    [at.x - wide / 2, at.y - away - high, "center"],
  ];
  let fallback = null;
  for (const [x, top, align] of sides) {
    const left = align === "center" ? Math.min(Math.max(x, GAP), width - wide - GAP) : x;
    const box = { left, top, right: left + wide, bottom: top + high, align };
    if (box.left < 0 || box.top < 0 || box.right > width || box.bottom > height) continue;
    fallback ??= box;
    if (taken.some((other) => box.left < other.right + GAP && other.left < box.right + GAP && box.top < other.bottom && other.top < box.bottom)) continue;
    const over = places.slice(0, 120).some((one) => one.id !== id && one.radius > 4
      && one.at.x + one.radius > box.left && one.at.x - one.radius < box.right && one.at.y + one.radius > box.top && one.at.y - one.radius < box.bottom);
    if (!over) return box;
  }
  return isForced ? fallback : null;
}

/** At most two lines of about *most* letters. */
export function wrap(text, most) {
  const lines = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  if (lines.length > 2) return [lines[0], `${lines[1].slice(0, most)} …`];
  return lines.map((line) => (line.length > 2 * most ? `${line.slice(0, 2 * most - 1)}…` : line));
}

/** Draws the name of the node under the pointer on a ground of its own, within the picture. */
export function hover(renderer, look) {
  return (context, it, settings) => {
    const { ink, raised } = look();
    const size = settings.labelSize;
    const { width } = renderer().getDimensions();
    context.font = `${size}px ${settings.labelFont}`;
    const lines = wrap(it.label ?? "", width < 500 ? 28 : 60);
    const wide = Math.max(0, ...lines.map((line) => context.measureText(line).width));
    const high = lines.length * size * LINE + 8;
    const right = it.x + it.size + wide + 12 <= width;
    const left = right ? it.x + it.size + 4 : Math.max(4, Math.min(it.x - it.size - wide - 8, width - wide - 8));
    context.fillStyle = raised;
    context.fillRect(left - 4, it.y - high / 2, wide + 8, high);
    context.fillStyle = it.color;
    context.beginPath();
    context.arc(it.x, it.y, it.size, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = ink;
    lines.forEach((line, i) => context.fillText(line, left, it.y - high / 2 + 4 + (i + 0.8) * size * LINE));
  };
}
