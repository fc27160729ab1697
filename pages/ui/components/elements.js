// What components are made of.

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function icon(name) {
  const element = make("span", "icon", name);
  element.setAttribute("aria-hidden", "true");
  return element;
}

function iconButton(name, label, className = "") {
  const element = make("button", `tool ${className}`);
  element.type = "button";
  element.title = label;
  element.setAttribute("aria-label", label);
  element.append(icon(name));
  return element;
}
