// Lists that keep their children: what stays is never touched, so focus and scroll survive.

// Makes `list` hold one child for each of `items`, in order. `make(item)` builds a new child,
// `update(child, item)` runs for every one.
export function keep(list, items, keyOf, make, update = () => {}) {
  const wanted = new Set(items.map((item) => String(keyOf(item))))
  const kept = new Map()
  for (const child of [...list.children]) {
    if (wanted.has(child.dataset.key)) kept.set(child.dataset.key, child)
    else child.remove()
  }
  let place = list.firstElementChild
  for (const item of items) {
    const key = String(keyOf(item))
    const child = kept.get(key) || make(item)
    child.dataset.key = key
    if (child === place) place = place.nextElementSibling
    else list.insertBefore(child, place)
    update(child, item)
  }
}
