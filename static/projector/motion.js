// Shows where something went: 200 ms, position and opacity, and only for those who want motion.
const DURATION = 200
const wanted = matchMedia("(prefers-reduced-motion: no-preference)")

let still = false

export function toggleStill() {
  still = !still
}

// Where everything with a key stands just now.
export function places(home) {
  return new Map([...home.querySelectorAll("[data-key]")].map(one => [one, one.getBoundingClientRect()]))
}

// What has a new place goes there; what is new comes up.
export function move(home, before) {
  if (still || !wanted.matches) return
  for (const one of home.querySelectorAll("[data-key]")) {
    const from = before.get(one)
    const to = one.getBoundingClientRect()
    if (!from) come(one)
    else if (from.width && (from.left !== to.left || from.top !== to.top)) {
      go(one, from.left - to.left, from.top - to.top)
    }
  }
}

function come(one) {
  one.animate([{ opacity: 0 }, { opacity: 1 }], { duration: DURATION, easing: "ease-out" })
}

function go(one, x, y) {
  const start = { transform: `translate(${x}px, ${y}px)` }
  one.animate([start, { transform: "none" }], { duration: DURATION, easing: "ease-out" })
}
