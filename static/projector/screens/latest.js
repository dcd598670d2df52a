// The newest posts, calmly: each keeps its place until it is the oldest, new ones come at most every
// two seconds, and what is hidden goes at once.
import { get } from "../../lib/records.js"

const CALM = 2000
const walls = new Map()

// `most` places, each a post or null.
export function latest(area, most, drawSoon) {
  const name = `${area} ${most}`
  const wall = walls.get(name) || { places: Array(most).fill(null), seen: new Set(), at: 0 }
  walls.set(name, wall)
  const all = (get(`wall/${area}`) || { latest: [] }).latest
  const posts = new Map(settled(wall, all, drawSoon).slice(0, most).map(post => [post.contribution, post]))
  wall.places = wall.places.map(id => posts.has(id) ? id : null)
  for (const id of [...posts.keys()].reverse()) {
    if (!wall.places.includes(id)) wall.places[wall.places.indexOf(null)] = id
  }
  return wall.places.map(id => posts.get(id) || null)
}

// Those that were there a moment ago, or all when a moment has passed.
function settled(wall, all, drawSoon) {
  const news = all.some(post => !wall.seen.has(post.contribution))
  const wait = wall.at + CALM - Date.now()
  if (news && wait > 0) {
    clearTimeout(wall.again)
    wall.again = setTimeout(drawSoon, wait)
    return all.filter(post => wall.seen.has(post.contribution))
  }
  if (news) wall.at = Date.now()
  wall.seen = new Set(all.map(post => post.contribution))
  return all
}
