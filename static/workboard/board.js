// Tavlan: the themes of one goal area, what the machine suggests, and what stands alone.
export function mount(place) {
  return { draw() {} }
}
