// The page's elements. Text from devices only ever becomes a text node: there is no way in here for markup.

export const byId = (id) => document.getElementById(id);

/** An element. props: properties of it; "data" and "attributes" are objects of their own. Children are elements or texts. */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  const { data = {}, attributes = {}, ...rest } = props;
  Object.assign(element, rest);
  Object.assign(element.dataset, data);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Sets a text, and touches the page only when it is another one. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Makes the children of a list those of items, in order. An item that was there keeps its element (and with it focus, selection
 * and what is unfolded): keyOf(item) tells which, create(item) makes it, update(element, item) fills it.
 */
export function keep(list, items, keyOf, create, update) {
  const wanted = new Set(items.map((item) => String(keyOf(item))));
  const old = new Map();
  for (const child of [...list.children]) {
    if (wanted.has(child.dataset.key)) old.set(child.dataset.key, child);
    else child.remove(); // first, so that what stays is not moved: a moved element loses the focus
  }
  let at = list.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const element = old.get(key) ?? create(item);
    element.dataset.key = key;
    if (element === at) at = at.nextElementSibling;
    else list.insertBefore(element, at);
    update(element, item);
  }
}

/** What a form holds, by the names of its fields; empty fields are left out, numbers are numbers. */
export function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.closest('[hidden]') || field.value === '') continue;
    if (field.type === 'checkbox') values[field.name] = field.checked;
    else values[field.name] = field.type === 'number' || field.dataset.number ? Number(field.value) : field.value;
  }
  return values;
}
