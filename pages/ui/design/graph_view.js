// Draws the picture that pages/ui/design/picture.py has laid out, and lets people look around in it and click.

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.1, LARGEST = 3, READABLE = 0.45;

// Inside the SVG, so that a download looks the same; there, the theme's variables are replaced by their values.
const STYLE = `
text { font-family: var(--st-font); fill: var(--st-text-color); }
.line { fill: none; stroke: var(--st-gray-text-color); stroke-width: 1.1; opacity: .75; }
.head { fill: var(--st-gray-text-color); }
.tie { fill: none; stroke: var(--st-text-color); stroke-width: 1.1; stroke-dasharray: 2 4; opacity: .7; }
.frame rect { fill: var(--st-secondary-background-color); fill-opacity: .55; stroke: var(--st-border-color); }
.frame text { font-size: 10px; fill: var(--st-gray-text-color); }
.frame, .box { cursor: pointer; }
.still .box:not(.block) { cursor: inherit; }
.ground { fill: var(--st-background-color); }
.tint { fill-opacity: .12; stroke: var(--st-border-color); stroke-width: 1; }
.title { font-size: 12.5px; font-weight: 600; }
.count, .detail { font-size: 10.5px; fill: var(--st-gray-text-color); }
.shape, .out { font-size: 10px; paint-order: stroke; stroke: var(--st-background-color); stroke-width: 3px; }
.shape { fill: var(--st-gray-text-color); }
.out { font-weight: 600; }
.shared .tint { stroke: var(--st-text-color); stroke-dasharray: 3 3; }
.output .tint { stroke: var(--st-text-color); stroke-width: 1.4; }
.wrong .tint { stroke: var(--st-red-color); stroke-width: 1.8; fill: var(--st-red-color); }
.wrong .title { fill: var(--st-red-text-color); }
.selected .tint { stroke: var(--st-primary-color); stroke-width: 2.4; stroke-dasharray: none; }
`;
const FOCUS = ".box:focus, .frame:focus { outline: none; } .box:focus-visible .tint, .frame:focus-visible rect { stroke: var(--st-primary-color); stroke-width: 3; }";

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawn(data) {
  const root = element("svg", {
    class: `network${data.clickable ? "" : " still"}`, viewBox: `0 0 ${data.width} ${data.height}`,
    role: "group", "aria-label": `Graph of ${data.name}, ${data.boxes.length} boxes`,
  });
  const arrow = element("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" },
    element("path", { d: "M0 .8 7.4 4 0 7.2z", class: "head" }));
  root.append(element("style", {}, STYLE + FOCUS), element("defs", {}, arrow));
  root.append(...data.frames.map(frame));
  root.append(...data.ties.map((d) => element("path", { d, class: "tie" })));
  root.append(...data.lines.map((line) => element("path", { d: line.d, class: "line", "marker-end": "url(#arrow)" })));
  root.append(...data.boxes.map(box));
  return root;
}

function frame(of) {
  const group = element("g", { class: "frame", "data-block": of.block, tabindex: -1, role: "button", "aria-label": `Fold block ${of.block}` });
  group.append(
    element("title", {}, `Fold ${of.block}`),
    element("rect", { x: of.x, y: of.y, width: of.w, height: of.h, rx: 8 }),
    element("text", { x: of.x + 6, y: of.y - 4 }, `− ${of.block}`),
  );
  return group;
}

function box(of) {
  const { x, y, w, h } = of;
  const marks = [of.wrong.length && "wrong", of.shared && "shared", of.output && "output", of.block && "block"].filter(Boolean);
  const group = element("g", { class: ["box", ...marks].join(" "), "data-id": of.id, tabindex: -1, role: "button", "aria-label": of.words });
  group.append(
    element("title", {}, of.block ? `${of.words}. Click to unfold.` : of.words),
    element("rect", { x, y, width: w, height: h, rx: 6, class: "ground" }),
    element("rect", { x, y, width: w, height: h, rx: 6, class: "tint", fill: of.color }),
    element("rect", { x: x + 1, y: y + 8, width: 3.5, height: h - 16, rx: 1.5, fill: of.color }),
    element("text", { x: x + 13, y: y + 18, class: "title" }, (of.block ? "+ " : "") + of.title),
    element("text", { x: x + 13, y: y + 33, class: "detail" }, of.detail),
  );
  if (of.count) group.append(element("text", { x: x + w - 9, y: y + 18, "text-anchor": "end", class: "count" }, of.count));
  if (of.shape) group.append(element("text", { x: x + w / 2 + 7, y: y + h + 11.5, class: "shape" }, of.shape));
  if (of.output) group.append(element("text", { x: x + w / 2 - 7, y: y + h + 11.5, "text-anchor": "end", class: "out" }, of.output));
  return group;
}

