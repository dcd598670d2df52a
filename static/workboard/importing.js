export function importing() {
  return null
}
