// The layers of a network as rows of a tree: selected, moved, folded and mended. What follows from it is Python's.

const FOLDS = "netloom.design.folded";
const MANY = 60; // a network of more rows is folded unless it was unfolded
const SETTLE_MS = 120; // keys that are held down select only where they come to rest

class NodeList {
  constructor(host) {
    this.host = host;
    this.elements = new Map(); // key -> element, with what it shows
    this.selected = new Set();
    this.bar = host.appendChild(this.#bar());
    this.tree = host.appendChild(make("div", "rows"));
    this.tree.setAttribute("role", "tree");
    this.tree.setAttribute("aria-multiselectable", "true");
    this.tree.setAttribute("aria-label", "Layers of the network");
    this.tree.addEventListener("click", (event) => this.#clicked(event));
    this.tree.addEventListener("keydown", (event) => this.#pressed(event));
    for (const type of ["dragstart", "dragover", "dragleave", "drop", "dragend"]) {
      this.tree.addEventListener(type, (event) => this.#dragged(event));
    }
    this.undoKeys = (event) => this.#undoKeys(event);
    document.addEventListener("keydown", this.undoKeys);
  }

  update(data, box) {
    this.data = data;
    this.box = box;
    const moved = data.current !== this.current;
    if (box.answered) {
      this.selected = new Set(data.selected);
      this.current = data.current;
    }
    this.items = this.#items(data.rows);
    if (moved) this.#unfoldTo(data.current);
    this.#draw();
    if (!box.answered) return;
    if (moved) this.#reveal(this.elements.get(data.current));
    // Where the form stands below, a tap leads to it.
    if (this.tapped !== undefined && this.tapped === data.current && matchMedia("(max-width: 640px)").matches) {
      document.querySelector(".st-key-design-form")?.scrollIntoView({ behavior: "smooth", block: "start" });
    }
    this.tapped = undefined;
  }

  leave() {
    document.removeEventListener("keydown", this.undoKeys);
  }

  // Rows, and a heading above those that are one block.
  #items(rows) {
    const items = [];
    const seen = {};
    let block;
    for (const row of rows) {
      if (!row.block || row.block !== block?.label) {
        block = undefined;
        if (row.block) {
          seen[row.block] = (seen[row.block] ?? 0) + 1;
          block = { key: `${row.block} ${seen[row.block]}`, label: row.block, rows: [] };
          items.push(block);
        }
      }
      block?.rows.push(row);
      items.push({ key: row.name, row, block });
    }
    return items;
  }

  get #folds() {
    try {
      return JSON.parse(sessionStorage.getItem(FOLDS)) ?? {};
    } catch {
      return {};
    }
  }

  #isFolded(block) {
    return this.#folds[block.key] ?? this.data.rows.length > MANY;
  }

  #fold(blocks, folded) {
    sessionStorage.setItem(FOLDS, JSON.stringify({ ...this.#folds, ...Object.fromEntries(blocks.map((b) => [b.key, folded])) }));
    this.#draw();
  }

  #unfoldTo(name) {
    const block = this.items.find((item) => item.key === name)?.block;
    if (block && this.#isFolded(block)) this.#fold([block], false);
  }

  #draw() {
    const folds = new Map(this.items.filter((item) => item.rows).map((block) => [block, this.#isFolded(block)]));
    const shown = this.items.filter((item) => !folds.get(item.block));
    const kept = new Set(shown.map((item) => item.key));
    const had = this.tree.getRootNode().activeElement;
    const focused = had && this.tree.contains(had) ? had.closest(".row").dataset.key : undefined;
    for (const [key, element] of this.elements) {
      if (kept.has(key)) continue;
      element.remove();
      this.elements.delete(key);
    }
    let before = null;
    for (const item of shown) {
      const looks = JSON.stringify(item.row ?? [item.label, item.rows, folds.get(item)]) + Boolean(item.block);
      let element = this.elements.get(item.key);
      if (!element || element.looks !== looks) {
        const fresh = item.row ? rowElement(item) : headingElement(item, folds.get(item));
        Object.assign(fresh, { looks, item });
        fresh.dataset.key = item.key;
        element?.replaceWith(fresh);
        this.elements.set(item.key, fresh);
        element = fresh;
      }
      element.item = item;
      const place = before ? before.nextSibling : this.tree.firstChild;
      if (place !== element) this.tree.insertBefore(element, place);
      before = element;
    }
    this.shown = shown;
    this.#mark();
    if (focused && this.tree.getRootNode().activeElement === null) this.#focus(this.elements.has(focused) ? focused : this.current);
  }

  // What is selected, without drawing rows again.
  #mark() {
    const stop = this.elements.has(this.at) ? this.at : this.elements.has(this.current) ? this.current : this.shown[0]?.key;
    for (const item of this.shown) {
      const element = this.elements.get(item.key);
      const on = String(item.row ? this.selected.has(item.key) : item.rows.every((row) => this.selected.has(row.name)));
      if (element.getAttribute("aria-selected") !== on) {
        element.setAttribute("aria-selected", on);
        const tick = element.querySelector(".tick .icon");
        if (tick) tick.textContent = on === "true" ? "check_box" : "check_box_outline_blank";
      }
      const index = item.key === stop ? 0 : -1;
      if (element.tabIndex !== index) element.tabIndex = index;
    }
    this.tree.classList.toggle("several", this.selected.size > 1);
    const layers = this.data.rows.filter((row) => row.kind !== "Input").length;
    const words = [`${layers} layer${layers === 1 ? "" : "s"}`, this.data.total].filter(Boolean).join(" · ");
    this.count.textContent = this.selected.size > 1 ? `${this.selected.size} selected` : words;
    for (const button of this.tools) button.disabled = !this.selected.size;
    this.folder.hidden = !this.items.some((item) => item.rows);
  }

  #bar() {
    const bar = make("div", "bar");
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Selected layers");
    this.count = bar.appendChild(make("span", "count"));
    this.count.setAttribute("aria-live", "polite");
    this.folder = bar.appendChild(iconButton("unfold_less", "Fold or unfold all blocks"));
    this.folder.onclick = () => {
      const blocks = this.items.filter((item) => item.rows);
      this.#fold(blocks, blocks.some((block) => !this.#isFolded(block)));
    };
    const tools = [
      ["arrow_upward", "Move up (Alt+Up)", () => this.#say("up")],
      ["arrow_downward", "Move down (Alt+Down)", () => this.#say("down")],
      ["content_copy", "Duplicate (Ctrl+D)", () => this.#say("duplicate")],
      ["delete", "Remove (Delete)", () => this.#say("remove")],
    ];
    this.tools = tools.map(([name, label, act]) => {
      const button = bar.appendChild(iconButton(name, label));
      button.onclick = act;
      return button;
    });
    return bar;
  }

  // Selecting

  #names(item) {
    return item.rows ? item.rows.map((row) => row.name) : [item.key];
  }

  #select(names, key, settle = 0) {
    this.selected = new Set(names);
    this.at = key;
    this.current = this.selected.has(key) ? key : [...this.selected].at(-1);
    this.#mark();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.box.say("select", { names: this.#ordered(), current: this.current ?? null }), settle);
  }

  #ordered() {
    return this.data.rows.map((row) => row.name).filter((name) => this.selected.has(name));
  }

  #range(key, more) {
    const keys = this.shown.map((item) => item.key);
    const [from, to] = [keys.indexOf(this.anchor), keys.indexOf(key)].sort((a, b) => a - b);
    const inside = this.shown.slice(Math.max(from, 0), to + 1).flatMap((item) => this.#names(item));
    return [...(more ? this.selected : []), ...inside];
  }

  #toggled(names) {
    const all = names.every((name) => this.selected.has(name));
    return all ? [...this.selected].filter((name) => !names.includes(name)) : [...this.selected, ...names];
  }

  #say(type, what = {}) {
    clearTimeout(this.settling); // what is done says of what
    const names = this.#ordered();
    if (names.length) this.box.say(type, { names, ...what });
  }

  #clicked(event) {
    const row = event.target.closest(".row");
    if (!row) return;
    const { item } = row;
    if (event.target.closest(".fold")) return void this.#fold([item], !this.#isFolded(item));
    const mend = event.target.closest(".mend");
    if (mend) return void this.box.say("mend", { node: item.key, label: mend.dataset.mend });
    const names = this.#names(item);
    if (event.target.closest(".plus")) {
      this.#select(names, item.key);
      document.querySelector(".st-key-design-adder")?.dispatchEvent(new CustomEvent("netloom-focus", { bubbles: true }));
      return;
    }
    if (event.shiftKey) this.#select(this.#range(item.key, event.ctrlKey || event.metaKey), item.key);
    else {
      this.anchor = item.key;
      const more = event.ctrlKey || event.metaKey || event.target.closest(".tick");
      this.tapped = more ? undefined : item.key;
      this.#select(more ? this.#toggled(names) : names, item.key);
    }
    this.#focus(item.key);
  }

  // Keys

  #pressed(event) {
    const row = event.target.closest(".row");
    if (!row || event.target.closest("button")) return;
    const { item } = row;
    const index = this.shown.indexOf(item);
    const command = event.ctrlKey || event.metaKey;
    const steps = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: this.shown.length - 1 };
    const act = {
      Delete: () => this.#say("remove"),
      Backspace: () => this.#say("remove"),
      Escape: () => this.#select([], item.key),
      Enter: () => document.querySelector(".st-key-design-form input")?.focus(),
      " ": () => this.#select(this.#toggled(this.#names(item)), item.key),
      ArrowRight: () => item.rows && this.#fold([item], false),
      ArrowLeft: () => (item.rows ? this.#fold([item], true) : item.block && this.#step(item.block, false)),
    }[event.key];
    if (command && event.key.toLowerCase() === "d") this.#say("duplicate");
    else if (command && event.key.toLowerCase() === "a") this.#select(this.data.rows.map((each) => each.name), item.key);
    else if (event.altKey && event.key in steps) this.#say(event.key === "ArrowUp" ? "up" : "down");
    else if (event.key in steps) this.#step(this.shown[Math.max(0, Math.min(steps[event.key], this.shown.length - 1))], event.shiftKey);
    else if (act && !command && !event.altKey) act();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #step(item, extend) {
    if (!extend) this.anchor = item.key;
    this.#select(extend ? this.#range(item.key) : this.#names(item), item.key, SETTLE_MS);
    this.#focus(item.key);
  }

