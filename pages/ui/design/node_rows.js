// The rows of the list, each as it looks by itself: a layer with what is wrong with it, the heading of a block.

function rowElement({ row, block }) {
  const element = make("div", "row");
  element.setAttribute("role", "treeitem");
  element.setAttribute("aria-level", block ? "2" : "1");
  element.draggable = true;
  const tick = element.appendChild(make("span", "lead tick"));
  tick.title = "Select more";
  tick.append(icon("check_box_outline_blank"));
  const what = element.appendChild(make("span", "what"));
  // Inside a block, its name says nothing new.
  const short = block && row.name.startsWith(`${block.label}_`) ? row.name.slice(block.label.length + 1) : row.name;
  what.append(make("span", "kind", row.kind), make("span", "name", short));
  for (const tag of row.tags ?? []) what.append(make("span", "tag", tag));
  what.title = `${row.kind} ${row.name}`;
  element.append(make("span", "shape", row.shape));
  const params = element.appendChild(make("span", "params", row.params));
  params.title = row.params ? `${row.params} parameters` : "";
  const plus = element.appendChild(iconButton("add", `Add a layer after ${row.name}`, "plus"));
  plus.tabIndex = -1;
  if (row.feeds) element.append(make("span", "feeds", `from ${row.feeds}`));
  for (const problem of row.problems ?? []) element.append(problemElement(problem));
  element.classList.toggle("wrong", Boolean(row.problems));
  const said = [row.kind, row.name, row.shape && `output ${row.shape}`, row.params && `${row.params} parameters`];
  said.push(row.feeds && `from ${row.feeds}`, ...(row.problems ?? []).map((problem) => problem.message));
  element.setAttribute("aria-label", said.filter(Boolean).join(", "));
  return element;
}

function problemElement({ message, hint, mends }) {
  const line = make("span", "problem");
  line.append(make("span", "", message));
  if (hint) line.append(make("span", "hint", hint));
  for (const mend of mends ?? []) {
    const button = line.appendChild(make("button", "mend"));
    button.type = "button";
    button.append(icon("build"), mend);
    button.dataset.mend = mend;
  }
  return line;
}

function headingElement({ label, rows }, folded) {
  const element = make("div", "row heading");
  element.setAttribute("role", "treeitem");
  element.setAttribute("aria-level", "1");
  element.setAttribute("aria-expanded", String(!folded));
  element.draggable = true;
  const lead = element.appendChild(make("span", "lead fold"));
  lead.append(icon(folded ? "chevron_right" : "expand_more"));
  const what = element.appendChild(make("span", "what"));
  what.append(make("span", "kind", label), make("span", "name", `${rows.length} layer${rows.length === 1 ? "" : "s"}`));
  const problems = rows.flatMap((row) => row.problems ?? []);
  element.append(make("span", "shape", folded ? rows.at(-1).shape : ""));
  const params = rows.reduce((sum, row) => sum + Number((row.params ?? "0").replaceAll(",", "")), 0);
  element.append(make("span", "params", folded && params ? params.toLocaleString("en-US") : ""));
  if (folded && problems.length) element.append(make("span", "problem", problems[0].message));
  element.classList.toggle("wrong", folded && problems.length > 0);
  element.setAttribute("aria-label", `Block ${label}, ${rows.length} layers`);
  return element;
}
