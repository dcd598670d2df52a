// Makes what stands in `home` look like `wanted`, keeping every node that can stay.
// A node with data-key stays itself wherever it goes among its siblings.
export function morph(home, wanted) {
  const keyed = new Map()
  const plain = []
  for (const node of home.childNodes) {
    if (keyOf(node)) keyed.set(keyOf(node), node)
    else plain.push(node)
  }
  const stay = wanted.map(node => kept(node, keyOf(node) ? keyed : plain))
  for (const node of [...home.childNodes]) {
    if (!stay.includes(node)) node.remove()
  }
  stay.forEach((node, place) => {
    if (home.childNodes[place] !== node) home.insertBefore(node, home.childNodes[place] || null)
  })
}

function kept(wanted, old) {
  const found = old instanceof Map ? old.get(keyOf(wanted)) : old.shift()
  if (!found || found.nodeName !== wanted.nodeName) return wanted
  if (wanted.nodeType === Node.TEXT_NODE) {
    if (found.data !== wanted.data) found.data = wanted.data
    return found
  }
  dress(found, wanted)
  morph(found, [...wanted.childNodes])
  return found
}

function dress(found, wanted) {
  for (const { name } of [...found.attributes]) {
    if (!wanted.hasAttribute(name)) found.removeAttribute(name)
  }
  for (const { name, value } of wanted.attributes) {
    if (found.getAttribute(name) !== value) found.setAttribute(name, value)
  }
}

function keyOf(node) {
  return node.dataset && node.dataset.key
}
