// A progress line on stderr: rewritten in place on a terminal, otherwise a new line at each tenth.

const REFRESH_MS = 250
/** Without a terminal: at least one line in this time, so that logs show life. */
const QUIET_MS_MAX = 10_000

/**
 * @param {string} label
 * @param {number} total
 * @returns {{show: (done: number) => void, end: (isDone: boolean) => void}}
 */
export function progressLine(label, total) {
  const stream = process.stderr
  const startedAt = performance.now()
  let done = 0
  let printedDone = -1
  let printedAt = startedAt
  const seconds = () => `${Math.round((performance.now() - startedAt) / 1000)} s`
  const text = () => `${label}: ${done} of ${total} packages, ${seconds()}`
  const draw = () => {
    if (stream.isTTY) {
      const width = 24
      const filled = Math.round((width * done) / Math.max(1, total))
      stream.write(`\r\x1b[2K${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${text()}`)
      return
    }
    const isStep = Math.floor((done * 10) / total) > Math.floor((printedDone * 10) / total)
    if (!isStep && performance.now() - printedAt < QUIET_MS_MAX) return
    printedDone = done
    printedAt = performance.now()
    stream.write(`${text()}\n`)
  }
  const timer = setInterval(draw, REFRESH_MS)
  return {
    show(value) {
      done = value
    },
    end(isDone) {
      clearInterval(timer)
      if (stream.isTTY) stream.write('\r\x1b[2K')
      if (isDone) stream.write(`${label}: done, ${total} packages, ${seconds()}\n`)
    },
  }
}