function zoom(host, to, center) {
  const { room, data } = host;
  const svg = room.firstChild;
  const before = host.zoom;
  host.zoom = Math.min(LARGEST, Math.max(SMALLEST, to));
  svg.setAttribute("width", data.width * host.zoom);
  svg.setAttribute("height", data.height * host.zoom);
  if (!before) return;
  const [x, y] = center ?? [room.clientWidth / 2, room.clientHeight / 2];
  const ratio = host.zoom / before;
  room.scrollLeft = (room.scrollLeft + x) * ratio - x;
  room.scrollTop = (room.scrollTop + y) * ratio - y;
}

const wide = (host) => Math.min(1, (host.room.clientWidth - 4) / host.data.width);
const whole = (host) => Math.min(wide(host), (parseFloat(getComputedStyle(host.room).maxHeight) || 640) / host.data.height);

function reveal(host, group, always) {
  const view = host.room.getBoundingClientRect(), at = group.getBoundingClientRect();
  const hidden = at.top < view.top || at.bottom > view.bottom || at.left < view.left || at.right > view.right;
  if (!hidden && !always) return;
  // Only this room scrolls, never the page around it.
  host.room.scrollTop += (at.top + at.bottom) / 2 - (view.top + view.bottom) / 2;
  host.room.scrollLeft += (at.left + at.right) / 2 - (view.left + view.right) / 2;
}

function mark(host) {
  const { selected } = host.data;
  const chosen = host.data.boxes.find((of) => of.names.includes(selected));
  let stop = null;
  for (const group of host.room.querySelectorAll(".box")) {
    const is = group.dataset.id === chosen?.id;
    group.classList.toggle("selected", is);
    if (host.data.clickable) group.setAttribute("aria-pressed", is);
    group.setAttribute("tabindex", -1);
    if (is || !stop) stop = group;
  }
  stop?.setAttribute("tabindex", 0); // one stop for the Tab key; the arrows go on from there
  if (chosen && selected !== host.marked) reveal(host, stop);
  host.marked = selected;
}

function go(host, key) {
  const boxes = host.data.boxes, now = host.room.getRootNode().activeElement?.dataset?.id;
  const at = boxes.findIndex((of) => of.id === now);
  if (at < 0) return false;
  const from = boxes[at];
  const ahead = {
    ArrowDown: (of) => of.y - from.y, ArrowUp: (of) => from.y - of.y,
    ArrowRight: (of) => (of.y === from.y ? of.x - from.x : 0), ArrowLeft: (of) => (of.y === from.y ? from.x - of.x : 0),
  }[key];
  const near = boxes.filter((of) => ahead(of) > 0).sort((a, b) => ahead(a) - ahead(b) || side(a, from) - side(b, from))[0];
  if (near) focus(host, near.id);
  return true;
}

const middle = ({ boxes }) => boxes[0].x + boxes[0].w / 2;
const side = (of, from) => Math.abs(of.x + of.w / 2 - from.x - from.w / 2);

function focus(host, id) {
  for (const group of host.room.querySelectorAll(".box")) {
    const is = group.dataset.id === id;
    group.setAttribute("tabindex", is ? 0 : -1);
    if (is) { group.focus({ preventScroll: true }); reveal(host, group); }
  }
}

function press(host, group) {
  const of = host.data.boxes.find((each) => each.id === group.dataset.id);
  if (group.dataset.block) host.outbox.say("fold", { block: group.dataset.block });
  else if (of?.block) host.outbox.say("fold", { block: of.block });
  else if (host.data.clickable) host.outbox.say("select", { node: group.dataset.id });
}

