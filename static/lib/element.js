// h("button", {type: "submit", onclick: send}, "Skicka"): an element; text is always only text.
const SVG = /^(svg|g|path|circle|rect|line|polyline|polygon|defs|pattern|use)$/

export function h(tag, props, ...children) {
  const element = SVG.test(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag)
  for (const [name, value] of Object.entries(props || {})) set(element, name, value)
  element.append(...children.flat(9).filter(child => child !== null && child !== undefined && child !== false))
  return element
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return
  if (typeof value === "function") element.addEventListener(name.slice(2), value)
  else if (name === "value") element.value = value
  else element.setAttribute(name, value === true ? "" : value)
}

// A new id for a command: 22 characters that nobody else has drawn.
export function op() {
  return draw("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 22)
}

// `length` random characters of `alphabet`, each as likely as the other.
export function draw(alphabet, length) {
  const fair = 256 - 256 % alphabet.length
  let drawn = ""
  while (drawn.length < length) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < fair) drawn += alphabet[byte % alphabet.length]
  }
  return drawn
}