  // A field undoes its own typing.
  #undoKeys(event) {
    const at = event.composedPath()[0];
    if (!(event.ctrlKey || event.metaKey) || event.altKey || at.closest?.("input, textarea, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    this.box.say(key === "y" || event.shiftKey ? "redo" : "undo");
  }

  #focus(key) {
    const element = this.elements.get(key);
    element?.focus({ preventScroll: true });
    this.#reveal(element);
  }

  // Scrolls the list alone, never the page.
  #reveal(element) {
    if (!element) return;
    const { offsetTop: top, offsetHeight: height } = element;
    const { scrollTop, clientHeight } = this.tree;
    if (top < scrollTop) this.tree.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) this.tree.scrollTop = top + height - clientHeight;
  }

  // Dragging

  #dragged(event) {
    const row = event.target.closest?.(".row");
    if (event.type === "dragstart") {
      const names = this.#names(row.item);
      if (!names.every((name) => this.selected.has(name))) this.#select(names, row.item.key);
      event.dataTransfer.setData("text/plain", this.#ordered().join(", "));
      event.dataTransfer.effectAllowed = "move";
      this.dragging = true;
      for (const [key, element] of this.elements) element.classList.toggle("dragged", this.selected.has(key));
      return;
    }
    this.target?.classList.remove("before", "after");
    if (event.type === "dragend") {
      this.dragging = false;
      for (const element of this.elements.values()) element.classList.remove("dragged");
      return;
    }
    if (!this.dragging || !row || event.type === "dragleave") return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    const behind = event.clientY > box.top + box.height / 2;
    if (event.type === "drop") return void this.#say("move", { before: this.#nameAt(row.item, behind) });
    this.target = row;
    row.classList.add(behind ? "after" : "before");
  }

  // The name of the row that what is dropped there comes to stand before; null: it comes last.
  #nameAt(item, behind) {
    const rows = this.data.rows;
    const folded = item.rows && this.#isFolded(item);
    const name = behind && folded ? item.rows.at(-1).name : this.#names(item)[0];
    const place = rows.findIndex((row) => row.name === name) + (behind && (folded || item.row) ? 1 : 0);
    return rows[place]?.name ?? null;
  }
}

export default function (component) {
  const host = component.parentElement.querySelector(".node-list");
  host.list ??= new NodeList(host);
  host.list.update(component.data, outboxOf(host, component));
  return () => host.list.leave();
}