function download(host) {
  const style = getComputedStyle(host);
  const copy = host.room.firstChild.cloneNode(true);
  const { width, height, name } = host.data;
  copy.querySelector("style").textContent = STYLE.replace(/var\((--[\w-]+)\)/g, (_, key) => style.getPropertyValue(key).trim().replaceAll('"', "'"));
  for (const group of copy.querySelectorAll("g")) ["tabindex", "role", "aria-pressed"].forEach((key) => group.removeAttribute(key));
  for (const group of copy.querySelectorAll(".selected")) group.classList.remove("selected");
  copy.querySelector("defs").after(element("rect", { width, height, class: "ground" }));
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }));
  link.download = `${name}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function tools(host) {
  const bar = make("div", "tools");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Graph");
  const add = (icon, words, act) => {
    const button = iconButton(icon, words);
    button.onclick = act;
    bar.append(button);
    return button;
  };
  add("zoom_in", "Zoom in", () => zoom(host, host.zoom * 1.25));
  add("zoom_out", "Zoom out", () => zoom(host, host.zoom / 1.25));
  add("fit_width", "Fit the width", () => zoom(host, wide(host)));
  add("fit_screen", "Fit all", () => zoom(host, whole(host)));
  host.folding = add("unfold_less", "Fold or unfold all blocks", () => host.outbox.say("fold"));
  add("download", "Download as SVG", () => download(host));
  return bar;
}

function draw(host, looks) {
  const { data, room } = host;
  const first = host.drawn === undefined;
  const focused = room.getRootNode().activeElement?.dataset?.id;
  const { scrollLeft, scrollTop } = room;
  const spine = middle(data);
  room.replaceChildren(drawn(data));
  host.folding.style.display = data.blocks.length ? "" : "none";
  host.drawn = looks;
  zoom(host, first ? Math.max(wide(host), READABLE) : host.zoom);
  // The way through the network stays where it was, however wide what is beside it has become.
  if (first) room.scrollLeft = spine * host.zoom - room.clientWidth / 2;
  else Object.assign(room, { scrollLeft: scrollLeft + (spine - host.spine) * host.zoom, scrollTop });
  host.spine = spine;
  if (focused) focus(host, focused);
}

function listen(host) {
  const { room } = host;
  let from = null;
  room.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType === "mouse") from = { x: event.clientX, y: event.clientY, left: room.scrollLeft, top: room.scrollTop, far: false };
  });
  room.addEventListener("pointermove", (event) => {
    if (!from || !(event.buttons & 1)) return void (from = null);
    const dx = event.clientX - from.x, dy = event.clientY - from.y;
    if (!from.far && Math.hypot(dx, dy) < 5) return;
    if (!from.far) room.setPointerCapture(event.pointerId);
    from.far = true;
    room.classList.add("panning");
    room.scrollLeft = from.left - dx;
    room.scrollTop = from.top - dy;
  });
  room.addEventListener("click", (event) => {
    room.classList.remove("panning");
    const dragged = from?.far;
    from = null;
    const group = event.target.closest(".box, .frame");
    if (group && !dragged) press(host, group);
  });
  room.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // plain wheels scroll
    event.preventDefault();
    const at = room.getBoundingClientRect();
    zoom(host, host.zoom * Math.exp(-event.deltaY / 300), [event.clientX - at.left, event.clientY - at.top]);
  }, { passive: false });
  room.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const group = event.target.closest(".box, .frame");
    if (event.key === "Enter" || event.key === " ") { if (group) press(host, group); else return; }
    else if (event.key.startsWith("Arrow")) { if (!go(host, event.key)) return; }
    else if (event.key === "+" || event.key === "=") zoom(host, host.zoom * 1.25);
    else if (event.key === "-") zoom(host, host.zoom / 1.25);
    else if (event.key === "0") zoom(host, whole(host));
    else return;
    event.preventDefault();
  });
}

export default function (component) {
  const { data, parentElement } = component;
  const host = parentElement.querySelector(".graph-view");
  outboxOf(host, component);
  if (!host.room) {
    host.room = make("div", "room");
    host.append(tools(host), host.room);
    listen(host);
  }
  const { selected, token, done, ...shown } = data;
  const looks = JSON.stringify(shown);
  host.data = data;
  if (host.drawn !== looks) draw(host, looks);
  mark(host);
}
