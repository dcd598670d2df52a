// A QR picture drawn on the phone, so that what it says need not leave it. Bytes, error correction
// M, mask 0, sizes 1 to 6: an address of at most 106 characters.
import { h } from "../lib/element.js"

const MARGIN = 4
const CORRECTION = [10, 16, 26, 18, 24, 16] // bytes of a block, by size
const DATA = [16, 28, 44, 32, 43, 27]
const BLOCKS = [1, 1, 1, 2, 2, 4]
const FORMAT = 0x5412 // says "M, mask 0"

// null where the text is too long.
export function qr(text, label) {
  const rows = matrix(text)
  if (!rows) return null
  const size = rows.length + 2 * MARGIN
  const dark = rows.flatMap((row, y) => row.map((on, x) => on && `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`)).filter(Boolean)
  return h(
    "svg",
    { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    h("rect", { width: size, height: size, fill: "#fff" }),
    h("path", { d: dark.join(""), fill: "#000" }),
  )
}

export function matrix(text) {
  const bytes = new TextEncoder().encode(text)
  const version = DATA.findIndex((data, place) => bytes.length + 2 <= data * BLOCKS[place])
  if (version < 0) return null
  const { set, free, rows } = frame(17 + 4 * (version + 1))
  const coded = interleaved(padded(bytes, DATA[version] * BLOCKS[version]), version)
  fill(rows, set, free, coded)
  return rows
}

// ── bytes ─────────────────────────────────────────────────────────────────────────────────────

function padded(bytes, length) {
  const bits = [[4, 4], [bytes.length, 8], ...[...bytes].map(byte => [byte, 8]), [0, 4]]
  const text = bits.map(([value, width]) => value.toString(2).padStart(width, "0")).join("")
  const found = text.match(/.{8}/g).map(byte => parseInt(byte, 2))
  for (let pad = 0xec; found.length < length; pad ^= 0xec ^ 0x11) found.push(pad)
  return found
}

function interleaved(data, version) {
  const blocks = Array.from({ length: BLOCKS[version] }, (_, n) => data.slice(n * DATA[version], (n + 1) * DATA[version]))
  const divisor = generator(CORRECTION[version])
  const checks = blocks.map(block => remainder(block, divisor))
  return [blocks, checks].flatMap(some => some[0].flatMap((_, place) => some.map(one => one[place])))
}

// ── Reed and Solomon's code ───────────────────────────────────────────────────────────────────

function times(x, y) {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = product << 1 ^ (product >> 7) * 0x11d
    product ^= (y >> bit & 1) * x
  }
  return product
}

function generator(degree) {
  const found = [...Array(degree - 1).fill(0), 1]
  for (let root = 1, n = 0; n < degree; n++, root = times(root, 2)) {
    for (let place = 0; place < degree; place++) {
      found[place] = times(found[place], root) ^ (place + 1 < degree ? found[place + 1] : 0)
    }
  }
  return found
}

function remainder(data, divisor) {
  const rest = Array(divisor.length).fill(0)
  for (const byte of data) {
    const factor = byte ^ rest.shift()
    rest.push(0)
    divisor.forEach((one, place) => { rest[place] ^= times(one, factor) })
  }
  return rest
}

// ── modules ───────────────────────────────────────────────────────────────────────────────────

function frame(size) {
  const rows = Array.from({ length: size }, () => Array(size).fill(false))
  const taken = Array.from({ length: size }, () => Array(size).fill(false))
  const free = (x, y) => !taken[y][x]
  const set = (x, y, on, fixed = true) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return
    rows[y][x] = Boolean(on)
    taken[y][x] = taken[y][x] || fixed
  }
  for (let n = 0; n < size; n++) [[6, n], [n, 6]].forEach(([x, y]) => set(x, y, n % 2 === 0))
  const target = (x, y, reach, light) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        set(x + dx, y + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))))
      }
    }
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) target(x, y, 4, [2, 4])
  if (size > 21) target(size - 7, size - 7, 2, [1])
  format(size, set)
  return { set, free, rows }
}

function format(size, set) {
  for (let n = 0; n < 15; n++) {
    const on = FORMAT >> n & 1
    if (n < 8) {
      set(8, n < 6 ? n : n + 1, on)
      set(size - 1 - n, 8, on)
    } else {
      set(n === 8 ? 7 : 14 - n, 8, on)
      set(8, size - 15 + n, on)
    }
  }
  set(8, size - 8, true)
}

// Two columns at a time from the right, up and down by turns, past the column of dots.
function fill(rows, set, free, coded) {
  const size = rows.length
  let bit = 0
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < 2 * size; step++) {
      const x = right - step % 2
      const along = step >> 1
      const y = right + 1 & 2 ? along : size - 1 - along
      if (!free(x, y)) continue
      const on = bit < coded.length * 8 && coded[bit >> 3] >> 7 - (bit & 7) & 1
      set(x, y, Boolean(on) !== ((x + y) % 2 === 0), false)
      bit++
    }
  }
}
