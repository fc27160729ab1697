// Runs that wait, in the order in which they will start: what is done with them is said to Python. `behind` is the run
// behind the last that is shown, if there is one.

const TOOLS = [
  ["next", "bolt", "Run next"],
  ["up", "arrow_upward", "Earlier (Alt+Up)"],
  ["down", "arrow_downward", "Later (Alt+Down)"],
  ["hold", "front_hand", "Hold: it keeps its place and waits"],
  ["release", "play_arrow", "Release"],
  ["cancel", "close", "Cancel: take it out of the queue"],
];

class Waiting {
  constructor(host) {
    this.elements = new Map(); // uid -> element, with what it shows
    this.words = host.appendChild(make("div", "words"));
    this.words.setAttribute("aria-live", "polite");
    this.list = host.appendChild(make("ol", "rows"));
    this.list.setAttribute("aria-label", "Runs that wait, the first one starts next");
    this.more = host.appendChild(make("div", "more"));
    this.list.addEventListener("click", (event) => this.#clicked(event));
    this.list.addEventListener("change", (event) => this.#chosen(event));
    this.list.addEventListener("keydown", (event) => this.#pressed(event));
    for (const type of ["dragstart", "dragover", "dragleave", "drop", "dragend"]) {
      this.list.addEventListener(type, (event) => this.#dragged(event));
    }
  }

  update(data, box) {
    this.box = box;
    if (this.dragging) {
      this.late = data; // nothing moves under the hand
      return;
    }
    this.data = data;
    this.words.textContent = data.words;
    this.more.textContent = data.more;
    this.#draw();
  }

  #draw() {
    const active = this.list.getRootNode().activeElement;
    const focus = active && this.list.contains(active) ? [active.closest(".row").dataset.uid, active.dataset.does] : undefined;
    const kept = new Set(this.data.rows.map((row) => row.uid));
    for (const [uid, element] of this.elements) {
      if (kept.has(uid)) continue;
      element.remove();
      this.elements.delete(uid);
    }
    let before = null;
    for (const [index, row] of this.data.rows.entries()) {
      const looks = JSON.stringify([{ ...row, about: "" }, this.data.rows.length]);
      let element = this.elements.get(row.uid);
      if (element?.looks !== looks) {
        const fresh = this.#row(row, index);
        fresh.looks = looks;
        element?.replaceWith(fresh);
        this.elements.set(row.uid, fresh);
        element = fresh;
      }
      // Time passes in place: a row made anew would shut the list of priorities that is open in it.
      element.querySelector(".about").textContent = row.about;
      const place = before ? before.nextSibling : this.list.firstChild;
      if (place !== element) this.list.insertBefore(element, place);
      before = element;
    }
    if (focus && this.list.getRootNode().activeElement === null) {
      const row = this.elements.get(focus[0]);
      const again = focus[1] && row?.querySelector(`[data-does="${focus[1]}"]:not(:disabled)`);
      (again || row?.querySelector("button:not(:disabled)"))?.focus();
    }
  }

  #row(row, index) {
    const element = make("li", row.held ? "row is-held" : "row");
    element.dataset.uid = row.uid;
    element.draggable = true;
    const handle = element.appendChild(make("span", "handle"));
    handle.append(icon("drag_indicator"));
    handle.title = "Drag to another place";
    element.append(make("span", "place", String(row.place)));
    const what = element.appendChild(make("div", "what"));
    const name = what.appendChild(make("button", "name", row.name));
    name.type = "button";
    name.title = `${row.name}: see it on Runs`;
    name.dataset.does = "open";
    if (row.held) what.append(make("span", "held", "held"));
    what.append(make("div", "about"), make("div", "note", row.note));
    element.append(this.#priority(row), this.#tools(row, index));
    return element;
  }

  #priority(row) {
    const select = make("select", "priority");
    select.title = "Priority: higher ones start first";
    select.setAttribute("aria-label", `Priority of ${row.name}`);
    select.dataset.does = "priority";
    const known = [...this.data.priorities];
    if (!known.some(([value]) => value === row.priority)) known.push([row.priority, String(row.priority)]);
    for (const [value, words] of known) {
      const option = select.appendChild(make("option", "", words));
      option.value = value;
      option.selected = value === row.priority;
    }
    return select;
  }

  #tools(row, index) {
    const last = this.data.rows.length - 1;
    const off = { next: index === 0 && !row.held, up: index === 0, down: index === last };
    const tools = make("div", "tools");
    for (const [does, sign, words] of TOOLS) {
      if (does === (row.held ? "hold" : "release")) continue;
      const button = tools.appendChild(iconButton(sign, words));
      button.setAttribute("aria-label", `${words}: ${row.name}`);
      button.dataset.does = does;
      button.disabled = Boolean(off[does]);
    }
    return tools;
  }

  #do(does, uid) {
    if (does === "up" || does === "down") this.#step(uid, does === "up" ? -1 : 1);
    else this.box.say(does, { uid });
  }

  // One place on.
  #step(uid, by) {
    const uids = this.data.rows.map((row) => row.uid);
    const to = uids.indexOf(uid) + by;
    if (to < 0 || to >= uids.length) return;
    this.box.say("move", { uid, before: (by < 0 ? uids[to] : uids[to + 1]) ?? this.data.behind });
  }

  #clicked(event) {
    const does = event.target.closest("button")?.dataset.does;
    if (does) this.#do(does, event.target.closest(".row").dataset.uid);
  }

  #chosen(event) {
    if (event.target.dataset.does !== "priority") return;
    this.box.say("priority", { uid: event.target.closest(".row").dataset.uid, priority: Number(event.target.value) });
  }

  #pressed(event) {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    this.#do(event.key === "ArrowUp" ? "up" : "down", event.target.closest(".row").dataset.uid);
  }

  #dragged(event) {
    const row = event.target.closest?.(".row");
    if (event.type === "dragstart") {
      this.dragging = row.dataset.uid;
      event.dataTransfer.setData("text/plain", row.querySelector(".name").textContent);
      event.dataTransfer.effectAllowed = "move";
      row.classList.add("dragged");
      return;
    }
    this.target?.classList.remove("before", "after");
    if (event.type === "dragend") return this.#dropped();
    if (!this.dragging || !row || event.type === "dragleave") return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    const behind = event.clientY > box.top + box.height / 2;
    if (event.type === "drop") {
      const rows = this.data.rows.map((each) => each.uid);
      const before = rows[rows.indexOf(row.dataset.uid) + (behind ? 1 : 0)] ?? this.data.behind;
      if (before !== this.dragging) this.box.say("move", { uid: this.dragging, before });
      return;
    }
    this.target = row;
    row.classList.add(behind ? "after" : "before");
  }

  #dropped() {
    for (const element of this.elements.values()) element.classList.remove("dragged");
    this.dragging = undefined;
    if (this.late) this.update(this.late, this.box);
    this.late = undefined;
  }
}

export default function (component) {
  const host = component.parentElement.querySelector(".waiting");
  host.list ??= new Waiting(host);
  host.list.update(component.data, outboxOf(host, component));
}
