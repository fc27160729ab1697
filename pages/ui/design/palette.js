// Layers and blocks to add: what is typed is searched for by Python; the arrows choose, Enter or a click adds.

const TYPED_MS = 60;

class Palette {
  constructor(host) {
    this.host = host;
    const search = host.appendChild(make("div", "search"));
    search.append(icon("search"));
    this.input = search.appendChild(make("input"));
    Object.assign(this.input, { type: "text", placeholder: "Add a layer or a block", autocomplete: "off", spellcheck: false });
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.input.setAttribute("aria-label", "Add a layer or a block");
    this.where = search.appendChild(make("span", "where"));
    this.found = host.appendChild(make("div", "found"));
    Object.assign(this.found, { id: "found", hidden: true });
    this.found.setAttribute("role", "listbox");
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("focus", () => this.#open(true));
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    this.input.addEventListener("click", () => this.#open(true));
    // A press on a choice leaves the focus in the field, so that more can be added.
    this.found.addEventListener("mousedown", (event) => event.preventDefault());
    this.found.addEventListener("click", (event) => this.#add(event.target.closest(".choice")));
    this.found.addEventListener("mousemove", (event) => this.#mark(event.target.closest(".choice")));
    this.input.addEventListener("blur", () => this.#open(false));
    this.called = () => this.input.focus();
    document.addEventListener("netloom-focus", this.called);
  }

  update(data, box) {
    this.data = data;
    this.box = box;
    this.where.textContent = this.where.title = data.where;
    const looks = JSON.stringify([data.groups, data.left_out]);
    if (looks === this.looks) return;
    this.looks = looks;
    this.found.replaceChildren();
    for (const { title, choices } of data.groups) {
      if (title) this.found.append(make("div", "group", title));
      for (const choice of choices) this.found.append(this.#choice(choice));
    }
    this.choices = [...this.found.querySelectorAll(".choice")];
    for (const reason of data.left_out) this.found.append(make("div", "none", reason));
    if (!this.choices.length && !data.left_out.length) {
      this.found.append(make("div", "none", "Nothing is called so or does that."));
    }
    this.found.scrollTop = 0;
    this.#mark(this.choices[0]);
  }

  leave() {
    document.removeEventListener("netloom-focus", this.called);
  }

  #choice({ id, name, summary }) {
    const element = make("div", "choice");
    element.setAttribute("role", "option");
    element.id = `choice-${id}`;
    element.dataset.id = id;
    element.title = summary;
    element.append(make("b", "", name), make("span", "", summary));
    return element;
  }

  #open(open) {
    this.found.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  #mark(choice) {
    this.at?.classList.remove("at");
    this.at?.setAttribute("aria-selected", "false");
    this.at = choice ?? undefined;
    choice?.classList.add("at");
    choice?.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", choice?.id ?? "");
  }

  #typed() {
    this.#open(true);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.box.say("search", { words: this.input.value }), TYPED_MS);
  }

  #pressed(event) {
    const index = this.choices.indexOf(this.at);
    const steps = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + 8, PageUp: index - 8 };
    if (event.key in steps && !this.found.hidden) {
      const at = this.choices[Math.max(0, Math.min(steps[event.key], this.choices.length - 1))];
      this.#mark(at);
      const { scrollTop, clientHeight } = this.found;
      if (at.offsetTop < scrollTop) this.found.scrollTop = at.offsetTop;
      else if (at.offsetTop + at.offsetHeight > scrollTop + clientHeight) {
        this.found.scrollTop = at.offsetTop + at.offsetHeight - clientHeight;
      }
    } else if (event.key in steps) this.#open(true);
    else if (event.key === "Enter" && !event.isComposing) this.#add(this.at);
    else if (event.key === "Escape") {
      if (this.input.value) {
        this.input.value = "";
        this.#typed();
      } else this.#open(false);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Where the answer to what was typed is not there yet, Python takes the first that it finds.
  #add(choice) {
    clearTimeout(this.waiting);
    const words = this.input.value;
    if (words !== this.data.words) this.box.say("add", { words });
    else if (choice) this.box.say("add", { choice: choice.dataset.id });
    else return;
    this.input.value = "";
    this.#open(false);
  }
}

export default function (component) {
  const host = component.parentElement.querySelector(".palette");
  host.palette ??= new Palette(host);
  host.palette.update(component.data, outboxOf(host, component));
  return () => host.palette.leave();
}
