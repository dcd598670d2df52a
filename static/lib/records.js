// What the server lets this page see, as flat records; watchers hear once a frame what changed.
export const records = new Map()

const watchers = new Set()
const inOrder = new Intl.Collator("en", { numeric: true }).compare
let epoch = ""
let seq = -1

export function get(key) {
  return records.get(key)
}

// Sorted, and group/2 before group/10.
export function keys(prefix) {
  return [...records.keys()].filter(key => key.startsWith(prefix)).sort(inOrder)
}

// Calls fn(changed keys) after each frame that touched a key with this prefix; returns how to stop.
export function watch(prefix, fn) {
  const watcher = { prefix, fn }
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export function position() {
  return { epoch, seq }
}

// A whole view, of the log's life `life`.
export function replace(at, all, life = epoch) {
  const drop = [...records.keys()].filter(key => !(key in all))
  epoch = life
  apply(at, all, drop)
}

// "applied", "old" (we have it already) or "gap" (something is missing: ask for the view).
export function patch(frame) {
  if (frame.to <= seq) return "old"
  if (frame.since > seq) return "gap"
  apply(frame.to, frame.put, frame.drop)
  return "applied"
}

// Records that are as they were do not count as changed.
function apply(at, put, drop) {
  seq = at
  const changed = Object.keys(put).filter(key => !same(records.get(key), put[key]))
  for (const key of changed) records.set(key, put[key])
  tell([...changed, ...drop.filter(key => records.delete(key))])
}

function tell(changed) {
  for (const { prefix, fn } of [...watchers]) {
    const heard = changed.filter(key => key.startsWith(prefix))
    if (heard.length) fn(heard)
  }
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other)
}
