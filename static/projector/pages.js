// Which page of a screen is shown. Pages follow each other by themselves until someone says stop.
const TURN_EVERY = 12000

export class Pages {
  count = 1
  place = 0
  paused = false

  constructor(onTurn) {
    this.onTurn = onTurn
    this.restart()
  }

  // A new screen starts on its first page.
  begin() {
    this.place = 0
    this.restart()
  }

  // How many there are now; the place stays if it can.
  fit(count) {
    this.count = Math.max(1, count)
    this.place = Math.min(this.place, this.count - 1)
  }

  turn(by) {
    this.place = (this.place + by + this.count) % this.count
    this.restart()
    this.onTurn()
  }

  togglePause() {
    this.paused = !this.paused
    this.restart()
    this.onTurn()
  }

  restart() {
    clearInterval(this.clock)
    this.clock = setInterval(() => {
      if (!this.paused && this.count > 1) this.turn(1)
    }, TURN_EVERY)
  }
}
